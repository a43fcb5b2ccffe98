"""The system over HTTP. Routes translate, never decide. Door: FastAPI."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from app.engine import HITS, Engine
from app.turn import Message
from app.ui.source import problem_page
from app.wire import HitOut, hit_out
from app.wire_cards import TurnOut, turn_out
from corpus.errors import (
    BadRequest,
    DocumentError,
    IndexFault,
    InputError,
    ProevError,
    QueryTooLong,
    UnknownDocument,
    UnknownPage,
    UnknownRecord,
)
from corpus.schema import Document

logger = logging.getLogger(__name__)


class MessageIn(BaseModel):
    """An earlier message of the conversation."""

    role: str = Field(pattern="^(user|assistant)$", examples=["user"])
    content: str = Field(examples=["Vi har en 2. klasse med mange konflikter efter frokost."])


class AskIn(BaseModel):
    """A question or a situation, with the messages before it."""

    query: str = Field(
        description="Spørgsmålet eller situationen, højst 4.000 tegn.",
        examples=["Hvad kan vi prøve, når timerne efter frokost ender i konflikter?"],
    )
    history: list[MessageIn] = Field(default=[], max_length=100, description="Samtalen indtil nu, ældste først.")
    lang: str = Field(default="da", pattern="^(da|en)$", description="Sproget på vores egne tekster.")


class SearchOut(BaseModel):
    """The passages found."""

    hits: list[HitOut]


class DocumentOut(BaseModel):
    """A document in the index."""

    id: str
    title: str
    publisher: str
    year: str
    local: str | None = Field(description="Stedet, hvis regler dokumentet rummer; ellers null.")
    pages: list[int] = Field(description="Sidernes numre: trykte, eller plads i filen, hvor ingen er trykt.")
    printed_pages: bool
    licence_note: str


class PageOut(BaseModel):
    """A page as extracted."""

    document: str
    number: int
    printed: bool
    text: str


class Fault(BaseModel):
    """A field that cannot be used, and why."""

    field: str = Field(description="Feltets sti, fx body.plan.goals.0.")
    rule: str = Field(description="Reglen, der er brudt, fx string_too_long, too_long eller missing.")
    limit: int | None = Field(default=None, description="Grænsen, hvor reglen har en.")


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


PROBLEMS: dict[int | str, dict[str, object]] = {
    status: {"model": Problem, "content": {"application/problem+json": {}}} for status in (400, 404, 413, 422, 500, 503)
}


def _engine(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine


EngineDependency = Annotated[Engine, Depends(_engine)]
router = APIRouter(prefix="/api/v1", responses=PROBLEMS)


def messages(question: AskIn) -> list[Message]:
    """Return the messages before a question."""
    return [Message(message.role, message.content) for message in question.history]


@router.post("/ask")
async def ask(question: AskIn, engine: EngineDependency) -> TurnOut:
    """Svar på et spørgsmål eller en situation, med citater."""
    turn = await run_in_threadpool(engine.ask, question.query, messages(question), question.lang)
    return turn_out(turn, engine.library, question.lang)


@router.get("/search")
async def search(
    engine: EngineDependency,
    q: Annotated[str, Query(description="Det, der søges efter.", examples=["timerne efter frokost"])],
    limit: Annotated[int, Query(ge=1, le=100, description="Hvor mange passager.")] = HITS,
) -> SearchOut:
    """Find de passager, der ligner mest."""
    hits = await run_in_threadpool(engine.search, q, limit)
    return SearchOut(hits=[hit_out(hit) for hit in hits])


@router.get("/documents")
def documents(engine: EngineDependency) -> list[DocumentOut]:
    """Vis dokumenterne i indekset."""
    return [_document_out(document, engine) for document in engine.library.catalogue.documents]


@router.get("/documents/{document}/pages/{number}")
def page(
    document: Annotated[str, Path(description="Dokumentets id.", examples=["kl"])],
    number: Annotated[int, Path(description="Sidens nummer.", examples=[9])],
    engine: EngineDependency,
) -> PageOut:
    """Vis en side, som den står i kilden."""
    found = engine.library.page(document, number)
    return PageOut(document=found.document, number=found.number, printed=found.printed is not None, text=found.text)


def _document_out(document: Document, engine: Engine) -> DocumentOut:
    pages = engine.library.pages(document.id)
    return DocumentOut(
        id=document.id,
        title=document.title,
        publisher=document.publisher,
        year=document.year,
        local=document.local,
        pages=[page.number for page in pages],
        printed_pages=any(page.printed is not None for page in pages),
        licence_note=document.licence_note,
    )


health = APIRouter()


@health.api_route("/healthz", methods=["GET", "HEAD"], include_in_schema=False)
def healthz() -> dict[str, str]:
    """Tell that the process lives."""
    return {"status": "ok"}


@health.api_route("/readyz", methods=["GET", "HEAD"], include_in_schema=False)
def readyz(engine: EngineDependency) -> dict[str, object]:
    """Tell that questions can be answered; a problem with status 503 when not."""
    library = engine.library
    return {"status": "ok", "documents": len(library.documents), "passages": len(library.passages)}


unknown = APIRouter(include_in_schema=False)
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"]


@unknown.api_route("/api/{path:path}", methods=METHODS)
def unknown_address(request: Request, path: str) -> None:
    """Refuse what no route of the API took, before the chat page takes it."""
    address = f"/api/{path}"
    known = [
        route
        for route in request.app.state.api_routes
        if isinstance(route, APIRoute) and route.path_regex.match(address)
    ]
    if not known:
        raise HTTPException(404)
    allowed = sorted({method for route in known for method in route.methods or ()})
    raise HTTPException(405, headers={"Allow": ", ".join(allowed)})


def status_of(error: ProevError) -> int:
    """Return the HTTP status of one of our errors."""
    if isinstance(error, UnknownDocument | UnknownPage | UnknownRecord):
        return 404
    if isinstance(error, QueryTooLong):
        return 413
    if isinstance(error, InputError | DocumentError):
        return 422
    return 503 if isinstance(error, IndexFault) else 500


PERSONS_PATH = "/kilder"
"""Below this address an error is a page for a person, not a problem for a program."""

HTTP_DETAILS = {
    400: "Forespørgslen kan ikke læses. Send gyldig JSON i UTF-8.",
    404: "Adressen findes ikke. Se /openapi.json.",
    405: "Metoden kan ikke bruges på denne adresse. Se /openapi.json.",
}
TITLES = {
    400: "Kan ikke læses",
    404: "Findes ikke",
    405: "Forkert metode",
    413: "For lang",
    422: "Kan ikke bruges",
    500: "Fejl",
    503: "Ikke klar",
}


def _problem(status: int, code: str, detail: str, errors: Sequence[Fault] = ()) -> JSONResponse:
    problem = Problem(
        type=f"urn:proev-foerst:{code}",
        title=TITLES.get(status, "Fejl"),
        status=status,
        detail=detail,
        code=code,
        errors=list(errors),
    )
    content = problem.model_dump(exclude_defaults=True)
    return JSONResponse(content, status, media_type="application/problem+json")


def add_error_handlers(app: FastAPI) -> None:
    """Answer every error with problem+json: ours with their own words, others with none of their detail."""

    @app.exception_handler(ProevError)
    async def ours(request: Request, error: ProevError) -> Response:
        status = status_of(error)
        if status >= 500:
            logger.error("%s: %s", error.code, error)
        if request.url.path.startswith(PERSONS_PATH):
            return problem_page(error, status)
        return _problem(status, error.code, str(error))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        if request.url.path.startswith(PERSONS_PATH):
            return problem_page(UnknownPage("Den side findes ikke.", "Vælg et dokument fra listen."), 404)
        faults = sorted((_fault(fault) for fault in error.errors()), key=lambda fault: fault.field)
        names = ", ".join(dict.fromkeys(fault.field for fault in faults))
        detail = f"Felterne {names} mangler eller har en forkert form. Se /openapi.json."
        return _problem(422, BadRequest.__name__, detail, faults)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        detail = HTTP_DETAILS.get(error.status_code, "Forespørgslen kunne ikke behandles. Se /openapi.json.")
        problem = _problem(error.status_code, HTTPStatus(error.status_code).phrase.replace(" ", ""), detail)
        problem.headers.update(error.headers or {})
        return problem

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        logger.error("unexpected %s at %s", type(error).__name__, request.url.path)
        return _problem(500, "InternalError", "Der skete en fejl hos os. Prøv igen om lidt.")


def _fault(fault: Mapping[str, Any]) -> Fault:
    limit = fault.get("ctx", {}).get("max_length")
    return Fault(field=".".join(map(str, _known_place(fault))), rule=fault["type"], limit=limit)


def _known_place(fault: Mapping[str, Any]) -> tuple[int | str, ...]:
    """Return where a fault is; without the name of a field that is not ours, which the caller made up."""
    place: tuple[int | str, ...] = fault["loc"]
    return place[:-1] if fault["type"] == "extra_forbidden" else place


UPLOADS = "/gradio_api/upload"
MOST_BYTES = 1_000_000
"""The largest body a request may have."""


async def limit_body(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse a body that says it is larger than any request of ours, and files, which nobody needs to send."""
    if request.url.path.startswith(UPLOADS):
        return _problem(403, "Forbidden", "Der kan ikke sendes filer hertil.")
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > MOST_BYTES:
        return _problem(413, QueryTooLong.__name__, f"Forespørgslen er større end {MOST_BYTES} byte.")
    return await call_next(request)
