"""The source viewer: pages of the documents, with quoted words marked."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.texts import texts
from app.ui.library import unknown
from app.ui.pages import Books, Language, language_of, render
from corpus.schema import Document, Page
from corpus.text import find_quote, key
from retrieval.library import Library

MOST_QUOTE = 2000
SPACED = 0.5
"""From which share of lines with one blank line after them a page counts as set with wide lines."""

DIVIDED = re.compile(r"(\w+)-\n(\w+)")
BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
router = APIRouter(prefix="/kilder", include_in_schema=False)


SHORT_LINE = 0.6
"""A line shorter than this share of the page's long ones ends there; a longer one goes on in the next."""

BEGINS_ANEW = re.compile(r"[^\w\s(”\"'«»]|\d{1,2}[.)]\s|\(?\d+\)")
"""How a line begins that is an item, a note or a number of its own."""


@dataclass(frozen=True)
class Stretch:
    """A stretch of a page's text, marked as quoted or not."""

    text: str
    marked: bool


@dataclass(frozen=True)
class Piece:
    """A piece of a stretch without the break that follows it: none, `line`, or `hyphen` where a word is divided."""

    text: str
    end: str = ""


@router.get("")
def documents(library: Books, request: Request, language: Language) -> HTMLResponse:
    """List the documents."""
    first = {document.id: library.pages(document.id)[0].number for document in library.catalogue.documents}
    return render(
        "documents.html",
        language=language,
        at=request.url.path,
        documents=library.catalogue.documents,
        first=first,
    )


@router.get("/{document}")
def pages_of(document: str, library: Books, request: Request, language: Language) -> HTMLResponse:
    """Lead from a document without a page to its pages."""
    return _no_page(document, library, request, language)


@router.get("/{document}/{number}")
def page(document: str, number: str, library: Books, request: Request, citat: str = "") -> HTMLResponse:
    """Show a page; `citat` is the quotation to mark. Where there is no such page, show what there is."""
    pages = library.pages(document) if document in library.documents else ()
    found = next((one for one in pages if str(one.number) == number), None)
    if found is None:
        return _no_page(document, library, request, language_of(request))
    at = pages.index(found)
    before, after = (pages[at - 1] if at else None), (pages[at + 1] if at + 1 < len(pages) else None)
    quote = citat[:MOST_QUOTE]
    stretches = mark(found, after, quote, before)
    is_cut = any(stretch.marked and key(stretch.text) != key(quote) for stretch in stretches)
    return render(
        "page.html",
        language=language_of(request),
        query=request.query_params.multi_items(),
        at=request.url.path,
        document=library.document(document),
        page=found,
        stretches=in_pieces(stretches, library.catalogue.words),
        asked=bool(citat),
        found=any(stretch.marked for stretch in stretches),
        previous=before and before.number,
        next=after and after.number,
        rest_before=quote if is_cut and stretches[0].marked else "",
        rest_after=quote if is_cut and stretches[-1].marked else "",
    )


def _no_page(name: str, library: Library, request: Request, language: str) -> HTMLResponse:
    """Show that a document has no such page, and which it has; of no known document, the documents there are."""
    if name not in library.documents:
        return unknown(request, "documents", name, library, language)
    pages = library.pages(name)
    return render(
        "no_page.html",
        404,
        language=language,
        query=request.query_params.multi_items(),
        at=request.url.path,
        document=library.documents[name],
        first=pages[0].number,
        last=pages[-1].number,
    )


def mark(page: Page, following: Page | None, quote: str, before: Page | None = None) -> list[Stretch]:
    """Cut a page's text where the quotation begins and ends.

    A quotation that goes on over the page's end is looked for with the following page, and marked up to the end; the
    rest of one that began on the page before is marked from the beginning.
    """
    text, spaced = page.text, _is_spaced(page.text)
    span = _span(text, quote, f"\n{following.text}" if following else "", f"{before.text}\n" if before else "")
    if span is None:
        return [Stretch(tidy(text, spaced=spaced), False)]
    begin, end = span
    cut = ((text[:begin], False), (text[begin:end], True), (text[end:], False))
    return [Stretch(tidy(piece, spaced=spaced), marked) for piece, marked in cut if piece]


def _span(text: str, quote: str, after: str, before: str) -> tuple[int, int] | None:
    """Return where in `text` the quotation stands, or the part of it that does."""
    for start, whole in ((0, text), (0, text + after), (len(before), before + text)):
        span = find_quote(whole, quote) if quote else None
        if span is not None and span[0] < start + len(text) and span[1] > start:
            return max(span[0] - start, 0), min(span[1] - start, len(text))
    return None


def tidy(text: str, *, spaced: bool = False) -> str:
    """Return a page's text with runs of blank lines made one, for reading.

    Where a page is `spaced`, a single blank line says nothing and goes.
    """
    return BLANK.sub(lambda run: "\n" if spaced and run[0].count("\n") == 2 else "\n\n", text)


def in_pieces(stretches: Sequence[Stretch], words: Container[str]) -> list[tuple[bool, list[Piece]]]:
    """Return for each stretch whether it is marked, and its pieces, cut where a running line breaks.

    The breaks are those of the printed page; where there is no room for its lines, they are left out. A hyphen goes
    with its break where what is left is one of `words`, and stays with it elsewhere.
    """
    whole = "".join(stretch.text for stretch in stretches)
    breaks = _running_breaks(whole, words)
    found: list[tuple[bool, list[Piece]]] = []
    start = 0
    for stretch in stretches:
        end, pieces = start + len(stretch.text), []
        for at, kind in breaks.items():
            if start <= at < end:
                pieces.append(Piece(whole[start : at - (kind == "hyphen")], kind))
                start = at + 1
        found.append((stretch.marked, [*pieces, Piece(whole[start:end])]))
        start = end
    return found


def _running_breaks(text: str, words: Container[str]) -> dict[int, str]:
    """Return where lines break that go on in the next one, in order, and whether a word is divided there."""
    lines = text.split("\n")
    long = sorted(len(line.strip()) for line in lines if line.strip())
    usual = long[int(0.9 * (len(long) - 1))] if long else 0
    found: dict[int, str] = {}
    at = -1
    for line, following in pairwise(lines):
        at += len(line) + 1
        rest = following.strip()
        if line.endswith("-"):
            divided = DIVIDED.search(f"{line}\n{rest}")
            if divided and "".join(divided.groups()).lower() in words:
                found[at] = "hyphen"
        elif rest and len(line.strip()) >= SHORT_LINE * usual and not BEGINS_ANEW.match(rest):
            found[at] = "line"
    return found


def _is_spaced(text: str) -> bool:
    """Tell whether most lines of a page have a blank line after them, as a file set with wide lines gives."""
    runs = sum(run[0].count("\n") == 2 for run in BLANK.finditer(text))
    lines = sum(bool(line.strip()) for line in text.splitlines())
    return runs > SPACED * lines


def document_line(document: Document, words: Mapping[str, str]) -> str:
    """Return a document's title, publisher and year in one line."""
    return words["document"].format(title=document.title, publisher=document.publisher, year=document.year)


def library_lines(library: Library) -> list[tuple[str, str]]:
    """Return each document's line and the address of its first page."""
    words = texts("da")["chat"]
    return [
        (document_line(document, words), f"/kilder/{document.id}/{library.pages(document.id)[0].number}")
        for document in library.catalogue.documents
    ]
