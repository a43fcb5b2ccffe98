"""Teaches the classifiers of app/learned.py from the written examples in evals/datasets/taught.

The everyday texts that lead to the documents, and the documents' own sentences, are examples of what is neither
dangerous, nor forbidden, nor outside, and of what stands alone. The examples of what is outside are none of danger, and
their twins none of what is not allowed either. Evaluation items are never taught. Needs the extra `train`.
"""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from app.engine import Engine
from app.learned import BUCKETS, WITH_VECTORS, Examples, Floats, Kind, Likeness, Weights, counted, split, write
from app.learned import write_examples as write_vectors
from evals.calibrate import Taught
from retrieval.rank import Floats as Table
from retrieval.search import prepare

TAUGHT = Path(__file__).parent / "datasets" / "taught"
FEWEST = 2
"""A piece that fewer examples have says nothing."""

STRENGTH, STRENGTH_OF_VECTORS = 20.0, 270.0
"""How freely weights may grow: the inverse of the ridge."""

FOLDS = 5
PAIR = 2
"""The examples stand in pairs, one of the kind and one that is not; a pair is never split."""

Matrix = Any
"""A sparse matrix, shape (texts, BUCKETS)."""


def examples(kind: Kind) -> Iterator[tuple[str, bool]]:
    """Yield the written examples of a kind, and whether they are of it."""
    for line in (TAUGHT / f"{kind.value}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        yield row["text"], row[kind.value]


def learn(everyday: Sequence[str], engine: Engine) -> dict[Kind, Taught]:
    """Write the weights of every kind and the vectors of its examples; return the examples.

    `everyday` are texts that are of no kind. Examples are masked as messages are.
    """
    ordinary = table(everyday)
    told = {kind: list(examples(kind)) for kind in Kind}
    told[Kind.NOT_ALLOWED] += [(text, False) for text, outside in told[Kind.OUTSIDE] if not outside]
    labels = {kind: np.array([label for _, label in own]) for kind, own in told.items()}
    mask, vector = cache(engine.mask), cache(lambda text: prepare(text, engine.embedder, engine.library).dense)
    taught: dict[Kind, Taught] = {}
    rows: dict[Kind, Matrix] = {}
    of_vectors: dict[Kind, Examples] = {}
    for kind, own in told.items():
        texts = [mask(text) for text, _ in own]
        rows[kind] = table(texts)
        odds = np.zeros(len(own))
        likeness: list[Likeness] = []
        if kind in WITH_VECTORS:
            odds = _unseen_odds(rows[kind], labels[kind], ordinary)
            vectors = np.array([vector(text) for text in texts])
            of_vectors[kind], likeness = _of_vectors(vectors, labels[kind])
        taught[kind] = Taught(texts, list(labels[kind]), odds, likeness)
    rarity = _rarity(sparse.vstack([*rows.values(), ordinary]))
    calm = {
        Kind.DANGER: sparse.vstack([ordinary, rows[Kind.OUTSIDE]]),
        Kind.NOT_ALLOWED: ordinary,
        Kind.OUTSIDE: ordinary,
        Kind.LEANS: ordinary,
        Kind.EXAMPLES: ordinary[:0],  # some of the everyday texts ask for a list as well
    }
    models = {kind: _fit(rows[kind], labels[kind], calm[kind], rarity) for kind in Kind}
    of = {kind: model.coef_[0].astype(np.float32) for kind, model in models.items()}
    write(Weights(rarity.astype(np.float32), of, {kind: float(model.intercept_[0]) for kind, model in models.items()}))
    write_vectors(engine.embedder.name, of_vectors)
    return taught


def table(texts: Sequence[str]) -> Matrix:
    """Return how often each piece occurs in each text, dampened."""
    found = [counted(split(text)) for text in texts]
    ends = np.cumsum([0, *map(len, found)])
    columns = np.array([bucket for one in found for bucket in one], dtype=np.int64)
    values = np.array([value for one in found for value in one.values()])
    return sparse.csr_matrix((values, columns, ends), shape=(len(texts), BUCKETS))


def _rarity(rows: Matrix) -> Table:
    held = np.asarray((rows > 0).sum(axis=0)).ravel()
    rarity: Table = np.where(held >= FEWEST, np.log((1 + rows.shape[0]) / (1 + held)) + 1, 0.0)
    return rarity


def _weighed(rows: Matrix, rarity: Table) -> Matrix:
    """Return rows of unit length, each piece weighed by how rare it is."""
    found = rows.multiply(rarity).tocsr()
    length = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
    return sparse.diags_array(1 / np.maximum(length, 1e-9)) @ found


def _fit(rows: Matrix, labels: Any, ordinary: Matrix, rarity: Table) -> LogisticRegression:
    shown = _weighed(sparse.vstack([rows, ordinary]).tocsr(), rarity)
    wanted = np.r_[labels.astype(float), np.zeros(ordinary.shape[0])]
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", solver="liblinear", random_state=0, max_iter=500)
    return model.fit(shown, wanted)


def _folds(count: int) -> Any:
    return np.arange(count) // PAIR % FOLDS


def _unseen_odds(rows: Matrix, labels: Any, ordinary: Matrix) -> Table:
    """Return the log odds of each example by a classifier of the other folds."""
    odds, fold = np.zeros(len(labels)), _folds(len(labels))
    for left in range(FOLDS):
        seen = rows[fold != left]
        rarity = _rarity(sparse.vstack([seen, ordinary]))
        model = _fit(seen, labels[fold != left], ordinary, rarity)
        odds[fold == left] = model.decision_function(_weighed(rows[fold == left], rarity))
    return odds


def _of_vectors(vectors: Floats, labels: Any) -> tuple[Examples, list[Likeness]]:
    """Return the examples with their classifier, and what is thought of each by the others alone."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    fold, pair = _folds(len(labels)), np.arange(len(labels)) // PAIR
    unseen: list[Likeness] = [Likeness(0, 0, 0)] * len(labels)
    for left in range(FOLDS):
        others = _classifier(unit, labels, fold != left)
        for at in np.flatnonzero(fold == left):
            unseen[at] = others.likeness(unit[at], pair == pair[at])
    return _classifier(unit, labels, np.ones(len(labels), dtype=bool)), unseen


def _classifier(unit: Floats, labels: Any, seen: Any) -> Examples:
    model = LogisticRegression(C=STRENGTH_OF_VECTORS, max_iter=2000).fit(unit[seen], labels[seen])
    return Examples(unit, labels, model.coef_[0].astype(np.float32), float(model.intercept_[0]))
