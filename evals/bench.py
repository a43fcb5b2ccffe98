"""How fast and how large: ratios to the embedder's own speed, measured in one run.

Absolute times say more about the machine than about the system, so the figures to look at are the ratios.
"""

import os
import platform
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from app.config import load
from app.engine import Engine
from ingest.run import ingest
from retrieval.embed import BATCH, Embedder
from retrieval.storage import Storage

QUESTIONS = (
    "Hvad kan vi prøve, når timerne efter frokost i indskolingen ender i konflikter?",
    "Hvad skal være på plads, før en skole i Haderslev henviser til PKU?",
    "Hvem har erfaringer med co-teaching i 1. klasse?",
    "Hvad siger STUK om at lave klare aftaler ved overgange?",
    "En dreng i 4. klasse kommer næsten ikke i skole mere, og forældrene og vi taler forbi hinanden.",
    "Hvor stor en andel af medarbejderne i Rødovre vurderer, at opgaven er stor eller meget stor?",
)
ROUNDS = 25
START_LIMIT_S = 120


def bench(progress: Callable[[str], None]) -> dict[str, Any]:
    """Return latency, index build, start and memory, with the machine they were measured on."""
    embedder = load().embedder()
    progress("svartid")
    latency = measure_latency(embedder)
    progress("opbygning af indeks")
    build = measure_build(embedder)
    progress("start og hukommelse")
    server = measure_server()
    machine = {"cpu_count": os.cpu_count(), "platform": platform.platform(), "python": platform.python_version()}
    return {"latency": latency, "build": build, "server": server, "machine": machine}


def measure_latency(embedder: Embedder) -> dict[str, float]:
    """Return p50 and p95 of a whole turn and of the embedder alone, in ms, taken in turn, and their ratios."""
    engine = Engine(load(), embedder)
    for question in QUESTIONS:
        engine.ask(question)
    total: list[float] = []
    embed: list[float] = []
    for _ in range(ROUNDS):
        for question in QUESTIONS:
            embed.append(_timed(lambda text=question: embedder.embed_query(text)))  # type: ignore[misc]
            total.append(_timed(lambda text=question: engine.ask(text)))  # type: ignore[misc]
    p50, p95, base = median(total), float(np.percentile(total, 95)), median(embed)
    return {
        "total_p50_ms": p50,
        "total_p95_ms": p95,
        "embed_p50_ms": base,
        "p50_ratio": p50 / base,
        "p95_ratio": p95 / base,
    }


def measure_build(embedder: Embedder) -> dict[str, float]:
    """Return the texts a second of a full build and of the embedder alone on the same texts, and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        storage = Storage(Path(folder))
        seen: list[str] = []
        recording = _Recording(embedder, seen)
        start = time.perf_counter()
        report = ingest(storage, recording)
        built = time.perf_counter() - start
    raw = 1e-3 * _timed(lambda: [embedder.embed_passages(seen[at : at + BATCH]) for at in range(0, len(seen), BATCH)])
    return {
        "texts": len(seen),
        "passages": report.passages,
        "build_s": built,
        "embed_s": raw,
        "throughput_ratio": raw / built,
    }


class _Recording:
    """An embedder that notes the texts it was given, and says it is another one, so that no cache answers."""

    def __init__(self, inner: Embedder, seen: list[str]) -> None:
        self._inner = inner
        self._seen = seen
        self.name = f"bench/{inner.name}"
        self.dimensions = inner.dimensions

    def embed_query(self, text: str) -> Any:
        """See Embedder."""
        return self._inner.embed_query(text)

    def embed_passages(self, texts: Sequence[str]) -> Any:
        """See Embedder."""
        self._seen.extend(texts)
        return self._inner.embed_passages(texts)

    def count_tokens(self, text: str) -> int:
        """See Embedder."""
        return self._inner.count_tokens(text)


def measure_server() -> dict[str, float]:
    """Start the server on an index that is there; return the seconds to ready and the memory after questions."""
    subprocess.run([sys.executable, "-m", "ingest", "--if-needed"], check=True)
    port = 8765
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_ready(port, start)
            ready = time.perf_counter() - start
            for question in QUESTIONS * 3:
                _ask_over_http(port, question)
            resident = _resident_bytes(process.pid)
        finally:
            process.terminate()
    return {"start_to_ready_s": ready, "resident_mb": resident / 1_000_000}


def wait_ready(port: int, start: float) -> None:
    """Wait until the server on a port answers. Raises TimeoutError START_LIMIT_S seconds after `start`."""
    while time.perf_counter() - start < START_LIMIT_S:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as response:
                if response.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"The server was not ready within {START_LIMIT_S} s.")


def _ask_over_http(port: int, question: str) -> None:
    import json

    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/ask",
        data=json.dumps({"query": question}).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        response.read()


def _resident_bytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def _timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - start)
