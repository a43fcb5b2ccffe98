"""The whole evaluation in one go: generate, evaluate, compare with the committed baseline, and tell in one table."""

import os
import platform
import subprocess
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

from rich.table import Table

from app.engine import Engine
from corpus.errors import KnowledgeError
from evals.compare import Comparison, by_name, compare
from evals.evaluate import Evaluation, Summary, evaluate, from_json
from evals.generate import generate
from evals.items import Item
from evals.metrics import METRICS
from evals.metrics.base import Metric
from evals.results import Result
from evals.workers import in_workers

BASELINE = Path(__file__).parent / "baseline.json"

TIMED = 10
"""Of so many items one is asked while nothing else runs."""

FEW = 200
"""So few items are all asked like that."""


def question_of(item: Item) -> dict[str, Any]:
    """Return an item as a question for the system: nothing of what is expected goes along."""
    return {"id": item.id, "query": item.query, "history": [dict(entry) for entry in item.history], "lang": item.lang}


def run(items: Sequence[Item], engine: Engine, advance: Callable[[], None]) -> Evaluation:
    """Ask the system every item and score the answers."""
    return evaluate(items, ask_all(items, engine, advance), describe(engine))


def ask_all(items: Sequence[Item], engine: Engine, advance: Callable[[], None]) -> dict[str, Result]:
    """Ask the system every item; return the results by id, in the order of the items.

    Some are asked while nothing else runs, and only they have timings. The others are shared by several processes.
    """
    timed = list(items[::TIMED] if len(items) > FEW else items)
    alone = {item.id for item in timed}
    shared = [question_of(item) for item in items if item.id not in alone]
    found: dict[str, Result] = {}
    for raw in chain(generate(map(question_of, timed), engine), in_workers(_untimed, shared, engine.config)):
        found[raw["id"]] = Result.model_validate(raw)
        advance()
    return {item.id: found[item.id] for item in items}


def _untimed(engine: Engine, question: dict[str, Any]) -> dict[str, Any]:
    """Return the result of a question, without the timings of a process that shares its machine."""
    return {**next(generate([question], engine)), "timings_ms": {}}


def peer_evaluations(items: Sequence[Item], engine: Engine) -> dict[str, Evaluation]:
    """Score the obvious alternatives on the same items with the same embedder."""
    from evals.peers import make_peers, run_peer

    peers = make_peers(engine.library, engine.embedder, engine.config.storage.vector_cache)
    return {
        peer.name: evaluate(items, {result.id: result for result in run_peer(peer, items)}, {"peer": peer.name})
        for peer in peers
    }


TABLE_BEGINS, TABLE_ENDS = "<!-- evals -->", "<!-- /evals -->"


def insert_table(readme: Path, markdown: str) -> None:
    """Put the table between its two marks in the README. Raises KnowledgeError when they are not there."""
    text = readme.read_text("utf-8")
    if TABLE_BEGINS not in text or TABLE_ENDS not in text:
        raise KnowledgeError(
            f"{readme} mangler {TABLE_BEGINS} og {TABLE_ENDS}.", "Sæt dem ind, hvor tabellen skal stå."
        )
    before, rest = text.split(TABLE_BEGINS, 1)
    after = rest.split(TABLE_ENDS, 1)[1]
    readme.write_text(f"{before}{TABLE_BEGINS}\n{markdown}\n{TABLE_ENDS}{after}", "utf-8")


def describe(engine: Engine) -> dict[str, Any]:
    """Return what a result must be read with: version, commit, date, machine, model and index."""
    return {
        "version": version("proev-foerst"),
        "commit": commit(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.platform()}, {os.cpu_count()} CPU, Python {platform.python_version()}",
        "embedder": engine.embedder.name,
        "index": engine.library.catalogue.fingerprint[:12],
    }


def commit() -> str:
    """Return the commit the code is at, with a plus when it has been changed since; empty outside a checkout."""
    root = Path(__file__).parent.parent
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty=+"],  # noqa: S607
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


def read_baseline(path: Path = BASELINE) -> Evaluation | None:
    """Return the committed baseline, None where there is none yet. Raises KnowledgeError when it is damaged."""
    return from_json(path.read_bytes(), str(path)) if path.is_file() else None


def table(evaluation: Evaluation, baseline: Evaluation | None) -> Table:
    """Return the figures as a table for the terminal."""
    compared: Mapping[str, Comparison] = {}
    if baseline is not None:
        try:
            compared = by_name(compare(baseline, evaluation))
        except KnowledgeError:
            compared = {}
    shown = Table(title=f"Prøv Først {evaluation.meta.get('version')} ({evaluation.meta.get('commit')})")
    for heading, justify in (("mål", "left"), ("tal", "right"), ("95 %", "right"), ("ønsket", "right")):
        shown.add_column(heading, justify=justify)  # type: ignore[arg-type]
    shown.add_column("antal", justify="right")
    shown.add_column("mod baseline")
    for metric in METRICS:
        summary = evaluation.metrics[metric.name]
        shown.add_row(*row(metric, summary), _against(compared.get(metric.name)))
    return shown


def row(metric: Metric, summary: Summary) -> tuple[str, str, str, str, str]:
    """Return a metric's name, mean, interval, target and number of items as text."""
    wanted = f"{metric.sign} {metric.target:.2f}"
    if summary.mean is None:
        return metric.name, "–", "–", wanted, "0"
    mean = f"{summary.mean:.3f}{'' if metric.is_met(summary.mean) else ' *'}"
    return metric.name, mean, f"{summary.low:.2f}–{summary.high:.2f}", wanted, str(summary.n)


def _against(found: Comparison | None) -> str:
    if found is None:
        return ""
    mark = "bedre" if found.is_gain else "VÆRRE" if found.is_drop else "ens"
    return f"{mark} ({found.difference:+.3f}; {found.wins}/{found.ties}/{found.losses})"
