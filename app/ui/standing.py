"""Pages that stand by themselves: before a referral, acute concern, about, accessibility."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markdown_it import MarkdownIt

from app import triage
from app.cards import cite_support
from app.turn import Part, PartKind
from app.ui.library import shared
from app.ui.pages import Books, Language, calls, engine_of, render
from app.verify import verify
from corpus.guides import ReferralPath
from corpus.schema import Statement
from retrieval.library import Library

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Step:
    """A step before a referral, with its statements and their citations."""

    title: str
    actors: tuple[str, ...]
    papers: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Way:
    """What one source says happens before a referral; `path` is as in the library."""

    path: ReferralPath
    intro: tuple[Part, ...]
    steps: tuple[Step, ...]


@router.get("/foer-henvisning")
def before_referral(request: Request, library: Books, language: Language) -> HTMLResponse:
    """Show the steps before a referral, source by source, the national recommendations first."""
    paths = sorted(library.catalogue.paths, key=lambda path: path.place or "")
    ways = [_way(path, library) for path in paths]
    return render("referral.html", **shared(library, language, request), ways=ways)


def _way(path: ReferralPath, library: Library) -> Way:
    steps = tuple(Step(step.title, step.actors, step.papers, _parts(step.statements, library)) for step in path.steps)
    return Way(path, _parts((path.intro,), library), steps)


def _parts(statements: tuple[Statement, ...], library: Library) -> tuple[Part, ...]:
    """Return statements with their citations, numbered from 1; what its quotations do not carry is left out."""
    parts = [
        Part(PartKind.STATEMENT, one.text, tuple(cite_support(support, library) for support in one.support))
        for one in statements
    ]
    return verify(parts, library)[0]


@router.get("/akut")
def urgent(request: Request, library: Books, language: Language) -> HTMLResponse:
    """Show the fixed text on acute concern."""
    text = triage.urgent_text(language, engine_of(request).config.local_numbers)
    # its headings begin at the second level, where the page's only one stands
    html = calls(MarkdownIt("js-default").render(text.replace("## ", "# ", 1).replace("### ", "## ")))
    return render("urgent.html", **shared(library, language, request), text=html)


@router.get("/om")
def about(request: Request, library: Books, language: Language) -> HTMLResponse:
    """Show what this is and is not, its sources, and what happens to what a person writes."""
    return render("about.html", **shared(library, language, request), sources=library.catalogue.documents)


@router.get("/tilgaengelighed")
def accessibility(request: Request, library: Books, language: Language) -> HTMLResponse:
    """Show the accessibility statement."""
    return render("accessibility.html", **shared(library, language, request))
