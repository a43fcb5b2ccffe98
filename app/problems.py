"""Errors over HTTP: problem+json (RFC 9457) for programs, a page for people, in Danish or English."""

from collections.abc import Sequence

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from app.texts import LANGUAGES, texts
from app.ui.pages import problem_page
from corpus.errors import ProevError

MEDIA_TYPE = "application/problem+json"
PERSONS_PATHS = ("/kilder", "/bibliotek", "/foer-henvisning", "/akut", "/om", "/tilgaengelighed", "/plan")
"""Below these addresses everything is a page."""


COMMON = {
    400: "UnknownHost", 403: "ForeignOrigin", 404: "UnknownRecord", 413: "QueryTooLong", 422: "BadRequest",
    429: "TooManyRequests", 500: "InternalError", 503: "IndexMissing",
}  # fmt: skip
"""An error of each status, to show what one looks like."""


class Fault(BaseModel):
    """A field that cannot be used, and why."""

    field: str = Field(description="Feltets sti, fx body.plan.goals.0.")
    rule: str = Field(description="Reglen, der er brudt, fx string_too_long, too_long eller missing.")
    limit: int | None = Field(default=None, description="Grænsen, hvor reglen har en.")
    allowed: list[str] | None = Field(default=None, description="De værdier, der kan bruges, hvor det er nogle få.")


class Problem(BaseModel):
    """An error, as in RFC 9457."""

    type: str = Field(examples=["urn:proev-foerst:UnknownRecord"])
    title: str = Field(examples=["Findes ikke"])
    status: int = Field(examples=[404])
    detail: str = Field(
        description="Hvad der var galt, og hvad man kan gøre.",
        examples=["Der er ingen prøvehandling med det id. Mente du kl-odense?"],
    )
    code: str = Field(description="Fejlens navn, som ikke ændrer sig.", examples=["UnknownRecord"])
    errors: list[Fault] = Field(default=[], description="De felter, der ikke kan bruges; udeladt ved andre fejl.")


def problem(request: Request, status: int, code: str, told: str = "", errors: Sequence[Fault] = ()) -> Response:
    """Return an error: a page to a browser that wants one, else problem+json.

    `told` is what our own error says, in Danish; in English, and where there is none, the text of its `code` is shown.
    `errors` are the fields that cannot be used.
    """
    language = language_of(request)
    words = texts(language)["problem"]
    title = words.get(f"title_{status}", words["title_500"])
    detail = told if told and language == "da" else words.get(code, words["InternalError"])
    if wants_page(request):
        said = texts(language)["problem_page"].get(code, detail)
        return problem_page(ProevError(title, said), status, language, language)
    body = _body(status, code, title, detail, errors)
    return JSONResponse(body.model_dump(exclude_defaults=True), status, media_type=MEDIA_TYPE)


def example(status: int) -> dict[str, object]:
    """Return what an error of a status looks like."""
    code, words = COMMON[status], texts("da")["problem"]
    errors = [Fault(field="body.query", rule="missing")] if status == 422 else []
    return _body(status, code, words[f"title_{status}"], words[code], errors).model_dump(exclude_defaults=True)


def _body(status: int, code: str, title: str, detail: str, errors: Sequence[Fault]) -> Problem:
    kind = f"urn:proev-foerst:{code}"
    return Problem(type=kind, title=title, status=status, detail=detail, code=code, errors=list(errors))


def language_of(request: Request) -> str:
    """Return the language asked for: `lang` of the address, else the first of ours in Accept-Language, else Danish."""
    asked = request.query_params.get("lang")
    accepted = request.headers.get("accept-language", "").lower().split(",")
    wanted = [asked, *(tag.split(";")[0].split("-")[0].strip() for tag in accepted)]
    return next((language for language in wanted if language in LANGUAGES), "da")


def wants_page(request: Request) -> bool:
    """Tell whether a person with a browser reads the answer, not a program."""
    path = request.url.path
    reads_html = "text/html" in request.headers.get("accept", "")
    return not path.startswith("/api/") and (reads_html or path.startswith(PERSONS_PATHS))
