"""The library's pages of recommendations, measures, topics and documents."""

from collections.abc import Mapping
from itertools import groupby

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app import cards, export, triage
from app.browse import source_words, those_behind
from app.listing import items_file
from app.shelves import Facets, Narrowed, narrow
from app.ui.library import PATHS, Choice, record_path, shared, still_there, unknown
from app.ui.pages import Books, Language, address, render
from app.verify import verify
from corpus.schema import Passage
from retrieval.library import Library

router = APIRouter(prefix="/bibliotek", include_in_schema=False)
KINDS = {path.rpartition("/")[2]: kind for kind, path in PATHS.items() if kind != "trial_actions"}
MOST_VALUES = 50


@router.get("/{folder}")
def listed(folder: str, request: Request, library: Books, language: Language, q: str = "") -> HTMLResponse:
    """Show the items of a kind that hold the words and pass the filters."""
    if folder not in KINDS:
        return unknown(request, "trial_actions", folder, library, language)
    kind = KINDS[folder]
    wanted, lost = _wanted(request, kind, library)
    narrowed = narrow(kind, q, wanted, library)
    return render(
        "records.html",
        **shared(library, language, request),
        kind=kind,
        q=q,
        concern=triage.is_acute(q),
        narrowed=narrowed,
        facets=_choices(kind, wanted, narrowed, library),
        path=PATHS[kind],
        here=still_there(request, wanted),
        lost=lost,
    )


@router.get("/{folder}/fil", response_class=Response)
def file(folder: str, request: Request, library: Books, language: Language, q: str = "") -> Response:
    """Hand over what the words and filters leave of a kind as a file; documents are fetched one by one."""
    asked = request.query_params.get("format", "docx")
    if folder not in KINDS or folder == "dokumenter":
        return unknown(request, KINDS.get(folder, "trial_actions"), "fil", library, language)
    kind = KINDS[folder]
    wanted, lost = _wanted(request, kind, library)
    if lost:
        return RedirectResponse(address(PATHS[kind], language, request.query_params.multi_items()), 303)
    ids = [item.id for item in narrow(kind, q, wanted, library).items]
    content = items_file(kind, ids, library, asked, language)
    named = {"Content-Disposition": f'attachment; filename="{folder}.{asked}"'}
    return Response(content, media_type=export.CSV if asked == "csv" else export.DOCX, headers=named)


def _wanted(request: Request, kind: str, library: Library) -> tuple[Facets, list[str]]:
    """Return the values that the address asks for, facet by facet, and the facets it asks for an unknown one of."""
    there = narrow(kind, "", {}, library).counts
    asked = {facet: list(dict.fromkeys(request.query_params.getlist(facet)))[:MOST_VALUES] for facet in there}
    wanted = {facet: tuple(value for value in values if value in there[facet]) for facet, values in asked.items()}
    return wanted, [
        facet for facet, values in asked.items() if any(value and value not in there[facet] for value in values)
    ]


def _choices(kind: str, wanted: Facets, narrowed: Narrowed, library: Library) -> list[tuple[str, list[Choice]]]:
    """Return the filters as they stand on the page: every value there is, with its count and whether it is chosen."""
    there = narrow(kind, "", {}, library).counts
    return [
        (facet, [(value, narrowed.counts[facet].get(value, 0), value in wanted[facet]) for value in values])
        for facet, values in there.items()
    ]


@router.get("/anbefalinger/{name}")
def recommendation(name: str, request: Request, library: Books, language: Language) -> HTMLResponse:
    """Show a recommendation in its source's own words."""
    return _record(name, "recommendations", request, library, language)


@router.get("/indsatser/{name}")
def measure(name: str, request: Request, library: Books, language: Language) -> HTMLResponse:
    """Show a municipality's measure in its source's own words."""
    return _record(name, "measures", request, library, language)


def _record(name: str, kind: str, request: Request, library: Library, language: str) -> HTMLResponse:
    if name not in library.records or library.catalogue.kind(name) != kind.removesuffix("s"):
        return unknown(request, kind, name, library, language)
    record = library.records[name]
    return render(
        "record.html",
        **shared(library, language, request),
        kind=kind,
        record=record,
        document=library.documents[record.document],
        blocks=source_words(record, library),
        pointing=those_behind(name, library),
    )


@router.get("/emner/{name}")
def topic(name: str, request: Request, library: Books, language: Language) -> HTMLResponse:
    """Show a topic: a few statements of ours, each with its citations."""
    if name not in library.topics:
        return unknown(request, "topics", name, library, language)
    found = library.topics[name]
    (heading, *parts), _ = verify([*cards.card(found, library, language)], library)
    records = dict.fromkeys(library.passages[one.passage].record for part in parts for one in part.citations)
    return render(
        "topic.html",
        **shared(library, language, request),
        topic=found,
        heading=heading.text,
        parts=parts,
        citations=list({one.n: one for part in parts for one in part.citations}.values()),
        related=[(record_path(one, library), library.records[one].title) for one in records if one in library.records],
    )


@router.get("/dokumenter/{name}")
def document(name: str, request: Request, library: Books, language: Language) -> HTMLResponse:
    """Show a document: who made it and when, what it rests on, its contents, and what was taken from it."""
    if name not in library.documents:
        return unknown(request, "documents", name, library, language)
    records = [record for record in library.catalogue.records if record.document == name]
    return render(
        "document.html",
        **shared(library, language, request),
        document=library.documents[name],
        first=library.pages(name)[0].number,
        pages=len(library.pages(name)),
        held=_held(library, [record.id for record in records]),
        contents=_contents(name, library),
    )


def _held(library: Library, records: list[str]) -> Mapping[str, int]:
    kinds = [f"{library.catalogue.kind(record)}s" for record in records]
    return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}


def _contents(document: str, library: Library) -> list[tuple[str, int]]:
    """Return the outermost headings of a document with the page each begins on."""
    passages = [passage for passage in library.catalogue.passages if passage.document == document]

    def outermost(passage: Passage) -> str:
        return passage.path[0] if passage.path else ""

    groups = [(heading, next(iter(group)).pages[0]) for heading, group in groupby(passages, outermost)]
    return [(heading, page) for heading, page in groups if heading]


@router.get("/{path:path}")
def nothing(path: str, request: Request, library: Books, language: Language) -> HTMLResponse:
    """Show that there is nothing at an address below the library."""
    return unknown(request, "trial_actions", path.rpartition("/")[2], library, language)
