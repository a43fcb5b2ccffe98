"""Is there evidence? How near the sources come to a message, and what it asks for by name that they have not.

The chance that the sources are about a message is a logistic regression over few features; `python -m evals calibrate`
finds its weights.
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app import learned
from app.attributes import Lacking, lacking
from app.entities import Sort, Unknown, cues, unknown
from app.learned import Kind
from app.relevance import candidates
from corpus.schema import Term
from retrieval.analyse import TOKEN, is_english, terms
from retrieval.library import Library
from retrieval.rank import Legs
from retrieval.search import Hit, Query
from retrieval.suggest import RankedAction

CALIBRATION = Path(__file__).parent / "data" / "calibration.toml"

STRANGE = 0.4
FAR_KNOWN = 0.62
FAR_FIT = 9.0
"""Where the chance is not known, a question is outside the sources when fewer of its words than the first stand
anywhere in them, or fewer than the second and no trial action scores as high as the third; set on the development half
of the evaluation items."""

SOMETHING_MISSING = 2.0
"""How much likelier it has to be that the sources are about a message that asks for what they have not."""

SOMETHING_GIVEN = 1.5
"""How much less sure the sources must be where a sentence found gives the kind of answer that is asked for."""

NOTHING_KNOWN = 1.0
"""The same where none of its words stands anywhere in them."""

NOTHING_LACKING = Lacking()

FEW = 2
"""A message of no more words with one of the glossary asks what that is."""

BEST = 3
"""Over how many sentences it is averaged how surely they answer."""

LEAST = 0.001
"""A lesser chance counts as this."""


@dataclass(frozen=True)
class Evidence:
    """How near the sources come to a message.

    `known` is the share of its words that stand in the sources, 1.0 for one in English, whose words do not; `fit` the
    score of the trial action that fits best. `chance` is the logarithm of the odds that the sources are about it, None
    where the embedder is another than the calibrated one, or the best hit is of a document without expansions.

    `unrelated` says that it has nothing to do with schools, as far as its vector tells; `elsewhere` that it has words
    of things that the sources do not treat. `unknown` are the names in it that are
    not in the sources, `lacking` the kinds of answer it asks for that the passages found do not hold. `named` says that
    it names a document or record that there is.
    """

    known: float
    fit: float
    chance: float | None = None
    unrelated: bool = False
    elsewhere: bool = False
    unknown: tuple[Unknown, ...] = ()
    lacking: Lacking = NOTHING_LACKING
    named: bool = False

    @property
    def far(self) -> bool:
        """Whether the question is outside what the sources are about, as far as its words tell."""
        return self.known < STRANGE or (self.known < FAR_KNOWN and self.fit < FAR_FIT)

    def thin(self, kind: str) -> bool:
        """Tell whether the sources are hardly about the message.

        `kind` is "question", "description", which is given the benefit of the doubt, "list", the more so, or
        "classroom", most: a description of something at a school that trial actions are about.
        """
        least: float = calibration()["evidence"][kind]
        least += SOMETHING_MISSING * (self.missing and not self.lacking.rest) + NOTHING_KNOWN * (self.known == 0)
        least -= SOMETHING_GIVEN * (self.lacking.given and not self.missing)
        return self.chance is not None and self.chance < least

    @property
    def missing(self) -> bool:
        """Whether something is asked for by name or kind that the sources have not."""
        return bool(self.unknown or self.lacking)

    @property
    def asks_of_a_source(self) -> bool:
        """Whether it asks a document or record that there is for a part or kind of answer that is not in it."""
        return self.named and (bool(self.lacking) or any(one.sort is Sort.PART for one in self.unknown))

    @property
    def partly(self) -> bool:
        """Whether something else is asked for as well: a covered place beside another, or one clause of two."""
        beside = self.named and all(one.sort in (Sort.PLACE, Sort.SCHOOL, Sort.WORK) for one in self.unknown)
        return (beside or not self.unknown) and (bool(self.lacking.rest) or not self.lacking)


def explains(text: str, library: Library) -> bool:
    """Tell whether a message has a word of the glossary, and hardly any other."""
    return named_term(text, library) is not None


def named_term(text: str, library: Library) -> Term | None:
    """Return the term of the glossary that a message has a word of, where it has hardly any other; else None."""
    said = [token for token in TOKEN.findall(text.lower()) if terms(token)]
    if len(said) > FEW:
        return None
    named = (one for one in library.catalogue.terms if {one.term.lower(), *map(str.lower, one.forms)} & set(said))
    return next(named, None)


def recommended(named: AbstractSet[str], library: Library) -> frozenset[str]:
    """Return the recommendations that a message names by their code or number."""
    return library.catalogue.recommendation_ids & named


@dataclass(frozen=True)
class Searched:
    """What was found for a message: `hits` and trial actions, `ranked`, best first."""

    query: Query
    legs: Legs
    hits: Sequence[Hit]
    ranked: Sequence[RankedAction]


def weigh(searched: Searched, asking: str, about: str, library: Library) -> Evidence:
    """Return how near the sources come to a message.

    `asking` is the part of it that asks, `about` the part that what it is about is read from.
    """
    query, hits = searched.query, searched.hits
    fit = searched.ranked[0].score if searched.ranked else 0.0
    aided = bool(hits) and hits[0].passage.document in library.catalogue.aided
    known = aided and learned.knows(library.catalogue.embedder)
    more = calibration()["evidence"]["english"] if is_english(query.text) else 0.0
    chance = logit("evidence", features(searched, library)) + more if known else None
    unrelated = known and learned.odds_by_vector(Kind.UNRELATED, query.dense) > 0
    absent, held = unknown(asking, query.named, library, query.text), lacking(asking, query.named, hits, library)
    elsewhere = _is_elsewhere((about, query.text), hits)
    return Evidence(_known(query, library), fit, chance, unrelated, elsewhere, absent, held, bool(query.named))


def features(searched: Searched, library: Library) -> dict[str, float]:
    """Return what the chance is reckoned from.

    `hit` is the score of the best hit; `aid` and `dense` the best raw scores of the aids and the passages; `named`
    whether a document or record is named; `known` as in `Evidence`; `sentence` the logarithm of how surely the best
    sentences answer; the others are what was learnt from examples of questions that the sources have no answer to
    (`app/learned.py`).
    """
    query, hits, nearest = searched.query, searched.hits, searched.legs.nearest
    best = sorted((one.chance for one in candidates(query, hits, library)), reverse=True)[:BEST]
    return {
        "hit": hits[0].score if hits else 0.0,
        "aid": nearest["aid_dense"],
        "dense": nearest["dense"],
        "named": float(bool(query.named)),
        "known": _known(query, library),
        "sentence": math.log(max(LEAST, sum(best) / BEST)),
        **_learnt(Kind.OUTSIDE, query),
    }


def _learnt(kind: Kind, query: Query) -> dict[str, float]:
    return learned.opinion(learned.odds(kind, query.text), learned.likeness(kind, query.dense))


def _known(query: Query, library: Library) -> float:
    asked = set(query.terms)
    share = sum(term in library.catalogue.frequencies for term in asked) / max(1, len(asked))
    return 1.0 if is_english(query.text) else share


def forbidden(query: Query, library: Library, *, describes: bool, somebody: bool) -> bool:
    """Tell whether a message asks for what is not done here, as far as was learnt.

    A description must be surer to, and a message that speaks of nobody, about whom anything could be decided.
    """
    if not learned.knows(library.catalogue.embedder):
        return False
    limits: Mapping[str, float] = calibration()["not_allowed"]
    limit = limits["description" if describes else "limit"] + (0.0 if somebody else limits["nobody"])
    return logit("not_allowed", _learnt(Kind.NOT_ALLOWED, query)) > limit


def allowed(query: Query, library: Library) -> bool:
    """Tell whether a message surely asks for nothing that is not done here, as far as was learnt."""
    known = learned.knows(library.catalogue.embedder)
    return known and logit("not_allowed", _learnt(Kind.NOT_ALLOWED, query)) < 0


@cache
def calibration() -> dict[str, Any]:
    """Return the limits, bias and weights of each decision (app/data/calibration.toml)."""
    read: dict[str, Any] = tomllib.loads(CALIBRATION.read_text("utf-8"))
    return read


def logit(decision: str, found: Mapping[str, float]) -> float:
    """Return the logarithm of the odds of a decision, `evidence` or `not_allowed`, for these features."""
    chosen = calibration()[decision]
    weights: Mapping[str, float] = chosen["weights"]
    return float(chosen["bias"]) + sum(weights[name] * value for name, value in found.items())


def _is_elsewhere(texts: Sequence[str], hits: Sequence[Hit]) -> bool:
    """Tell whether one of the texts is about a thing that the sources do not treat and no hit has a word of."""
    found = "\n".join(hit.text for hit in hits)
    patterns = [cue for group in cues("elsewhere").values() for cue in group]
    return any(any(map(cue.search, texts)) and not cue.search(found) for cue in patterns)
