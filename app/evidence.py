"""Is there evidence? Whether the sources are about what was asked at all."""

from collections.abc import Sequence
from dataclasses import dataclass

import simplemma

from retrieval.analyse import TOKEN
from retrieval.library import Library
from retrieval.search import Query
from retrieval.suggest import RankedAction

STRANGE = 0.4
FEW_KNOWN = 0.75
"""Below this share of words that stand in the sources, a description without a word of school life is not about it."""

FAR_KNOWN = 0.62
FAR_FIT = 9.0
"""A question is outside the sources when fewer of its words than the first stand anywhere in them, or fewer than the
second and no trial action scores as high as the third. All were set on the development half of the evaluation items."""


@dataclass(frozen=True)
class Evidence:
    """How near the sources come to a question.

    `known` is the share of the question's words that stand in the sources, 1.0 for a question in English, whose words
    do not; `fit` the score of the trial action that fits best.
    """

    known: float
    fit: float
    english: bool

    @property
    def far(self) -> bool:
        """Whether the question is outside what the sources are about."""
        return self.known < STRANGE or (self.known < FAR_KNOWN and self.fit < FAR_FIT)

    @property
    def unfamiliar(self) -> bool:
        """Whether its words alone do not tell that it is about school."""
        return self.english or self.known < FEW_KNOWN


def weigh(query: Query, ranked: Sequence[RankedAction], library: Library) -> Evidence:
    """Return how near the sources come to `query`; `ranked` are the trial actions, best first."""
    asked = set(query.terms)
    known = sum(term in library.catalogue.frequencies for term in asked) / max(1, len(asked))
    english = _is_english(query.text)
    return Evidence(1.0 if english else known, ranked[0].score if ranked else 0.0, english)


def _is_english(text: str) -> bool:
    """Tell whether most words are English and not Danish."""
    words = [token for token in TOKEN.findall(text.lower()) if token.isalpha()]
    english = sum(simplemma.is_known(word, lang="en") for word in words)
    danish = sum(simplemma.is_known(word, lang="da") for word in words)
    return len(words) >= 3 and english > danish and english >= 0.7 * len(words)
