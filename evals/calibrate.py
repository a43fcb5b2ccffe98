"""The weights of "is there evidence?" and of what is not allowed: logistic regressions on the taught examples.

What the examples say of themselves comes from classifiers that have not seen them (`evals/learn.py`). No evaluation
item is read: the limits, kept by hand in app/data/calibration.toml, are set on the development items.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import tomlkit

from app.engine import ACTIONS, HITS, Engine
from app.evidence import CALIBRATION, Searched, features
from app.learned import Kind, Likeness, opinion
from evals.workers import in_workers
from retrieval.rank import Floats, Legs
from retrieval.search import prepare, search
from retrieval.suggest import suggest

RIDGE = 4.0
STEPS = 30


@dataclass(frozen=True)
class Taught:
    """Examples of a kind, masked, and what is thought of each by classifiers that have not seen it."""

    texts: Sequence[str]
    labels: Sequence[bool]
    odds: Floats
    likeness: Sequence[Likeness]


def read(engine: Engine, message: str) -> dict[str, float]:
    """Return the features of a masked message."""
    library = engine.library
    query = prepare(message, engine.embedder, library)
    legs = Legs.of(query.vectors, query.named, library)
    hits = search(query, library, HITS, legs)
    return features(Searched(query, legs, hits, suggest(query, library, ACTIONS, legs)), library)


def fit(rows: Floats, labels: Floats, *, balanced: bool) -> tuple[Floats, float]:
    """Return the weights, shape (features,), and bias of a ridge logistic regression, by Newton's method.

    With `balanced` both classes count the same, however many there are of each.
    """
    mean, spread = rows.mean(0), rows.std(0) + 1e-9
    design = np.c_[(rows - mean) / spread, np.ones(len(rows))]
    share = float(labels.mean())
    counts = np.where(labels == 1, 0.5 / share, 0.5 / (1 - share)) if balanced else np.ones(len(labels))
    weights = np.zeros(design.shape[1])
    ridge = RIDGE * np.diag(np.r_[np.ones(len(weights) - 1), 0.0])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (counts * (chance - labels)) + ridge @ weights
        bend = (design * (counts * chance * (1 - chance))[:, None]).T @ design + ridge
        weights -= np.linalg.solve(bend, slope)
    scaled = weights[:-1] / spread
    return scaled, float(weights[-1] - scaled @ mean)


def fitted(
    rows: Sequence[Mapping[str, float]], labels: Sequence[bool], *, balanced: bool
) -> tuple[dict[str, float], float, float]:
    """Return the weight of each feature, the bias, and the area under the ROC curve on the rows."""
    names = list(rows[0])
    table, wanted = np.array([[row[one] for one in names] for row in rows]), np.array(labels, dtype=float)
    weights, bias = fit(table, wanted, balanced=balanced)
    scores = table @ weights
    apart = float(np.mean(scores[wanted == 1][:, None] > scores[wanted == 0][None]))
    return dict(zip(names, map(float, weights), strict=True)), bias, apart


def calibrate(taught: Mapping[Kind, Taught], engine: Engine, target: Path = CALIBRATION) -> dict[str, float]:
    """Write the weights found on the examples to `target`; return the area under the ROC curve of each decision."""
    outside, forbidden = taught[Kind.OUTSIDE], taught[Kind.NOT_ALLOWED]
    evidence = [
        {**found, **opinion(odds, seen)}
        for found, odds, seen in zip(
            in_workers(read, outside.texts, engine.config), outside.odds, outside.likeness, strict=True
        )
    ]
    not_allowed = [opinion(odds, seen) for odds, seen in zip(forbidden.odds, forbidden.likeness, strict=True)]
    kept = tomlkit.parse(target.read_text("utf-8"))
    apart = {}
    for name, rows, labels in (
        ("evidence", evidence, [not label for label in outside.labels]),
        ("not_allowed", not_allowed, forbidden.labels),
    ):
        weights, bias, apart[name] = fitted(rows, labels, balanced=True)
        found = {one: round(weight, 4) for one, weight in weights.items()}
        cast("dict[str, Any]", kept[name]).update(bias=round(bias, 4), weights=found)
    target.write_text(tomlkit.dumps(kept), "utf-8")
    return apart
