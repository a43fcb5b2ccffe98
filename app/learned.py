"""What was learnt from written examples: classifiers over the words and letters of a message, and over its vector.

They read beside the rules, and notice what no rule was written for. `odds` needs no model of any kind; `Likeness` needs
the vectors of the embedder it was learnt with. `python -m evals calibrate` finds the weights from the examples in
evals/datasets/taught.
"""

import math
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app.wordlists import danish
from corpus.text import normalise

WEIGHTS = Path(__file__).parent / "data" / "learned.npz"
VECTORS = Path(__file__).parent / "data" / "learned_vectors.npz"
BUCKETS = 2**18
"""How many numbers the pieces of words are hashed to."""

WORDS = (1, 2, 3)
"""How many words in a row are looked at."""

LETTERS = (2, 3, 4, 5)
"""How many letters in a row are looked at, within a word and its ends."""

NEAREST = 3
"""To how many examples of each sort a message is compared."""

WINDOW, STEP = 60, 30
"""A longer message is read in pieces of so many words, each beginning so many after the one before."""

PLACEHOLDER = re.compile(r"\[[^\]\n]*\]")
WORD = re.compile(r"[a-z0-9éü]+")
FOLDED = str.maketrans({"å": "a", "ø": "o", "æ": "e"})

Floats = npt.NDArray[np.float32]


class Kind(StrEnum):
    """What a message can be like: EXAMPLES asks for a list of them, LEANS needs those before it."""

    DANGER = "danger"
    NOT_ALLOWED = "not_allowed"
    OUTSIDE = "outside"
    EXAMPLES = "examples"
    LEANS = "leans"


WITH_VECTORS = (Kind.NOT_ALLOWED, Kind.OUTSIDE)
"""The kinds that are looked for by the vector of a message as well."""


@dataclass(frozen=True)
class Weights:
    """How much each piece counts, shape (BUCKETS,): how rare it is, and for each kind; with a bias for each kind."""

    rarity: Floats
    of: Mapping[Kind, Floats]
    bias: Mapping[Kind, float]


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
    learned = _weights()
    return max(_odds(kind, counted(piece), learned) for piece in _windows(words))


def split(text: str) -> list[str]:
    """Return the words of a text, lower case and without Danish letters; what was masked says nothing."""
    plain = PLACEHOLDER.sub(" ", normalise(text).lower()).translate(FOLDED)
    return WORD.findall(danish(plain).translate(FOLDED))


def counted(words: Sequence[str]) -> dict[int, float]:
    """Return how often each piece occurs, dampened, by its bucket."""
    found: Counter[int] = Counter(zlib.crc32(piece.encode()) % BUCKETS for piece in _pieces(words))
    return {bucket: 1 + math.log(count) for bucket, count in found.items()}


def _pieces(words: Sequence[str]) -> Iterator[str]:
    for many in WORDS:
        yield from ("w" + " ".join(words[at : at + many]) for at in range(len(words) - many + 1))
    for word in words:
        ended = f"_{word}_"
        for many in LETTERS:
            yield from ("c" + ended[at : at + many] for at in range(len(ended) - many + 1))


def _windows(words: Sequence[str]) -> Iterator[Sequence[str]]:
    yield words[:WINDOW]
    yield from (words[at : at + WINDOW] for at in range(STEP, len(words) - WINDOW + STEP, STEP))


def _odds(kind: Kind, found: Mapping[int, float], learned: Weights) -> float:
    if not found:
        return learned.bias[kind]
    buckets = np.fromiter(found, dtype=np.int64)
    values = np.fromiter(found.values(), dtype=np.float32) * learned.rarity[buckets]
    length = float(np.sqrt(values @ values)) or 1.0
    return learned.bias[kind] + float(values @ learned.of[kind][buckets]) / length


@cache
def _weights() -> Weights:
    with np.load(WEIGHTS) as file:
        of = {kind: file[kind.value].astype(np.float32) for kind in Kind}
        bias = {kind: float(file[f"{kind.value}_bias"]) for kind in Kind}
        return Weights(file["rarity"].astype(np.float32), of, bias)


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


def write(learned: Weights, target: Path = WEIGHTS) -> None:
    """Write weights in half precision."""
    of = {kind.value: learned.of[kind].astype(np.float16) for kind in Kind}
    bias = {f"{kind.value}_bias": np.array(learned.bias[kind]) for kind in Kind}
    np.savez_compressed(target, allow_pickle=False, rarity=learned.rarity.astype(np.float16), **of, **bias)
