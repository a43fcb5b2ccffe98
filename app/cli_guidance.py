"""The commands for guidance: `proev suggest`, `proev examples` and `proev plan`."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.markdown import Markdown
from rich.table import Column, Table

from app import examples as library_examples
from app import export
from app.examples import Filters
from app.listing import listing
from app.plan import Plan, draft, gaps
from app.render import markdown
from app.suggestions import suggestion
from app.terminal import console, errors, print_citations, ready_engine
from app.texts import texts
from app.wire_cards import places, trial_action_out, turn_out
from corpus.errors import BadRequest, ProevError
from corpus.schema import TrialAction
from retrieval.library import Catalogue

cli = typer.Typer()
Language = Annotated[str, typer.Option("--lang", help="Sproget på vores egne tekster: da eller en.")]


@cli.command()
def suggest(
    description: Annotated[str, typer.Argument(help="Beskriv situationen.")],
    lang: Language = "da",
    json: Annotated[bool, typer.Option("--json", help="Skriv forslagene som JSON.")] = False,
) -> None:
    """Beskriv en situation, og få op til tre prøvehandlinger, som andre har beskrevet."""
    engine = ready_engine()
    turn = engine.suggest(description, language=lang)
    if json:
        typer.echo(turn_out(turn, engine.library, lang).model_dump_json(indent=2))
        return
    console.print(Markdown(markdown(turn.parts)))
    print_citations(turn, engine, lang)


@cli.command()
def examples(
    where: Annotated[
        list[str] | None, typer.Option(help="Et filter som themes=absence; kan gives flere gange (se --filters).")
    ] = None,
    filters: Annotated[bool, typer.Option("--filters", help="Vis, hvad der kan filtreres på, med antal.")] = False,
    out: Annotated[Path | None, typer.Option(help="Skriv listen i en fil: .docx eller .csv.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Skriv listen som JSON, én på hver linje.")] = False,
) -> None:
    """Vis prøvehandlingerne, filtreret på det, en leder leder efter."""
    wanted = _filters(where or [])
    library = ready_engine().library
    if filters:
        _print_filters(wanted, library.catalogue)
        return
    found = library_examples.sort(library_examples.select(wanted, library.catalogue), "municipality", library.catalogue)
    if out is not None:
        _write(out, listing(found, library, out.suffix.removeprefix("."), "da"))
    elif json:
        for action in found:
            typer.echo(trial_action_out(action, library, "da").model_dump_json())
    else:
        _print_examples(found, wanted, library.catalogue)


@cli.command()
def plan(
    trial_action: Annotated[str | None, typer.Argument(help="Prøvehandlingens id, fx kl-odense.")] = None,
    description: Annotated[str, typer.Option(help="Situationen, uden navne.")] = "",
    edited: Annotated[Path | None, typer.Option("--from", help="En plan som JSON, der er rettet til.")] = None,
    out: Annotated[Path | None, typer.Option(help="Skriv planen i en fil: .docx, .md eller .json.")] = None,
    lang: Language = "da",
) -> None:
    """Lav et udkast til en plan ud fra en prøvehandling, eller skriv en rettet plan ud."""
    if edited is not None:
        made = _read_plan(edited)
    else:
        engine = ready_engine()
        described = engine.mask(description) if description.strip() else ""
        if trial_action is None:
            made = draft(None, described, {}, lang)
        else:
            one = suggestion(library_examples.get(trial_action, engine.library), None, engine.library, lang)
            made = draft(one, described, places(one, engine.library, lang), lang)
    if out is None:
        console.print(Markdown(export.plan_markdown(made, lang)))
    else:
        _write(out, _plan_file(made, out, lang))
    for gap in gaps(made, lang):
        errors.print(f"Mangler: {gap.text}", markup=False)


def _filters(given: list[str]) -> Filters:
    chosen: dict[str, tuple[str, ...]] = {}
    for text in given:
        facet, _, value = text.partition("=")
        if facet not in library_examples.FACETS or not value:
            known = ", ".join(library_examples.FACETS)
            raise BadRequest(
                "Et af filtrene kan ikke læses.", f"Skriv fx themes=absence. Der kan filtreres på: {known}."
            )
        chosen[facet] = (*chosen.get(facet, ()), value)
    return Filters(**chosen)


def _read_plan(path: Path) -> Plan:
    try:
        return Plan.model_validate_json(path.read_bytes())
    except OSError as error:
        raise BadRequest(f"{path} kan ikke læses: {error.strerror}.", "Angiv en plan som JSON.") from error
    except ValidationError as error:
        fields = ", ".join(sorted({".".join(map(str, fault["loc"])) or "planen" for fault in error.errors()}))
        raise BadRequest(
            f"{path} er ikke en plan: {fields} har en forkert form.", "Ret filen, og prøv igen."
        ) from error


def _plan_file(made: Plan, path: Path, language: str) -> bytes:
    if path.suffix == ".json":
        return made.model_dump_json(indent=2).encode()
    if path.suffix == ".md":
        return export.plan_markdown(made, language).encode()
    if path.suffix == ".docx":
        return export.plan_docx(made, language)
    raise BadRequest(f"{path.name} er ingen kendt filtype.", "Brug .docx, .md eller .json.")


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise BadRequest(f"{path} kan ikke skrives: {error.strerror}.", "Vælg et andet sted.") from error
    errors.print(f"Skrevet: {path}", markup=False)


def _print_filters(wanted: Filters, catalogue: Catalogue) -> None:
    for facet, counted in library_examples.counts(wanted, catalogue).items():
        console.print(facet, style="bold")
        for value, count in counted.items():
            console.print(f"  {value} ({count}) {library_examples.name_of(facet, value, catalogue)}", markup=False)


def _what_to_loosen(wanted: Filters, catalogue: Catalogue) -> str:
    alone = library_examples.loosen(wanted, catalogue)
    if alone:
        return f"Løsn et af filtrene: {', '.join(f'{facet} ({count} uden det)' for facet, count in alone.items())}."
    together = library_examples.loosen_together(wanted, catalogue).items()
    told = ", eller ".join(f"{' og '.join(facets)} ({count} uden dem)" for facets, count in together)
    return f"Ét filter er ikke nok. Tag disse af sammen: {told}."


def _print_examples(found: list[TrialAction], wanted: Filters, catalogue: Catalogue) -> None:
    if not found:
        what = "Ingen prøvehandlinger passer til alle filtrene på én gang."
        raise ProevError(what, _what_to_loosen(wanted, catalogue))
    table = Table(Column("Id", no_wrap=True), "Prøvehandling", "Udfald", "Side", "Mærke")
    for action in found:
        outcome = library_examples.outcome(action, catalogue)
        label = catalogue.mark(action.id).label.value
        table.add_row(action.id, f"{action.name}: {action.title}", outcome, str(action.pages[0]), label)
    console.print(table)
    console.print(library_examples.counted(len(found), texts("da")["examples"]))
