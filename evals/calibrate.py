"""The weights of "is there evidence?": a logistic regression on development items and on questions of each class.

Nothing here reads the test half of the items, nor the half of the questions that the tests check.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np

from app import conversation
from app.engine import ACTIONS, HITS, Engine
from app.evidence import CALIBRATION, Searched, calibration, features
from app.turn import Message, Outcome
from evals.items import Item
from retrieval.rank import Floats, Legs
from retrieval.search import prepare, search
from retrieval.suggest import suggest

ABOUT = frozenset({"answerable", "false_premise", "partial"})
NOT_ABOUT = frozenset({"near_domain", "far_domain"})
RIDGE = 4.0
STEPS = 30
TUNED = 128
"""A question whose hash begins with a smaller byte is tuned on."""


def is_tuned_on(query: str) -> bool:
    """Tell whether a question is in the half that weights are found on; the tests check on the other."""
    return hashlib.sha256(query.encode()).digest()[0] < TUNED


def examples(items: Iterable[Item], questions: Path) -> Iterator[tuple[str, list[Message], bool]]:
    """Yield messages with their history, and whether the sources are about them."""
    for line in questions.read_text("utf-8").splitlines():
        row = json.loads(line)
        if is_tuned_on(row["query"]) and row["class"] in ABOUT | NOT_ABOUT:
            yield row["query"], [], row["class"] in ABOUT
    for item in items:
        about = item.outcome in (Outcome.ANSWERED, Outcome.PARTIAL, Outcome.CLARIFY)
        if item.split == "dev" and (about or item.refusal_class in NOT_ABOUT):
            yield item.query, [Message(said["role"], said["content"]) for said in item.history], about


def read(message: str, history: list[Message], engine: Engine) -> Mapping[str, float]:
    """Return the features of a message after a history."""
    library = engine.library
    text = conversation.standalone(engine.mask(message), history)
    query = prepare(text, engine.embedder, library)
    legs = Legs.of(query.vectors, query.named, library)
    found = Searched(query, legs, search(query, library, HITS, legs), suggest(query, library, ACTIONS, legs))
    describes = conversation.intent(text) is conversation.Intent.SITUATION
    return features(found, conversation.asking(text) if describes else text, library)


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


def calibrate(items: Iterable[Item], questions: Path, engine: Engine, target: Path = CALIBRATION) -> float:
    """Write the weights found on the examples to `target`; return the area under the ROC curve on them."""
    found = [(read(message, history, engine), about) for message, history, about in examples(items, questions)]
    names = list(found[0][0])
    rows = np.array([[values[name] for name in names] for values, _ in found])
    labels = np.array([float(about) for _, about in found])
    weights, bias = fit(rows, labels, balanced=True)
    kept = [line for line in target.read_text("utf-8").splitlines() if line.startswith("#")]
    limits = [f"{name} = {calibration()[name]}" for name in ("question", "description")]
    lines = [*kept, "", *limits, f"bias = {bias:.4f}", "", "[weights]"]
    lines += [f"{name} = {weight:.4f}" for name, weight in zip(names, weights, strict=True)]
    target.write_text("\n".join(lines) + "\n", "utf-8")
    scores = rows @ weights + bias
    return float(np.mean(scores[labels == 1][:, None] > scores[labels == 0][None]))
