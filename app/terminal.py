"""What the commands share: the two consoles, an engine that is up to date, and how sources are listed."""

import logging
import subprocess
import sys
from typing import TextIO

import typer
from rich.console import Console

from app.answer import page_label
from app.config import load
from app.engine import Engine
from app.turn import Turn

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def ready_engine(told: TextIO | None = None) -> Engine:
    """Return the engine with an index that is up to date; `told` is where the indexing writes, if not here."""
    logging.basicConfig(level=logging.ERROR)
    config = load()
    if run_ingest("--if-needed", told=told):
        raise typer.Exit(1)
    return Engine(config)


def run_ingest(*arguments: str, told: TextIO | None = None) -> int:
    """Run the indexing in a process of its own, so that its libraries do not burden this one."""
    return subprocess.run([sys.executable, "-m", "ingest", *arguments], check=False, stdout=told).returncode


def print_citations(turn: Turn, engine: Engine, language: str) -> None:
    """List the sources of an answer, each place once with its numbers."""
    library = engine.library
    places: dict[str, list[int]] = {}
    for citation in turn.citations:
        title = library.documents[citation.document].short_title
        where = page_label(library.passages[citation.passage], language)
        places.setdefault(f"{title}, {where}", []).append(citation.n)
    for place, numbers in places.items():
        console.print(f"  {' '.join(f'[{n}]' for n in numbers)} {place}", style="dim", markup=False, soft_wrap=True)
