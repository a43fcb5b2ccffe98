"""A situation to ranked trial actions, and a question to the topic card or the traits that answer it."""

from dataclasses import dataclass

import numpy as np

from corpus.schema import EvidenceLabel, Topic, Trait, TrialAction
from retrieval.library import Library
from retrieval.rank import Legs, Said, weigh, weights
from retrieval.search import Query

LOCAL = 1.0
"""How much less a topic card that only cites places' own rules fits a question that names none; set on the development
half of the evaluation items."""


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
    ids, features = (legs or Legs.of(query.vectors, query.named, library)).trial_actions(query.text, said)
    if not ids:
        return []
    scores = weigh(features, weights()["trial_actions"])
    return [
        RankedAction(library.trial_actions[ids[place]], float(scores[place]), library.catalogue.mark(ids[place]).label)
        for place in np.argsort(-scores, kind="stable")[:limit]
    ]


@dataclass(frozen=True)
class FoundTopic:
    """A topic card, how well it fits a question, and how far ahead of the next it is; larger is better.

    `is_titled` says that the question is its title.
    """

    topic: Topic
    score: float
    ahead: float
    is_titled: bool = False


def best_topic(query: Query, library: Library, legs: Legs) -> FoundTopic | None:
    """Return the topic card that fits a question best; never one about other documents or records than it names.

    Which of its statements answer the question is another matter (app/relevance.py).
    """
    ids, features = legs.topics()
    scores = weigh(features, weights()["topics"])
    if not query.named:
        scores -= LOCAL * np.array([name in library.local_topics for name in ids])
    asked = _bare(query.text)
    titled = next((place for place, name in enumerate(ids) if _bare(library.topics[name].title) == asked), None)
    if titled is not None:
        return FoundTopic(library.topics[ids[titled]], float(scores[titled]), 0.0, is_titled=True)
    fitting = sorted(
        (
            (float(scores[place]), name)
            for place, name in enumerate(ids)
            if not query.named or _is_about(name, query.named, library)
        ),
        reverse=True,
    )
    if not fitting:
        return None
    best, name = fitting[0]
    return FoundTopic(library.topics[name], best, best - fitting[1][0] if len(fitting) > 1 else best)


def _bare(text: str) -> str:
    return text.casefold().strip(' ?.!"”').replace("’", "'")


def _is_about(topic: str, named: frozenset[str], library: Library) -> bool:
    passages = [library.passages[name] for name in library.passages_of[topic]]
    return any(named & {passage.id, passage.document, passage.record} for passage in passages)


@dataclass(frozen=True)
class FoundTrait:
    """A trait, how well it fits a question, and the cosine with the nearest way to ask for it; larger is better."""

    trait: Trait
    score: float
    likeness: float


def best_traits(library: Library, legs: Legs) -> list[FoundTrait]:
    """Return the traits, the one that fits a question best first."""
    ids, features = legs.traits()
    if not ids:
        return []
    scores = weigh(features, weights()["topics"])
    best_first = np.argsort(-scores, kind="stable")
    names = [(ids[at], float(scores[at])) for at in best_first]
    return [FoundTrait(library.traits[name], score, legs.likeness.get(name, 0.0)) for name, score in names]
