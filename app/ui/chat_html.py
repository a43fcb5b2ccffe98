"""The chat screen and each turn as HTML. Door: Jinja2, markdown-it-py."""

import uuid
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from app import triage
from app.conversation import told_in
from app.engine import Engine
from app.feedback import MOST_COMMENT, Complaint
from app.message import LONGEST_QUERY
from app.render import CLOSING, OPENING
from app.texts import LANGUAGES, texts
from app.turn import Message, Outcome, Part, PartKind, Turn
from app.ui.chat_follow_ups import Earlier
from app.ui.chat_view import Block, View, view
from app.ui.pages import calls, to
from app.ui.source import library_lines

EXAMPLES = ("lunch", "absence", "coteaching", "pku")
"""The names of the example questions in the texts."""

LONG_MESSAGE = 600
"""A message of more characters is folded where it stands over its answer."""

DEEPER = 2
"""How many levels a heading of a fixed text goes down, to stand below the turn's own."""

_markdown = MarkdownIt("commonmark", {"html": False})


def screen_html(engine: Engine) -> str:
    """Return the whole screen in every language; the browser shows one of them."""
    return "".join(_screen(engine, language) for language in LANGUAGES)


@cache
def no_script_html() -> str:
    """Return what stands on the page where scripts do not run: what is missing, and the pages that need none."""
    spoken = [(language, texts(language)) for language in LANGUAGES]
    return _templates.get_template("chat_no_script.html").render(spoken=spoken)


def turn_html(turn: Turn, shown: View, language: str) -> str:
    """Return a turn as it stands in the conversation, the masked question first."""
    return _render("chat_turn.html", language, turn=turn, view=shown, key=uuid.uuid4().hex[:8])


def shown_turn(turn: Turn, engine: Engine, language: str, history: Sequence[Message] = ()) -> View:
    """Return a turn after its history as it is shown, against the state of the index now."""
    library = engine.library
    return view(turn, library, language, Earlier.of(history, turn.masked_query, library))


def note_html(block: Block, *, phones: bool = False) -> Markup:
    """Return notes of ours, which are Markdown, as HTML; `phones` makes the numbers in bold ones to call."""
    text = "\n\n".join(part.text for part in block.parts).replace("\n\n- ", "\n- ")
    tokens = _markdown.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{int(token.tag[1]) + DEEPER}"
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    if phones:
        html = calls(html)
    return Markup(html)  # noqa: S704 - our own Markdown, in which HTML is off


def quoted(part: Part) -> str:
    """Return a part's text, a source's words in quotation marks."""
    if part.kind is PartKind.STATEMENT:
        return part.text
    whole = part.text[:1] in OPENING and part.text[-1:] in CLOSING
    return part.text if whole else f"”{part.text}”"


def hidden(placeholders: Sequence[str], words: Mapping[str, Any]) -> str:
    """Return how a person reads what was masked."""
    return ", ".join(_hidden(one, words["screen"]) for one in placeholders)


def _hidden(placeholder: str, words: Mapping[str, str]) -> str:
    """Return the same of one: a class has lost its letter or its name, and all else stands in brackets."""
    if placeholder.startswith("["):
        return placeholder
    return words["masked_class" if placeholder[0].isdigit() else "masked_class_name"].format(name=placeholder)


def _screen(engine: Engine, language: str) -> str:
    urgent = triage.urgent_text(language, engine.config.local_numbers)
    turn = Turn(Outcome.URGENT, None, (Part(PartKind.NOTE, urgent),))
    return _render(
        "chat_screen.html",
        language,
        languages=LANGUAGES,
        sources=library_lines(engine.library),
        examples=[texts(language)["examples_to_ask"][name] for name in EXAMPLES],
        urgent=Markup(turn_html(turn, shown_turn(turn, engine, language), language)),  # noqa: S704 - just rendered
        limit=LONGEST_QUERY,
        feedback=engine.config.feedback,
        complaints=list(Complaint),
        most_comment=MOST_COMMENT,
    )


def _render(template: str, language: str, **values: object) -> str:
    return _templates.get_template(template).render(words=texts(language), language=language, **values)


_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals.update(
    note_html=note_html, quoted=quoted, to=to, hidden=hidden, told_in=told_in, long_message=LONG_MESSAGE
)
