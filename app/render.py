"""Parts of an answer to Markdown, as a reader sees it."""

import re
from collections.abc import Callable, Iterable

from app.turn import Citation, Part, PartKind

LinkOf = Callable[[Citation], str]
OPENING, CLOSING = '”“„"»«', '”“"»«'
NEW_LINE, NEW_LINE_IN_LIST = "  \n", "  \n  "
MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~$&])")


def plain_link(citation: Citation) -> str:
    """Return `[n]`, the mark of a citation where nothing can be opened."""
    return f"[{citation.n}]"


def markdown(parts: Iterable[Part], link: LinkOf = plain_link) -> str:
    """Return the answer as Markdown: quotations in quotation marks, each followed by its citation's mark."""
    return "\n\n".join(_line(part, link) for part in parts).replace("\n\n- ", "\n- ").strip()


def _line(part: Part, link: LinkOf) -> str:
    if part.kind is PartKind.HEADING:
        return f"**{escape(part.text)}**"
    if not part.citations:
        return part.text
    marks = " ".join(link(citation) for citation in part.citations)
    text = escape(part.text) if part.kind is PartKind.STATEMENT else _in_marks(escape(part.text))
    lines = [*([f"*{escape(part.lead)}*"] if part.lead else []), f"{text} {marks}"]
    listed = part.item or part.kind is PartKind.ITEM
    return f"- {NEW_LINE_IN_LIST.join(lines)}" if listed else NEW_LINE.join(lines)


def _in_marks(text: str) -> str:
    """Return a quotation in quotation marks, those that stand around all of it already left as they are."""
    inside = text[1:-1]
    whole = text[:1] in OPENING and text[-1:] in CLOSING and not any(mark in inside for mark in OPENING + CLOSING)
    return f"”{inside}”" if whole else f"”{text}”"


def escape(text: str) -> str:
    """Return `text` so that no character of it means anything in Markdown or HTML."""
    return MARKDOWN.sub(r"\\\1", text)
