"""Nothing is shown as the source's words that is not found in the source."""

import logging
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from weakref import WeakKeyDictionary

from app.referral import told_steps
from app.turn import Citation, Part, PartKind
from corpus.claims import unsupported
from corpus.guides import Guide
from corpus.schema import Statement
from corpus.text import key
from retrieval.library import Library

logger = logging.getLogger(__name__)


def verify(parts: Sequence[Part], library: Library) -> tuple[tuple[Part, ...], int]:
    """Return the parts whose quotations stand in their documents, renumbered, and how many were dropped.

    A statement of ours must be one that is written by hand, with the quotations it was written from, and say no more
    than they do (`corpus.claims`). Headings left with nothing under them go too. What is dropped is logged by the id of
    its passage.
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
    if not all(_stands(citation, library) for citation in part.citations):
        return False
    if part.kind is not PartKind.STATEMENT:
        return part.text == quotes[0]
    return frozenset(map(key, quotes)) in _written(library).get(part.text, ()) and not unsupported(part.text, quotes)


def _stands(citation: Citation, library: Library) -> bool:
    """Tell whether a quotation stands in its document, in the passage or on the page that is named."""
    passage = library.passages.get(citation.passage)
    if passage is None or passage.document != citation.document:
        return False
    words = key(citation.quote)
    if words and words in library.passage_keys[passage.id]:
        return True
    around = (page.text for page in library.pages(citation.document) if page.number in {*passage.pages, citation.page})
    return library.contains(citation.document, citation.quote) and words in key("\n".join(around))


_statements: WeakKeyDictionary[Library, dict[str, set[AbstractSet[str]]]] = WeakKeyDictionary()
"""The statements written by hand, with the keys of the quotations of each, from each state of the index."""


def _written(library: Library) -> dict[str, set[AbstractSet[str]]]:
    if library not in _statements:
        known: dict[str, set[AbstractSet[str]]] = {}
        for statement in statements(library):
            quotes = frozenset(key(support.quote) for support in statement.support)
            known.setdefault(statement.text, set()).add(quotes)
        _statements[library] = known
    return _statements[library]


def statements(library: Library) -> Iterator[Statement]:
    """Yield every statement of ours that may be shown: of topic cards, trial actions and the paths to a referral."""
    for topic in library.catalogue.topics:
        yield from topic.statements
    for guide in library.catalogue.guides.values():
        yield from _of_guide(guide)
    for path in library.catalogue.paths:
        yield path.intro
        for step in path.steps:
            yield from step.statements
    yield from told_steps(library)


def _of_guide(guide: Guide) -> Iterator[Statement]:
    for told in (guide.problem, guide.steps, guide.first_steps, guide.who, guide.resources, guide.learned):
        yield from told
    yield from (*guide.caveats, *guide.signs, guide.goal, *guide.fits.values())
    yield from (statement for _, statement in guide.changes)


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
