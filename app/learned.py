"""What was learnt from written examples: classifiers over the words and letters of a message, and over its vector.

They read beside the rules, and notice what no rule was written for. `odds` needs no model of any kind; `Likeness` needs
the vectors of the embedder it was learnt with. `python -m evals calibrate` finds the weights from the examples in
evals/datasets/taught.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from retrieval.once import once_a_turn
from retrieval.pieces import Classifier, split

WEIGHTS = Path(__file__).parent / "data" / "learned.npz"
VECTORS = Path(__file__).parent / "data" / "learned_vectors.npz"
NEAREST = 3
"""To how many examples of each sort a message is compared."""

WINDOW, STEP = 60, 30
"""A longer message is read in pieces of so many words, each beginning so many after the one before."""

Floats = npt.NDArray[np.float32]


class Kind(StrEnum):
    """What a message can be like.

    EXAMPLES asks for a list of them, LEANS needs those before it, UNTRIED is like nothing that somebody tried. The
    sources have no answer to what is OUTSIDE; what is UNRELATED besides has nothing to do with schools.
    """

    DANGER = "danger"
    NOT_ALLOWED = "not_allowed"
    OUTSIDE = "outside"
    EXAMPLES = "examples"
    LEANS = "leans"
    UNTRIED = "untried"
    UNRELATED = "unrelated"


BY_VECTOR = (Kind.DANGER, Kind.UNTRIED, Kind.UNRELATED)
"""The kinds that the vector of a message tells of by itself."""

BY_WORDS: tuple[Kind, ...] = tuple(kind for kind in Kind if kind is not Kind.UNRELATED)
"""The kinds that the words of a message tell of."""

WITH_VECTORS = (Kind.NOT_ALLOWED, Kind.OUTSIDE)
"""The kinds whose examples the vector of a message is compared to."""


@dataclass(frozen=True)
class Linear:
    """A linear classifier of unit vectors: weights, shape (dimensions,), and bias."""

    weights: Floats
    bias: float

    def odds(self, unit: Floats) -> float:
        """Return the logarithm of the odds."""
        return self.bias + float(self.weights @ unit)


@dataclass(frozen=True)
class Likeness:
    """What a message's vector says of a kind: log odds, and its mean cosine with the nearest examples and the rest."""

    odds: float
    like: float
    unlike: float


@dataclass(frozen=True)
class Examples:
    """The examples of a kind: unit vectors, shape (examples, dimensions), and which are of it; and a classifier."""

    vectors: Floats
    labels: npt.NDArray[np.bool_]
    linear: Linear

    def likeness(self, vector: Floats) -> Likeness:
        """Return what a vector says."""
        unit = _unit(vector)
        cosines = self.vectors @ unit
        like, unlike = (float(np.sort(cosines[chosen])[-NEAREST:].mean()) for chosen in (self.labels, ~self.labels))
        return Likeness(self.linear.odds(unit), like, unlike)


def _unit(vector: Floats) -> Floats:
    return vector / (float(np.linalg.norm(vector)) or 1.0)


def odds_by_vector(kind: Kind, vector: Floats) -> float:
    """Return the logarithm of the odds that a message is of a kind in BY_VECTOR, by its vector alone."""
    return _vectors().linear[kind].odds(_unit(vector))


def likeness(kind: Kind, vector: Floats) -> Likeness:
    """Return what the vector of a message says of a kind in WITH_VECTORS."""
    return _vectors().examples[kind].likeness(vector)


def opinion(words: float, vector: Likeness) -> dict[str, float]:
    """Return all that is thought of a message, by its words and its vector, as features of a decision."""
    return {"words": words, "vector": vector.odds, "like": vector.like, "unlike": vector.unlike}


def knows(embedder: str) -> bool:
    """Tell whether the vectors of an embedder, by its name, are the ones that were learned with."""
    return _vectors().embedder == embedder


def odds(kind: Kind, text: str) -> float:
    """Return the logarithm of the odds that a message is of a kind in BY_WORDS; of a long one's likeliest piece."""
    return odds_of(kind, split(text))


def odds_of(kind: Kind, words: Sequence[str]) -> float:
    """Return the same of a message that was split."""
    return max(_odds_of_piece(tuple(piece))[kind.value] for piece in _windows(words))


@once_a_turn
def _odds_of_piece(words: tuple[str, ...]) -> Mapping[str, float]:
    return _classifier().odds(words)


def _windows(words: Sequence[str]) -> Iterator[Sequence[str]]:
    yield words[:WINDOW]
    yield from (words[at : at + WINDOW] for at in range(STEP, len(words) - WINDOW + STEP, STEP))


@cache
def _classifier() -> Classifier:
    return Classifier.read(WEIGHTS)


@dataclass(frozen=True)
class Vectors:
    """What was learnt of vectors, with the name of the embedder that made them."""

    embedder: str
    examples: Mapping[Kind, Examples]
    linear: Mapping[Kind, Linear]

    @classmethod
    def read(cls, path: Path) -> "Vectors":
        """Return what was written."""
        with np.load(path) as file:

            def linear(kind: Kind) -> Linear:
                return Linear(file[f"{kind.value}_weights"], float(file[f"{kind.value}_bias"]))

            def examples(kind: Kind) -> Examples:
                vectors = file[f"{kind.value}_vectors"].astype(np.float32) * float(file["scale"])
                return Examples(vectors, file[f"{kind.value}_labels"], linear(kind))

            compared = {kind: examples(kind) for kind in WITH_VECTORS}
            return cls(str(file["embedder"]), compared, {kind: linear(kind) for kind in BY_VECTOR})

    def write(self, path: Path) -> None:
        """Write it, the examples' vectors at 8 bits."""
        scale = max(float(np.abs(one.vectors).max()) for one in self.examples.values()) / 127
        arrays: dict[str, npt.NDArray[Any]] = {"embedder": np.array(self.embedder), "scale": np.array(scale)}
        for kind, one in self.examples.items():
            arrays[f"{kind.value}_vectors"] = np.round(one.vectors / scale).astype(np.int8)
            arrays[f"{kind.value}_labels"] = one.labels
        for kind, found in {**{kind: one.linear for kind, one in self.examples.items()}, **self.linear}.items():
            arrays[f"{kind.value}_weights"] = found.weights.astype(np.float32)
            arrays[f"{kind.value}_bias"] = np.array(found.bias)
        np.savez_compressed(path, allow_pickle=False, **arrays)


@cache
def _vectors() -> Vectors:
    return Vectors.read(VECTORS)
