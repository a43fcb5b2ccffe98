"""Pages made of templates: texts, addresses that keep the language, assets that are cached. Door: Jinja2."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from app.answer import page_label
from app.engine import Engine
from app.texts import LANGUAGES, pages_named, texts
from app.turn import Citation
from corpus.errors import ProevError
from corpus.schema import Passage
from retrieval.library import Library

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
YEAR = 365 * 24 * 60 * 60
FOREVER = f"public, max-age={YEAR}, immutable"
NAMED_PARTS = 8
"""How many letters of an asset's hash its address carries."""

NUMBER = re.compile(r"<strong>([^<\d]*)(\d[\d ]+\d)</strong>")

_templates = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Assets(StaticFiles):
    """Files that pages load: kept by the browser where the address names the content, else asked for anew."""

    async def get_response(self, path: str, scope: Any) -> Response:
        """Return a file with how long it may be kept."""
        response = await super().get_response(path, scope)
        named = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = FOREVER if named else "no-cache"
        return response


@cache
def asset(name: str) -> str:
    """Return the address of a file in `static`, which changes with its content."""
    content = (STATIC / name).read_bytes()
    return f"/statisk/{name}?v={hashlib.sha256(content).hexdigest()[:NAMED_PARTS]}"


def language_of(request: Request) -> str:
    """Return the language that the address asks for; Danish for one there is none of."""
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def engine_of(request: Request) -> Engine:
    """Return the engine of the application."""
    engine: Engine = request.app.state.engine
    return engine


def library_of(request: Request) -> Library:
    """Return the current state of the index."""
    return engine_of(request).library


Language = Annotated[str, Depends(language_of)]
Books = Annotated[Library, Depends(library_of)]


def address(path: str, language: str, query: Mapping[str, object] | Iterable[tuple[str, object]] = ()) -> str:
    """Return an address that keeps the language; empty values of the query are left out.

    What follows a `#` stays last.
    """
    pairs = query.items() if isinstance(query, Mapping) else query
    told = [(name, value) for name, value in pairs if name != "lang" and value not in ("", None, ())]
    if language != LANGUAGES[0]:
        told.append(("lang", language))
    before, mark, place = path.partition("#")
    joined = "&" if "?" in before else "?"
    return f"{before}{joined if told else ''}{urlencode(told, doseq=True)}{mark}{place}"


def link(citation: Citation) -> str:
    """Return the address that opens a citation's page with the quotation marked."""
    return f"/kilder/{citation.document}/{citation.page}?{urlencode({'citat': citation.quote})}#citat"


def place_of(citation: Citation, library: Library, language: str) -> str:
    """Return where a citation stands, for a reader: document and page, or its heading where no page is printed."""
    passage: Passage = library.passages[citation.passage]
    page = pages_named(citation.pages[:1], language) if citation.pages else page_label(passage, language)
    return f"{library.documents[citation.document].short_title}, {page}"


def calls(html: str) -> str:
    """Return our own text with the telephone numbers in bold as ones to call."""
    return NUMBER.sub(_call, html)


def _call(found: re.Match[str]) -> str:
    name, number = found.groups()
    return f'<a class="call" href="tel:{number.replace(" ", "")}"><strong>{name}{number}</strong></a>'


def render(template: str, status: int = 200, language: str = "da", **values: object) -> HTMLResponse:
    """Return a page made of a template, with the texts of a language as `words`.

    `query` may be the query of the address as pairs, and `at` its path: the link to the other language keeps them.
    """
    html = _templates.get_template(template).render(words=texts(language), language=language, **values)
    headers = {"Cache-Control": "no-cache"}
    return HTMLResponse(html, status, headers)


def problem_page(error: ProevError, status: int, language: str = "da", spoken: str = "da") -> HTMLResponse:
    """Return an error as a page a person can read; `spoken` is the language the error is told in."""
    return render("problem.html", status, language, what=error.what, fix=error.fix, spoken=spoken)


@pass_context
def to(context: Context, path: str, query: Mapping[str, object] | Iterable[tuple[str, object]] = ()) -> str:
    """Return an address in the language of the page that is being made."""
    return address(path, context["language"], query)


@pass_context
def _in_other_language(context: Context) -> str:
    """Return the address of the same page in the other language, named: it is then the one chosen last."""
    other = next(one for one in LANGUAGES if one != context["language"])
    pairs = [(name, value) for name, value in context.get("query", ()) if name != "lang" and value not in ("", None)]
    return f"{quote(context.get('at', ''))}?{urlencode([*pairs, ('lang', other)])}"


_templates.globals |= {"asset": asset, "to": to, "in_other_language": _in_other_language, "source_link": link}
