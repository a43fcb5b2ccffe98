"""The source viewer: pages of the documents, with quoted words marked. Door: Jinja2."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.engine import Engine
from app.texts import texts
from app.turn import Citation
from corpus.errors import ProevError
from corpus.schema import Document, Page
from corpus.text import find_quote
from retrieval.library import Library

MOST_QUOTE = 2000
FOLDER = Path(__file__).parent
_pages = Environment(
    loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
router = APIRouter(prefix="/kilder", include_in_schema=False)


@dataclass(frozen=True)
class Stretch:
    """A stretch of a page's text, marked as quoted or not."""

    text: str
    marked: bool


def link(citation: Citation) -> str:
    """Return the address that opens a citation's page with the quotation marked."""
    query = urlencode({"citat": citation.quote})
    return f"/kilder/{citation.document}/{citation.page}?{query}#citat"


@router.get("")
def documents(request: Request) -> HTMLResponse:
    """List the documents."""
    library = _engine(request).library
    first = {document.id: library.pages(document.id)[0].number for document in library.catalogue.documents}
    return render("documents.html", documents=library.catalogue.documents, first=first)


@router.get("/{document}/{number}")
def page(request: Request, document: str, number: int, citat: str = "") -> HTMLResponse:
    """Show a page; `citat` is the quotation to mark."""
    library = _engine(request).library
    found = library.page(document, number)
    pages = library.pages(document)
    at = pages.index(found)
    stretches = mark(found, pages[at + 1] if at + 1 < len(pages) else None, citat[:MOST_QUOTE])
    return render(
        "page.html",
        document=library.document(document),
        page=found,
        stretches=stretches,
        asked=bool(citat),
        found=any(stretch.marked for stretch in stretches),
        previous=pages[at - 1].number if at else None,
        next=pages[at + 1].number if at + 1 < len(pages) else None,
    )


def mark(page: Page, following: Page | None, quote: str) -> list[Stretch]:
    """Cut a page's text where the quotation begins and ends.

    A quotation that goes on over the page's end is looked for with the following page, and marked up to the end.
    """
    text = page.text
    span = find_quote(text, quote) if quote else None
    if span is None and quote and following is not None:
        span = find_quote(f"{text}\n{following.text}", quote)
    if span is None or span[0] >= len(text):
        return [Stretch(tidy(text), False)]
    begin, end = span[0], min(span[1], len(text))
    cut = ((text[:begin], False), (text[begin:end], True), (text[end:], False))
    return [Stretch(tidy(piece), marked) for piece, marked in cut if piece]


def tidy(text: str) -> str:
    """Return a page's text with runs of blank lines made one, for reading."""
    return re.sub(r"\n[ \t]*(?:\n[ \t]*)+", "\n\n", text)


def problem_page(error: ProevError, status: int) -> HTMLResponse:
    """Return an error as a page a person can read."""
    return render("problem.html", status, what=error.what, fix=error.fix)


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


def _engine(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine


def render(template: str, status: int = 200, language: str = "da", **values: object) -> HTMLResponse:
    """Return a page made of a template, with the texts of a language as `words`."""
    html = _pages.get_template(template).render(words=texts(language), language=language, **values)
    return HTMLResponse(html, status)
