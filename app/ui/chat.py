"""The chat page. Door: Gradio."""

import html
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
from fastapi import FastAPI
from gradio import queueing

from app import triage
from app.engine import Engine, failure
from app.render import escape, markdown
from app.texts import texts
from app.turn import Citation, Message, Outcome, Turn
from app.ui.pages import link
from app.ui.source import library_lines
from corpus.errors import InputError, ProevError
from retrieval.library import Library

EXAMPLES = (
    "Hvad kan vi prøve, når timerne efter frokost i indskolingen ender i konflikter?",
    "Hvad skal være på plads, før en skole i Haderslev henviser til PKU?",
    "Hvem har erfaringer med co-teaching i 1. klasse?",
    "Hvor stor en andel af lærerne i Rødovre synes, at opgaven er stor eller meget stor?",
)
SHOW_LATEST = """() => {
    const rows = document.querySelectorAll('#chat .user-row, #chat .bot-row');
    const last = rows[rows.length - 1];
    const before = rows[rows.length - 2];
    const target = before?.classList.contains('user-row') ? before : last;
    const box = document.querySelector('#chat .bubble-wrap');
    if (target && box) box.scrollTop += target.getBoundingClientRect().top - box.getBoundingClientRect().top - 8;
}"""
"""Scrolls the conversation to the newest question, so that its answer is read from the beginning."""

STATIC = Path(__file__).parent / "static"

History = list[dict[str, Any]]
logger = logging.getLogger(__name__)


def mount_chat(app: FastAPI, engine: Engine) -> FastAPI:
    """Return `app` with the chat at its root."""
    queueing.traceback = SimpleNamespace(print_exc=_log_kind)
    font = ("system-ui", "-apple-system", "Segoe UI", "sans-serif")
    theme = gr.themes.Default(primary_hue="blue", neutral_hue="slate", font=font, font_mono=("ui-monospace",))
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        _page(engine),
        path="/",
        theme=theme,
        css=(STATIC / "chat.css").read_text("utf-8"),
        head='<link rel="icon" href="/statisk/ikon.svg" type="image/svg+xml">',
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        enable_monitoring=False,
    )
    return mounted


def _log_kind() -> None:
    """Log the kind of the error at hand, in place of the trace Gradio's queue prints: it holds what a person wrote."""
    logger.error("the chat failed: %s", type(sys.exception()).__name__)


def _page(engine: Engine) -> gr.Blocks:
    words = texts("da")["chat"]
    with gr.Blocks(title=words["title"], analytics_enabled=False) as page:
        with gr.Row(equal_height=False):
            with gr.Column(scale=5, min_width=280):
                gr.HTML(_top(words), elem_id="top")
            with gr.Column(scale=1, min_width=180):
                urgent = gr.Button(words["urgent"], elem_id="urgent", variant="stop")
        chat, box = _conversation(words)
        clear = gr.Button(words["clear"], elem_id="clear", size="sm")
        gr.HTML(_sources(engine.library, words), elem_id="sources")
        answer = _answerer(engine)
        answered = (
            box.submit(answer, [box, chat], [box, chat], show_progress="minimal", api_visibility="private"),
            chat.example_select(
                _answer_example(answer), [chat], [box, chat], show_progress="minimal", api_visibility="private"
            ),
            urgent.click(_urgent(engine), [chat], [chat], api_visibility="private", show_progress="hidden"),
        )
        for event in answered:
            event.then(None, None, None, js=SHOW_LATEST, api_visibility="private")
        clear.click(lambda: ("", []), None, [box, chat], api_visibility="private", show_progress="hidden")
    return page


def _conversation(words: dict[str, str]) -> tuple[gr.Chatbot, gr.Textbox]:
    """Place the conversation and the box below it."""
    chat = gr.Chatbot(
        label=words["conversation"],
        show_label=False,
        autoscroll=False,
        elem_id="chat",
        buttons=["copy"],
        layout="bubble",
        feedback_options=None,
        latex_delimiters=[],
        allow_tags=False,
        examples=[{"text": example} for example in EXAMPLES],
        placeholder=f"**{words['examples']}**",
    )
    box = gr.Textbox(
        label=words["label"],
        placeholder=words["placeholder"],
        lines=1,
        max_lines=8,
        submit_btn=words["send"],
        elem_id="question",
        autofocus=True,
    )
    return chat, box


def _top(words: dict[str, str]) -> str:
    title, subtitle, about, privacy = (html.escape(words[name]) for name in ("title", "subtitle", "about", "privacy"))
    return (
        f'<h1>{title}</h1><p class="subtitle">{subtitle}</p><p>{about}</p>'
        f'<p class="privacy"><strong>{privacy}</strong></p>'
    )


def _sources(library: Library, words: dict[str, str]) -> str:
    items = "".join(
        f'<li><a href="{address}" target="_blank" rel="noopener">{html.escape(line)}</a></li>'
        for line, address in library_lines(library)
    )
    return f"<h2>{html.escape(words['sources'])}</h2><ul>{items}</ul>"


def _answerer(engine: Engine) -> Any:
    def answer(text: str, history: History) -> Iterator[tuple[str, History]]:
        """Yield the box and the conversation; the text stays in the box when it could not be asked."""
        earlier = [Message(entry["role"], _plain(entry["content"])) for entry in history]
        try:
            turn = engine.ask(text, earlier)
        except InputError as error:
            gr.Warning(str(error))
            yield text, history
            return
        except Exception as error:
            # what is not ours is told by its kind alone: its text, which Gradio would print, may hold what was asked
            logger.error("%s", f"{error.code}: {error}" if isinstance(error, ProevError) else type(error).__name__)
            yield text, [*history, _said(markdown(failure(error, "da").parts))]
            return
        asked = {"role": "user", "content": escape(turn.masked_query)}
        yield "", [*history, asked, _said(_answer_text(turn, engine.library))]

    return answer


def _answer_example(answer: Any) -> Any:
    def chosen(history: History, event: gr.SelectData) -> Iterator[tuple[str, History]]:
        yield from answer(str(event.value["text"]), history)

    return chosen


def _urgent(engine: Engine) -> Any:
    def show(history: History) -> History:
        return [*history, _said(triage.urgent_text("da", engine.config.local_numbers))]

    return show


def _answer_text(turn: Turn, library: Library) -> str:
    text = markdown(turn.parts, lambda citation: _link(citation, library))
    if turn.masked and turn.outcome is not Outcome.URGENT:
        masked = texts("da")["chat"]["masked"].format(what=", ".join(dict.fromkeys(turn.masked)))
        text = f"*{escape(masked)}*\n\n{text}"
    return text


def _link(citation: Citation, library: Library) -> str:
    title = library.documents[citation.document].short_title
    pages = "–".join(str(page) for page in sorted({citation.pages[0], citation.pages[-1]})) if citation.pages else ""
    where = f"{title}, side {pages}" if pages else f"{title}, {citation.heading}"
    where = escape(" ".join(where.split())).replace('"', "”")
    return f'[\\[{citation.n}\\]]({link(citation)} "{where}")'


def _said(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": text}


def _plain(content: Any) -> str:
    """Return the text of a message, which Gradio may hand over in parts."""
    if isinstance(content, str):
        return content
    return " ".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
