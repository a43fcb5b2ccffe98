"""Nothing is shown as the source's words that is not found in the source."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from app.turn import Citation, Part, PartKind
from retrieval.library import Library

logger = logging.getLogger(__name__)


def verify(parts: Sequence[Part], library: Library) -> tuple[tuple[Part, ...], int]:
    """Return the parts whose quotations stand in their documents, renumbered, and how many were dropped.

    Headings left with nothing under them go too. A dropped quotation is logged by the id of its passage.
    """
    kept: list[Part] = []
    dropped = 0
    for part in parts:
        if part.citation is not None and not _holds(part, library):
            logger.warning("quotation dropped: passage %s", part.citation.passage)
            dropped += 1
        else:
            kept.append(part)
    return _renumber(_without_bare_headings(kept)), dropped


def _holds(part: Part, library: Library) -> bool:
    assert part.citation is not None
    quote = part.citation.quote
    shown = part.kind in (PartKind.QUOTE, PartKind.ITEM)
    return library.contains(part.citation.document, quote) and (not shown or part.text == quote)


def _without_bare_headings(parts: list[Part]) -> list[Part]:
    return [
        part
        for place, part in enumerate(parts)
        if part.kind is not PartKind.HEADING
        or (place + 1 < len(parts) and parts[place + 1].kind in (PartKind.QUOTE, PartKind.ITEM))
    ]


def _renumber(parts: list[Part]) -> tuple[Part, ...]:
    """Number the citations from 1 in the order they are met; the same words get the same number."""
    numbers: dict[tuple[str, str], int] = {}
    result = []
    for part in parts:
        citation: Citation | None = part.citation
        if citation is not None:
            n = numbers.setdefault((citation.document, citation.quote), len(numbers) + 1)
            citation = replace(citation, n=n)
        result.append(replace(part, citation=citation))
    return tuple(result)
