"""The library's pages of trial actions: search, filters, cards, table, overview, comparison, files, details."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ConfigDict, Field

from app import examples, export, triage
from app.api_library import FiltersIn
from app.browse import BEST_FIRST, browse, record_of
from app.examples import COMPARED, Filters
from app.listing import listing
from app.shelves import KINDS, nearest, search, shelf
from app.suggestions import suggestion
from app.texts import texts
from app.turn import Citation
from app.ui.pages import Books, Language, address, place_of, render
from retrieval.library import Library

VIEWS = ("cards", "table", "overview")
FIRST_FOUND = 5
MOST_CHOSEN = 200
SHOWN = ("problem", "steps", "who", "resources", "changes", "learned", "caveats", "first_steps", "signs", "ask_first")
COMPARED_FIELDS = ("problem", "steps", "who", "resources", "changes", "learned", "caveats")
PATHS = {
    "trial_actions": "/bibliotek/proevehandlinger",
    "recommendations": "/bibliotek/anbefalinger",
    "measures": "/bibliotek/indsatser",
    "topics": "/bibliotek/emner",
    "documents": "/bibliotek/dokumenter",
}
Choice = tuple[str, int, bool]
"""A value of a filter, how many it would leave, and whether it is chosen."""

router = APIRouter(prefix="/bibliotek", include_in_schema=False)


class Wanted(FiltersIn):
    """What the address of a list asks for: words, filters, order, view, and the trial actions that are chosen."""

    model_config = ConfigDict(extra="ignore")

    q: str = ""
    sort: str = BEST_FIRST
    view: str = VIEWS[0]
    ids: list[str] = Field(default=[], max_length=MOST_CHOSEN)
    format: str = "docx"
    lang: str = ""


def shared(library: Library, language: str, request: Request) -> dict[str, Any]:
    """Return what all pages of the library need: names, places, counts of each kind, the address's query."""
    return {
        "language": language,
        "query": request.query_params.multi_items(),
        "at": request.url.path,
        "name": namer(library, language),
        "place": placer(library, language),
        "documents": library.documents,
        "kinds": {kind: (PATHS[kind], len(shelf(kind, library))) for kind in KINDS},
        "mark": library.catalogue.mark,
    }


def namer(library: Library, language: str) -> Callable[[str, str], str]:
    """Return what names a value of a facet to a reader."""

    def name(facet: str, value: str) -> str:
        if facet == "documents":
            return library.documents[value].short_title
        if facet == "evidence":
            return f"{value} · {texts(language)['evidence'][f'name_{value.lower()}']}"
        return examples.name_of(facet, value, library.catalogue, language)

    return name


def placer(library: Library, language: str) -> Callable[[Citation], str]:
    """Return what tells where a citation stands."""
    return lambda citation: place_of(citation, library, language)


@router.get("")
def start(request: Request, library: Books, language: Language, q: str = "") -> HTMLResponse:
    """Show what the library holds; with words typed, what holds them, kind by kind."""
    found = {kind: search(kind, q, library) for kind in KINDS} if q.strip() else {}
    whole = any(looked.all_words and items for items, looked in found.values())
    hits = {
        kind: (items[:FIRST_FOUND], len(items))
        for kind, (items, looked) in found.items()
        if items and (looked.all_words or not whole)
    }
    respelt = next((looked.respelt for _, looked in found.values() if looked.respelt), None)
    return render(
        "library.html",
        **shared(library, language, request),
        q=q,
        hits=hits,
        total=sum(count for _, count in hits.values()),
        respelt=respelt,
        all_words=whole,
        concern=triage.is_acute(q),
        overview=examples.overview(library.catalogue.trial_actions, library.catalogue),
    )


@router.get("/proevehandlinger")
def trial_actions(
    wanted: Annotated[Wanted, Query()], request: Request, library: Books, language: Language
) -> HTMLResponse:
    """Show the trial actions that hold the words and pass the filters, as cards, as a table or as an overview."""
    sort = wanted.sort if wanted.sort in examples.SORTS else BEST_FIRST
    filters, lost = examples.known(wanted.filters(), library.catalogue)
    listed = browse(filters, wanted.q, sort, library)
    chosen = [examples.get(name, library) for name in wanted.ids if name in library.trial_actions]
    return render(
        "trial_actions.html",
        **shared(library, language, request),
        listed=listed,
        cards=[suggestion(action, None, library, language) for action in listed.actions],
        values=lambda action, facet: examples.values(action, facet, library.catalogue),
        facets=_facets(filters, listed.counts, library),
        overview=examples.overview(listed.actions, library.catalogue),
        wanted=wanted,
        view=wanted.view if wanted.view in VIEWS else VIEWS[0],
        views=VIEWS,
        sort=sort,
        sorts=_sorts(typed=bool(listed.looked.words)),
        chosen=chosen,
        elsewhere=[action for action in chosen if action not in listed.actions],
        here=still_there(request, {facet: getattr(filters, facet) for facet in examples.FACETS}),
        lost=lost,
        most=COMPARED[1],
        concern=triage.is_acute(wanted.q),
    )


def still_there(request: Request, kept: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """Return the query of an address, without empty values and without values of filters that are not there."""
    asked = request.query_params.multi_items()
    return [(name, value) for name, value in asked if value and value in kept.get(name, (value,))]


def _sorts(*, typed: bool) -> list[tuple[str, str]]:
    """Return the orders on offer with the name of each; the first is the one that nobody chose."""
    first, *others = examples.SORTS
    named = [("", "sort_fit"), (first, f"sort_{first}")] if typed else [("", f"sort_{first}")]
    return [*named, *((one, f"sort_{one}") for one in others)]


def _facets(
    filters: Filters, counts: Mapping[str, Mapping[str, int]], library: Library
) -> list[tuple[str, list[Choice]]]:
    """Return the filters as they stand on the page: every value there is, with its count and whether it is chosen."""
    catalogue = library.catalogue
    there = examples.counts(Filters(), catalogue)
    shown = []
    for facet in examples.FACETS:
        order = [value for value in catalogue.facet_names.get(facet, {}) if value in there[facet]]
        values = order or sorted(there[facet], key=examples.alphabetical)
        chosen = getattr(filters, facet)
        shown.append((facet, [(value, counts[facet].get(value, 0), value in chosen) for value in values]))
    return shown


@router.get("/proevehandlinger/fil", response_class=Response)
def file(wanted: Annotated[Wanted, Query()], request: Request, library: Books, language: Language) -> Response:
    """Hand over the chosen trial actions as a file; where none is chosen, those that the filters leave.

    Where the address asks for something that is not there any more, the list says so in place of a file.
    """
    if examples.known(wanted.filters(), library.catalogue)[1] or any(
        name not in library.trial_actions for name in wanted.ids
    ):
        return RedirectResponse(address(PATHS["trial_actions"], language, request.query_params.multi_items()), 303)
    chosen = [examples.get(name, library) for name in wanted.ids]
    found = chosen or browse(wanted.filters(), wanted.q, wanted.sort, library).actions
    kind = export.CSV if wanted.format == "csv" else export.DOCX
    name = f"proevehandlinger.{wanted.format}"
    content = listing(found, library, wanted.format, language)
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.get("/proevehandlinger/{name}")
def trial_action(name: str, request: Request, library: Books, language: Language) -> HTMLResponse:
    """Show a trial action with all that is told of it, each statement with its citations."""
    if name not in library.trial_actions:
        return unknown(request, "trial_actions", name, library, language)
    action = library.trial_actions[name]
    told = suggestion(action, None, library, language)
    pointed = {field: [(part, record_of(part, library)) for part in told.field(field)] for field in ("behind", "local")}
    parts = [part for field in told.fields if field.name in {*SHOWN, *pointed} for part in field.parts]
    return render(
        "trial_action.html",
        **shared(library, language, request),
        action=action,
        told=told,
        shown=SHOWN,
        pointed=pointed,
        values=lambda facet: examples.values(action, facet, library.catalogue),
        citations=list({one.n: one for part in parts for one in part.citations}.values()),
        record_path=lambda record: record_path(record, library),
    )


def record_path(record: str, library: Library) -> str:
    """Return the address of a record or topic."""
    return f"{PATHS[f'{library.catalogue.kind(record)}s']}/{record}"


@router.get("/sammenlign")
def compare(wanted: Annotated[Wanted, Query()], request: Request, library: Books, language: Language) -> HTMLResponse:
    """Show two to four trial actions side by side; with another number, the way back to choosing."""
    there = [library.trial_actions[name] for name in dict.fromkeys(wanted.ids) if name in library.trial_actions]
    low, high = COMPARED
    gone = [name for name in dict.fromkeys(wanted.ids) if name not in library.trial_actions]
    fits = low <= len(there) <= high
    cards = [suggestion(action, None, library, language) for action in there]
    back = [(name, value) for name, value in request.query_params.multi_items() if value and name != "format"]
    return render(
        "compare.html",
        200 if fits else 422,
        **shared(library, language, request),
        cards=cards,
        fits=fits,
        gone=gone,
        low=low,
        high=high,
        fields=COMPARED_FIELDS,
        values=lambda action, facet: examples.values(action, facet, library.catalogue),
        back=back,
    )


def unknown(
    request: Request, kind: str, name: str, library: Library, language: str, leads: str = "{path}/{id}"
) -> HTMLResponse:
    """Show that there is nothing at an address, and what is most like it; `leads` is how the ways on are addressed."""
    # The address is not repeated: what was typed in it may be anything.
    near = [(leads.format(path=PATHS[kind], id=item.id), item) for item in nearest(kind, name, library)]
    return render("unknown.html", 404, **{**shared(library, language, request), "at": ""}, kind=kind, near=near)
