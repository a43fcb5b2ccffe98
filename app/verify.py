"""Nothing is shown as the source's words that is not found in the source."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from app.turn import Part, PartKind
from corpus.claims import unsupported
from retrieval.library import Library

logger = logging.getLogger(__name__)


def verify(parts: Sequence[Part], library: Library) -> tuple[tuple[Part, ...], int]:
    """Return the parts whose quotations stand in their documents, renumbered, and how many were dropped.

    A statement of ours must say no more than its quotations (`corpus.claims`). Headings left with nothing under them go
    too. What is dropped is logged by the id of its passage.
    """
    kept: list[Part] = []
    dropped = 0
    for part in parts:
        if part.citations and not _holds(part, library):
            logger.warning("%s dropped: passage %s", part.kind.value, part.citations[0].passage)
            dropped += 1
        else:
            kept.append(part)
    return renumber(_without_bare_headings(kept)), dropped


def _holds(part: Part, library: Library) -> bool:
    quotes = [citation.quote for citation in part.citations]
    if not all(library.contains(citation.document, citation.quote) for citation in part.citations):
        return False
    return not unsupported(part.text, quotes) if part.kind is PartKind.STATEMENT else part.text == quotes[0]


def _without_bare_headings(parts: list[Part]) -> list[Part]:
    kept: list[Part] = []
    cited = False
    for part in reversed(parts):
        if part.kind is not PartKind.HEADING or cited:
            kept.append(part)
        cited = part.kind is not PartKind.HEADING and (cited or bool(part.citations))
    return kept[::-1]


def renumber(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Number the citations from 1 in the order they are met; the same words get the same number."""
    numbers: dict[tuple[str, str], int] = {}
    result = []
    for part in parts:
        citations = tuple(
            replace(citation, n=numbers.setdefault((citation.document, citation.quote), len(numbers) + 1))
            for citation in part.citations
        )
        result.append(replace(part, citations=citations))
    return tuple(result)
