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

    EXAMPLES asks for a list of them, LEANS needs those before it, UNTRIED is like nothing that somebody tried.
    """

    DANGER = "danger"
    NOT_ALLOWED = "not_allowed"
    OUTSIDE = "outside"
    EXAMPLES = "examples"
    LEANS = "leans"
    UNTRIED = "untried"


WITH_VECTORS = (Kind.NOT_ALLOWED, Kind.OUTSIDE)
"""The kinds that are looked for by the vector of a message as well."""


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
    weights: Floats
    bias: float

    def likeness(self, vector: Floats, without: npt.NDArray[np.bool_] | None = None) -> Likeness:
        """Return what a vector says; the examples in `without` are left out."""
        unit = vector / (float(np.linalg.norm(vector)) or 1.0)
        cosines = self.vectors @ unit
        if without is not None:
            cosines = np.where(without, -1.0, cosines)
        like, unlike = (float(np.sort(cosines[chosen])[-NEAREST:].mean()) for chosen in (self.labels, ~self.labels))
        return Likeness(self.bias + float(self.weights @ unit), like, unlike)


def likeness(kind: Kind, vector: Floats) -> Likeness:
    """Return what the vector of a message says of a kind in WITH_VECTORS."""
    return _examples()[1][kind].likeness(vector)


def opinion(words: float, vector: Likeness) -> dict[str, float]:
    """Return all that is thought of a message, by its words and its vector, as features of a decision."""
    return {"words": words, "vector": vector.odds, "like": vector.like, "unlike": vector.unlike}


def knows(embedder: str) -> bool:
    """Tell whether the vectors of an embedder, by its name, are the ones that were learned with."""
    return _examples()[0] == embedder


def odds(kind: Kind, text: str) -> float:
    """Return the logarithm of the odds that a message is of a kind; of its likeliest piece where it is long."""
    return odds_of(kind, split(text))


def odds_of(kind: Kind, words: Sequence[str]) -> float:
    """Return the same of a message that was split."""
    return max(_classifier().odds(piece, kind.value)[kind.value] for piece in _windows(words))


def _windows(words: Sequence[str]) -> Iterator[Sequence[str]]:
    yield words[:WINDOW]
    yield from (words[at : at + WINDOW] for at in range(STEP, len(words) - WINDOW + STEP, STEP))


@cache
def _classifier() -> Classifier:
    return Classifier.read(WEIGHTS)


@cache
def _examples() -> tuple[str, Mapping[Kind, Examples]]:
    with np.load(VECTORS) as file:
        found = {
            kind: Examples(
                file[f"{kind.value}_vectors"].astype(np.float32) * float(file["scale"]),
                file[f"{kind.value}_labels"],
                file[f"{kind.value}_weights"],
                float(file[f"{kind.value}_bias"]),
            )
            for kind in WITH_VECTORS
        }
        return str(file["embedder"]), found


def write_examples(embedder: str, found: Mapping[Kind, Examples], target: Path = VECTORS) -> None:
    """Write the examples with their vectors at 8 bits."""
    scale = max(float(np.abs(one.vectors).max()) for one in found.values()) / 127
    arrays: dict[str, npt.NDArray[Any]] = {"embedder": np.array(embedder), "scale": np.array(scale)}
    for kind, one in found.items():
        arrays[f"{kind.value}_vectors"] = np.round(one.vectors / scale).astype(np.int8)
        arrays[f"{kind.value}_labels"] = one.labels
        arrays[f"{kind.value}_weights"] = one.weights.astype(np.float32)
        arrays[f"{kind.value}_bias"] = np.array(one.bias)
    np.savez_compressed(target, allow_pickle=False, **arrays)
