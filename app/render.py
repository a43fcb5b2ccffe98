"""Parts of an answer to Markdown, as a reader sees it."""

import re
from collections.abc import Callable, Iterable

from app.turn import Citation, Part, PartKind

LinkOf = Callable[[Citation], str]
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
    if part.citation is None:
        return part.text
    quoted = f"”{escape(part.text)}” {link(part.citation)}"
    return f"- {quoted}" if part.kind is PartKind.ITEM else quoted


def escape(text: str) -> str:
    """Return `text` so that no character of it means anything in Markdown or HTML."""
    return MARKDOWN.sub(r"\\\1", text)
