"""What was found for a message, and what the topic card among it tells."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app import evidence
from app.cards import answering
from app.turn import Part
from retrieval.library import Library
from retrieval.rank import Legs
from retrieval.search import Hit, Query
from retrieval.suggest import FoundTopic, FoundTrait, RankedAction


@dataclass(frozen=True)
class Found:
    """What was found for a message: hits, all trial actions and all traits, best first, and the best topic card.

    `own` is the message by itself, where it was searched for with those before it.
    """

    query: Query
    legs: Legs
    hits: Sequence[Hit]
    ranked: Sequence[RankedAction]
    topic: FoundTopic | None
    traits: Sequence[FoundTrait] = ()
    own: Query | None = None

    def only_from(self, documents: frozenset[str]) -> "Found":
        """Return what was found in some documents; all of it where there are none, or nothing was found there."""
        hits = [hit for hit in self.hits if hit.passage.document in documents]
        if not hits:
            return self
        about = () if self.topic is None else self.topic.topic.statements
        told = any(support.document in documents for statement in about for support in statement.support)
        return replace(self, hits=hits, topic=self.topic if told else None)


def of_topic(found: Found, library: Library, language: str) -> list[Part]:
    """Return what the topic card tells that answers the message; what is looked up by its code answers for itself."""
    by_code = evidence.recommended(found.query.named, library)
    if found.topic is None or (by_code and not found.topic.is_titled):
        return []
    return list(answering(found.topic, found.query, found.hits, library, language))
