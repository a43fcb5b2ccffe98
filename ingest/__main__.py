"""`python -m ingest`, also reached as `proev ingest`: build or update the index, add and remove documents."""

import logging
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from corpus.errors import DocumentError, IndexBusy, ProevError
from ingest import local
from ingest.parse import Problem
from ingest.run import SHIPPED_VECTORS, IngestReport, ingest, is_current, ship_vectors
from retrieval import settings
from retrieval.embed import Embedder

console = Console(stderr=True, highlight=False)
WAIT_S = 60.0
"""How long to wait for another process that is changing the documents."""

STEPS = {"læser": "Læser dokumenterne", "regner": "Regner vektorer", "gemmer": "Gemmer indekset"}


def run(
    files: Annotated[list[Path] | None, typer.Argument(help="Egne dokumenter (PDF eller tekst), der skal med.")] = None,
    title: Annotated[str | None, typer.Option(help="Dokumentets titel (kun med én fil).")] = None,
    publisher: Annotated[str | None, typer.Option(help="Udgiver, fx Eksempel Kommune.")] = None,
    first_page: Annotated[int | None, typer.Option(help="Det trykte sidetal på filens første side.")] = None,
    remove: Annotated[list[str] | None, typer.Option(help="Fjern det lokale dokument med dette id.")] = None,
    rebuild: Annotated[bool, typer.Option(help="Byg indekset forfra, også når intet er ændret.")] = False,
    if_needed: Annotated[bool, typer.Option(hidden=True)] = False,
    ship: Annotated[bool, typer.Option("--ship-vectors", hidden=True)] = False,
) -> None:
    """Byg eller opdatér indekset, og tilføj eller fjern jeres egne dokumenter."""
    logging.basicConfig(level=logging.ERROR)
    try:
        if ship:
            written = ship_vectors(settings.load().storage, settings.load().embedder())
            console.print(f"{written} vektorer skrevet i {SHIPPED_VECTORS.name}.")
            return
        _run(files or [], title, publisher, first_page, remove or [], rebuild, quiet=if_needed)
    except ProevError as error:
        console.print(f"[red]Fejl:[/red] {escape(str(error))}")
        raise typer.Exit(1) from error


def _run(
    files: list[Path],
    title: str | None,
    publisher: str | None,
    first_page: int | None,
    remove: list[str],
    rebuild: bool,
    *,
    quiet: bool,
) -> None:
    chosen = settings.load()
    storage = chosen.storage
    refused: list[Problem] = []
    if remove or files:
        with storage.building(wait=WAIT_S):
            for document_id in remove:
                local.remove(storage, document_id)
            for path in files:
                named = title if len(files) == 1 else None
                try:
                    local.add(storage, path, title=named, publisher=publisher, first_page=first_page)
                except DocumentError as error:
                    refused.append(Problem(path.name, error))
    embedder = chosen.embedder()
    if quiet and is_current(storage, embedder.name, chosen.qdrant_url is not None):
        return
    try:
        report = _ingest_with_bar(chosen, embedder, rebuild, WAIT_S if remove or files else 0.0)
    except IndexBusy as error:
        if quiet and storage.pointer.is_file():
            console.print(f"{escape(str(error))} Så længe bruges det gamle indeks.")
            return
        raise
    _tell(report, refused)
    if refused:
        raise typer.Exit(1)


def _ingest_with_bar(
    chosen: settings.RetrievalSettings, embedder: Embedder, rebuild: bool, wait: float
) -> IngestReport:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(STEPS[step], total=total)
            bar.update(tasks[step], completed=done, total=total)

        return ingest(chosen.storage, embedder, client=chosen.connect(), rebuild=rebuild, wait=wait, progress=show)


def _tell(report: IngestReport, refused: list[Problem]) -> None:
    for problem in [*refused, *report.problems]:
        console.print(f"[yellow]Sprunget over:[/yellow] {escape(f'{problem.document}: {problem.error}')}")
    if not report.changed:
        console.print(f"Intet er ændret: {report.documents} dokumenter, {report.passages} passager.")
        return
    console.print(
        f"Indekset er klar: {report.documents} dokumenter, {report.passages} passager, {report.records} "
        f"prøvehandlinger, anbefalinger og indsatser ({report.embedded} nye vektorer, {report.seconds:.0f} s)."
    )


if __name__ == "__main__":
    typer.run(run)
