"""Errors over HTTP: problem+json (RFC 9457) for programs, a page for people, in Danish or English."""

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from app.texts import LANGUAGES, texts
from app.ui.source import problem_page
from corpus.errors import ProevError

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """An error, as in RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    code: str


def problem(request: Request, status: int, code: str, told: str = "") -> Response:
    """Return an error: a page to a browser that wants one, else problem+json.

    `told` is what our own error says, in Danish; in English, and where there is none, the text of its `code` is shown.
    """
    language = language_of(request)
    words = texts(language)["problem"]
    title = words.get(f"title_{status}", words["title_500"])
    detail = told if told and language == "da" else words.get(code, words["InternalError"])
    if wants_page(request):
        return problem_page(ProevError(title, detail), status)
    body = Problem(type=f"urn:proev-foerst:{code}", title=title, status=status, detail=detail, code=code)
    return JSONResponse(body.model_dump(), status, media_type=MEDIA_TYPE)


def language_of(request: Request) -> str:
    """Return the language asked for: `lang` of the address, else the first of ours in Accept-Language, else Danish."""
    asked = request.query_params.get("lang")
    accepted = request.headers.get("accept-language", "").lower().split(",")
    wanted = [asked, *(tag.split(";")[0].split("-")[0].strip() for tag in accepted)]
    return next((language for language in wanted if language in LANGUAGES), "da")


def wants_page(request: Request) -> bool:
    """Tell whether a person with a browser reads the answer, not a program."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")
