"""The system over HTTP. Routes translate, never decide. Door: FastAPI."""

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from app.engine import HITS, Engine
from app.problems import MEDIA_TYPE, Fault, Problem, problem, wants_page
from app.texts import texts
from app.turn import Message
from app.ui.pages import language_of, problem_page
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
        description="Spørgsmålet eller situationen, højst 24.000 tegn.",
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


PROBLEMS: dict[int | str, dict[str, object]] = {
    status: {"model": Problem, "content": {MEDIA_TYPE: {}}} for status in (400, 403, 404, 413, 422, 429, 500, 503)
}


def _engine(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine


FEW_VALUES = re.compile(r"^\^\((\w+(?:\|\w+)*)\)\$$")
"""The rule of a field that takes one of a few values."""

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


def add_error_handlers(app: FastAPI) -> None:
    """Answer every error as app/problems.py does: a fault of the caller's in our error's own words, others in none."""

    @app.exception_handler(ProevError)
    async def ours(request: Request, error: ProevError) -> Response:
        status = status_of(error)
        if status < 500 and wants_page(request):
            return problem_page(error, status, language_of(request))
        if status < 500:
            return problem(request, status, error.code, str(error))
        logger.error("%s: %s", error.code, error)
        return problem(request, status, error.code)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        if wants_page(request):
            return problem(request, 404, "NotFound")
        faults = sorted((_fault(fault) for fault in error.errors()), key=lambda fault: fault.field)
        named = ", ".join(dict.fromkeys(map(_named, faults)))
        detail = texts("da")["problem"]["fields"].format(fields=named)
        return problem(request, 422, BadRequest.__name__, detail, faults)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        response = problem(request, error.status_code, HTTPStatus(error.status_code).phrase.replace(" ", ""))
        response.headers.update(error.headers or {})
        return response


def _fault(fault: Mapping[str, Any]) -> Fault:
    context = fault.get("ctx", {})
    few = FEW_VALUES.match(context.get("pattern", ""))
    allowed = few[1].split("|") if few else None
    place = ".".join(map(str, _known_place(fault)))
    return Fault(field=place, rule=fault["type"], limit=context.get("max_length"), allowed=allowed)


def _named(fault: Fault) -> str:
    """Return a field by its name, with the values it may have where they are few."""
    words = texts("da")["problem"]
    return words["allowed"].format(field=fault.field, values=", ".join(fault.allowed)) if fault.allowed else fault.field


def _known_place(fault: Mapping[str, Any]) -> tuple[int | str, ...]:
    """Return where a fault is; without the name of a field that is not ours, which the caller made up."""
    place: tuple[int | str, ...] = fault["loc"]
    return place[:-1] if fault["type"] == "extra_forbidden" else place
