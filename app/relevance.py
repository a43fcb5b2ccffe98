"""How surely a sentence of a hit, or a statement of a topic card, answers a question: a chance learnt from examples.

Both are logistic regressions over few features; `python -m evals calibrate` finds their weights on the development
items. They decide what is quoted, and so how long an answer is.
"""

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from corpus.schema import Sentence, Statement
from retrieval.analyse import terms
from retrieval.library import Library
from retrieval.search import Hit, Query
from retrieval.suggest import FoundTopic

WEIGHTS = Path(__file__).parent / "data" / "relevance.toml"

READ_HITS = 8
"""In how many hits sentences are looked for."""

SHORTEST = 20
"""A shorter text that is no item of a list is a label beside a figure."""

FAR_BEHIND = 6.0
"""A score farther behind the best one's counts no more."""

NOT_FOUND = 10
"""The place of a passage that is not among the hits."""

ASKS_FOR_A_NUMBER = re.compile(
    r"\b(?:hvor (?:mange|meget|stor\w*|ofte|længe|gammel)|hvornår|procent|andel\w*|hvilket år|"
    r"how (?:many|much|often|long))\b",
    re.IGNORECASE,
)
NUMBER_WORD = re.compile(r"\b(?:to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|halvdelen|flertal\w*)\b", re.IGNORECASE)

Features = Mapping[str, float]


@dataclass(frozen=True)
class Candidate:
    """A sentence by its hit and its place there, and what speaks for it."""

    hit: int
    place: int
    features: Features

    @property
    def chance(self) -> float:
        """How surely the sentence answers the question, from 0 to 1."""
        return _chance("sentences", self.features)


def may_answer(sentence: Sentence) -> bool:
    """Return whether a sentence may be quoted as an answer: an item of a list, or text that is no scrap."""
    return sentence.quotable and (
        sentence.kind == "item" or (sentence.kind == "text" and len(sentence.text) >= SHORTEST)
    )


def candidates(query: Query, hits: Sequence[Hit], library: Library) -> list[Candidate]:
    """Return every sentence of the best hits that may be quoted.

    `place` is the hit's rank and `behind` how far its score is behind the best; `like` the cosine with the question, in
    standard deviations; `shared` the share of the question's words in the sentence, rarer ones counting more; `length`
    the logarithm of its letters; `number` how surely it gives the number that is asked for.
    """
    read = hits[:READ_HITS]
    places = [
        (at, place)
        for at, hit in enumerate(read)
        for place, sentence in enumerate(hit.passage.sentences)
        if may_answer(sentence)
    ]
    if not places:
        return []
    likeness = np.array([read[at].similarities[place] for at, place in places])
    like = (likeness - likeness.mean()) / (float(likeness.std()) or 1.0)
    rarity = _rarity(query.terms, library)
    numbers = bool(ASKS_FOR_A_NUMBER.search(query.text))
    found = []
    for (at, place), alike in zip(places, like, strict=True):
        text = read[at].passage.sentences[place].text
        shared = rarity.keys() & set(terms(text))
        features = {
            "place": float(at),
            "behind": min(FAR_BEHIND, hits[0].score - read[at].score),
            "like": float(alike),
            "shared": sum(rarity[term] for term in shared) / (sum(rarity.values()) or 1.0),
            "length": math.log1p(len(text)),
            "number": _numberness(text) if numbers else 0.0,
        }
        found.append(Candidate(at, place, features))
    return found


def statement_features(found: FoundTopic, statement: Statement, hits: Sequence[Hit]) -> Features:
    """Return what speaks for a statement of a topic card.

    `score` and `ahead` tell how well the card fits; `place` and `behind` where the best passage it cites is among the
    hits.
    """
    cited = {support.passage for support in statement.support}
    first = next((at for at, hit in enumerate(hits) if hit.passage.id in cited), None)
    return {
        "score": found.score,
        "ahead": found.ahead,
        "place": float(NOT_FOUND if first is None else first),
        "behind": FAR_BEHIND if first is None else min(FAR_BEHIND, hits[0].score - hits[first].score),
    }


def statement_chance(found: FoundTopic, statement: Statement, hits: Sequence[Hit]) -> float:
    """Return how surely a statement of a topic card answers the question, from 0 to 1."""
    return _chance("statements", statement_features(found, statement, hits))


def _rarity(asked: Sequence[str], library: Library) -> dict[str, float]:
    passages, frequencies = len(library.catalogue.passages), library.catalogue.frequencies
    return {term: math.log1p(passages / (1 + frequencies.get(term, 0))) for term in asked}


def _numberness(text: str) -> float:
    """Return how surely a sentence gives a number: 1 in digits, half for a word."""
    return 1.0 if re.search(r"\d", text) else 0.5 * bool(NUMBER_WORD.search(text))


@cache
def weights() -> Mapping[str, Mapping[str, float]]:
    """Return the weights of `sentences` and `statements`, each with its `bias` (app/data/relevance.toml)."""
    read: dict[str, dict[str, float]] = tomllib.loads(WEIGHTS.read_text("utf-8"))
    return read


def _chance(kind: str, features: Features) -> float:
    chosen = weights()[kind]
    odds = chosen["bias"] + sum(chosen[name] * value for name, value in features.items())
    return 1 / (1 + math.exp(-odds))
