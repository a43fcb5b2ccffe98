"""An answer told as it comes about, as server-sent events: its steps, then its parts, then the whole of it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

from app.api import PROBLEMS, AskIn, EngineDependency, messages
from app.engine import Engine, Progress, Step, failure
from app.message import clean_query
from app.wire_cards import part_out, turn_out
from corpus.errors import ProevError

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)
logger = logging.getLogger(__name__)


class StepOut(BaseModel):
    """What the system has begun to do."""

    step: Step


class FailureOut(BaseModel):
    """Why no answer came, after the stream had begun."""

    code: str = Field(description="Fejlens navn, som i et problem.")
    detail: str


def answerable(question: AskIn, engine: EngineDependency) -> AskIn:
    """Return the question if it can be answered, so that a fault is a problem and no stream. Raises as `ask` does."""
    clean_query(question.query)
    engine.library  # noqa: B018 - raises where there is no index
    return question


@router.post("/ask/stream", response_class=EventSourceResponse)
async def ask_stream(
    question: Annotated[AskIn, Depends(answerable)], engine: EngineDependency
) -> AsyncIterator[ServerSentEvent]:
    """Svar på et spørgsmål eller en situation, fortalt undervejs.

    Hændelserne er `step` (`search`, `evidence` og `answer`, når trinet begynder), `part` (et stykke af svaret med dets
    citater) og til sidst `done` med hele svaret, som `/api/v1/ask` giver det – eller `error`, hvis det går galt.
    """
    told: asyncio.Queue[ServerSentEvent | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def tell(event: ServerSentEvent | None) -> None:
        loop.call_soon_threadsafe(told.put_nowait, event)

    def answer() -> None:
        try:
            for event in _answer(question, engine, lambda step: tell(_event("step", StepOut(step=step)))):
                tell(event)
        finally:
            tell(None)

    answering = asyncio.ensure_future(run_in_threadpool(answer))
    while (event := await told.get()) is not None:
        yield event
    await answering


def _answer(question: AskIn, engine: Engine, progress: Progress) -> Iterator[ServerSentEvent]:
    """Yield the parts of an answer and the whole of it, or why there is none."""
    try:
        turn = engine.ask(question.query, messages(question), question.lang, progress=progress)
        whole = turn_out(turn, engine.library, question.lang)
    except Exception as error:  # the stream has begun, so the status can no longer tell
        logger.error("unexpected %s in a stream", type(error).__name__)
        code = error.code if isinstance(error, ProevError) else "InternalError"
        detail = failure(error, question.lang).parts[0].text
        yield _event("error", FailureOut(code=code, detail=detail))
        return
    for part in turn.parts:
        yield _event("part", part_out(part))
    yield _event("done", whole)


def _event(name: str, data: BaseModel) -> ServerSentEvent:
    return ServerSentEvent(event=name, data=data)
