"""A process of its own for tests that kill, limit or race one: `python -m tests.child WHAT CORPUS DATA [MORE]`.

It works on the small corpus in CORPUS and the data folder DATA and prints one JSON object.
"""

import json
import resource
import signal
import sys
import time
from pathlib import Path

from corpus import manifest
from corpus.errors import ProevError
from ingest.run import ingest
from retrieval.embed import make_embedder
from retrieval.library import Library
from retrieval.search import prepare, search
from retrieval.storage import Storage
from tests.fakes import HashEmbedder, corpus_attributes


def main(what: str, corpus: str, data: str, *more: str) -> None:
    """Do `what` and print what came of it; an error of ours is printed with its code."""
    if corpus != "-":
        for name, value in corpus_attributes(Path(corpus)).items():
            setattr(manifest, name, value)
    storage = Storage(Path(data))
    try:
        result: object = COMMANDS[what](storage, *more)
    except ProevError as error:
        result = {"error": error.code, "message": str(error)}
    print(json.dumps(result))


def build(storage: Storage, bytes_per_file: str = "") -> object:
    """Build the index; with `bytes_per_file`, under that limit of file size."""
    if bytes_per_file:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(bytes_per_file), int(bytes_per_file)))
    report = ingest(storage, HashEmbedder(), rebuild=True)
    return {"changed": report.changed, "passages": report.passages}


def hang(storage: Storage, step: str, ready: str) -> object:
    """Begin to build the index, write the file `ready` at `step` and wait to be killed."""

    def wait(at: str, done: int, total: int) -> None:
        if at == step:
            Path(ready).write_text("ready", "utf-8")
            time.sleep(60)

    ingest(storage, HashEmbedder(), rebuild=True, progress=wait)
    return {}


def hold(storage: Storage, ready: str) -> object:
    """Hold the right to build until killed."""
    with storage.building():
        Path(ready).write_text("ready", "utf-8")
        time.sleep(60)
    return {}


def read(storage: Storage, times: str) -> object:
    """Open the index many times over and search it; return every first hit."""
    embedder = HashEmbedder()
    found = []
    for _ in range(int(times)):
        library = Library.open(storage)
        query = prepare("konflikter i frikvarteret", embedder, library)
        found.append(search(query, library, 1)[0].passage.id)
        library.close()
    return found


def offline(storage: Storage, question: str) -> object:
    """Ingest and search with the bundled model; every connection but to this machine itself fails."""
    from retrieval.llama import ProevRetriever
    from retrieval.suggest import suggest

    attempts: list[str] = []

    def guard(event: str, arguments: tuple[object, ...]) -> None:
        if event not in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
            return
        target = str(arguments[1] if event == "socket.connect" else arguments[0])
        if not any(local in target for local in ("127.0.0.1", "::1", "localhost", "/")):
            attempts.append(f"{event} {target}")
            raise OSError(f"no network in this test: {event} {target}")

    sys.addaudithook(guard)
    embedder = make_embedder("tuned", storage.models)
    report = ingest(storage, embedder, rebuild=True)
    library = Library.open(storage)
    query = prepare(question, embedder, library)
    return {
        "passages": report.passages,
        "hits": [hit.passage.id for hit in search(query, library, 3)],
        "actions": [ranked.action.id for ranked in suggest(query, library, 3)],
        "nodes": [node.node.node_id for node in ProevRetriever(library, embedder, 3).retrieve(question)],
        "attempts": attempts,
    }


COMMANDS = {"build": build, "hang": hang, "hold": hold, "read": read, "offline": offline}

if __name__ == "__main__":
    main(*sys.argv[1:])
