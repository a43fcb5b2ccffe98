"""What the commands share: the two consoles, an engine that is up to date, and how sources are listed."""

import logging
import subprocess
import sys

import typer
from rich.console import Console

from app.answer import page_label
from app.config import load
from app.engine import Engine
from app.texts import texts
from app.turn import Turn

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def ready_engine() -> Engine:
    """Return the engine with an index that is up to date."""
    logging.basicConfig(level=logging.ERROR)
    config = load()
    if run_ingest("--if-needed"):
        raise typer.Exit(1)
    return Engine(config)


def run_ingest(*arguments: str) -> int:
    """Run the indexing in a process of its own, so that its libraries do not burden this one."""
    return subprocess.run([sys.executable, "-m", "ingest", *arguments], check=False).returncode


def print_citations(turn: Turn, engine: Engine, language: str) -> None:
    """List the sources of an answer, each place once with its numbers."""
    words = texts(language)["answer"]
    library = engine.library
    places: dict[str, list[int]] = {}
    for citation in turn.citations:
        title = library.documents[citation.document].short_title
        where = page_label(library.passages[citation.passage], words)
        places.setdefault(f"{title}, {where}", []).append(citation.n)
    for place, numbers in places.items():
        console.print(f"  {' '.join(f'[{n}]' for n in numbers)} {place}", style="dim", markup=False, soft_wrap=True)
