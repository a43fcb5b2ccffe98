"""A turn for the chat screen, told as it comes about: its steps, then the turn. Door: FastAPI."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from app.api import AskIn, EngineDependency, messages
from app.engine import Engine, Progress, Step
from app.render import markdown
from app.texts import texts
from app.turn import Message, Turn
from app.ui.chat_html import shown_turn, turn_html
from app.ui.chat_view import plain
from corpus.errors import InputError, ProevError

logger = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)
Event = dict[str, object]


@router.post("/samtale")
async def turn(question: AskIn, engine: EngineDependency) -> StreamingResponse:
    """Tell the steps of an answer as they begin and then the answer, one line of JSON each."""
    return StreamingResponse(_lines(question, engine), media_type="application/x-ndjson")


async def _lines(question: AskIn, engine: Engine) -> AsyncIterator[str]:
    told: asyncio.Queue[Event] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def progress(step: Step) -> None:
        event: Event = {"step": step.value}
        loop.call_soon_threadsafe(told.put_nowait, event)

    def answer() -> None:
        loop.call_soon_threadsafe(told.put_nowait, _last(question, engine, progress))

    answering = asyncio.ensure_future(run_in_threadpool(answer))
    while True:
        event = await told.get()
        yield json.dumps(event, ensure_ascii=False) + "\n"
        if "step" not in event:
            break
    await answering


def _last(question: AskIn, engine: Engine, progress: Progress) -> Event:
    """Return the turn as an event, or why there is none: a `problem` with the question, or a `failure` of ours."""
    try:
        history = messages(question)
        turn = engine.ask(question.query, history, question.lang, progress=progress)
        return turn_event(turn, engine, question.lang, history)
    except InputError as error:
        return {"problem": str(error)}
    except ProevError as error:
        logger.error("%s: %s", error.code, error)
        words = texts(question.lang)
        return {"failure": words["problem"].get(error.code, words["error"]["general"])}
    except Exception as error:  # the person gets an answer whatever fails
        logger.error("unexpected %s in a turn", type(error).__name__)
        return {"failure": texts(question.lang)["error"]["general"]}


def turn_event(turn: Turn, engine: Engine, language: str, history: Sequence[Message] = ()) -> Event:
    """Return a turn after its history as the browser shows and keeps it."""
    shown = shown_turn(turn, engine, language, history)
    return {
        "outcome": turn.outcome.value,
        "asked": turn.masked_query,
        "said": markdown(turn.parts),
        "html": turn_html(turn, shown, language),
        "copy": plain(shown, language),
    }
