"""Is there evidence? Whether the sources are about what was asked at all."""

from collections.abc import Sequence
from dataclasses import dataclass

import simplemma

from retrieval.analyse import TOKEN
from retrieval.library import Library
from retrieval.search import Hit, Query

FAR_COSINE = 0.87
FAR_KNOWN = 0.62
"""A question is outside the sources when no sentence comes nearer than the first and fewer of its words than the
second stand anywhere in them. Both were set on the development half of the evaluation items."""


@dataclass(frozen=True)
class Evidence:
    """How near the sources come to a question.

    `cosine` is that of the best sentence; `known` the share of the question's words that stand in the sources,
    1.0 for a question in English, whose words do not.
    """

    cosine: float
    known: float

    @property
    def far(self) -> bool:
        """Whether the question is outside what the sources are about."""
        return self.cosine < FAR_COSINE and self.known < FAR_KNOWN


def weigh(query: Query, hits: Sequence[Hit], library: Library) -> Evidence:
    """Return how near `hits` come to `query`."""
    asked = set(query.terms)
    known = sum(term in library.catalogue.frequencies for term in asked) / max(1, len(asked))
    cosine = max((max(hit.similarities) for hit in hits), default=0.0)
    return Evidence(cosine, 1.0 if _is_english(query.text) else known)


def _is_english(text: str) -> bool:
    """Tell whether most words are English and not Danish."""
    words = [token for token in TOKEN.findall(text.lower()) if token.isalpha()]
    english = sum(simplemma.is_known(word, lang="en") for word in words)
    danish = sum(simplemma.is_known(word, lang="da") for word in words)
    return len(words) >= 3 and english > danish and english >= 0.7 * len(words)
