"""A situation to ranked trial actions, and a question to the topic card that answers it."""

from dataclasses import dataclass

import numpy as np

from corpus.schema import EvidenceLabel, Topic, TrialAction
from retrieval.library import Library
from retrieval.rank import Legs, Said, weigh, weights
from retrieval.search import Query


@dataclass(frozen=True)
class RankedAction:
    """A trial action and how well it fits; larger is better."""

    action: TrialAction
    score: float
    evidence: EvidenceLabel


def suggest(
    query: Query, library: Library, limit: int = 5, legs: Legs | None = None, said: Said | None = None
) -> list[RankedAction]:
    """Return the trial actions that fit a situation, best first.

    `legs` are the question's, where they are there; `said` what the description says by facet.
    """
    ids, features = (legs or Legs.of(query.vectors, query.named, library)).trial_actions(said)
    if not ids:
        return []
    scores = weigh(features, weights()["trial_actions"])
    return [
        RankedAction(library.trial_actions[ids[place]], float(scores[place]), library.catalogue.mark(ids[place]).label)
        for place in np.argsort(-scores, kind="stable")[:limit]
    ]


TOPIC_FITS = 11.0
"""The score from which a topic card answers a question, found on the development items."""


def best_topic(query: Query, library: Library, legs: Legs) -> Topic | None:
    """Return the topic card that fits a question best, where it fits well enough to answer it.

    A card about other documents, or other trial actions, than the question names does not.
    """
    ids, features = legs.topics()
    scores = weigh(features, weights()["topics"])
    fitting = [
        (scores[place], name)
        for place, name in enumerate(ids)
        if scores[place] >= TOPIC_FITS and (not query.named or _is_about(name, query.named, library))
    ]
    return library.topics[max(fitting)[1]] if fitting else None


def _is_about(topic: str, named: frozenset[str], library: Library) -> bool:
    passages = [library.passages[name] for name in library.passages_of[topic]]
    return any(named & {passage.id, passage.document, passage.record} for passage in passages)
