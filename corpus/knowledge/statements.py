"""Sentences of ours, held to the quotations that carry them."""

import re
from collections.abc import Sequence

from corpus.claims import copied, unsupported
from corpus.knowledge.reading import Quotation, Sources, fault
from corpus.schema import Statement

FORBIDDEN = re.compile(r"evidensbaser|\bvirker\b|dokumenteret effekt|!", re.IGNORECASE)
"""Words that claim more than the sources can carry (docs/knowledge.md), and the exclamation mark."""


def statement(
    where: str, text: str, cites: Sequence[Quotation], sources: Sources, record: str | None = None
) -> Statement:
    """Return a sentence with where its quotations stand; `record` is the one it tells of.

    Raises KnowledgeError with the place and reason for a quotation that is not in its document, or a sentence that
    says more than its quotations, repeats them or claims too much.
    """
    place = f"{where}, {text[:40]!r}"
    support = tuple(sources.support(place, cite, record) for cite in cites)
    quotes = [cite.quote for cite in cites]
    if missing := unsupported(text, quotes):
        raise fault(place, f"citaterne bærer ikke: {', '.join(missing)}")
    if copied(text, quotes):
        raise fault(place, "sætningen er skrevet af fra citatet")
    check_wording(place, text)
    return Statement(text, support)


def check_wording(where: str, text: str) -> None:
    """Raise KnowledgeError where a text of ours claims more than any source can carry."""
    if claim := FORBIDDEN.search(text):
        raise fault(where, f"{claim[0]!r} må ikke stå i vores egne ord")
