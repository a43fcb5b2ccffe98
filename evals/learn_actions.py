"""Teaches which trial action a description calls for, and how much each sign of one counts in the ranking.

Both are learnt from the descriptions in evals/datasets/taught. What the words say of a trial action
(retrieval/likely.py) is learnt from most of them; how much that counts beside the other features of retrieval/rank.py
is found on those that were kept back from it and from the encoder, so that neither is trusted more than it deserves.
The weights are a conditional logit (McFadden 1974). Evaluation items are never taught. Needs the extra `train`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from app import situation
from app.engine import Engine
from corpus.schema import Expansion
from evals import taught
from evals.learn import Matrix, rarity_of, table, weighed
from evals.tune import keep
from retrieval import likely
from retrieval.pieces import BUCKETS, Classifier, split
from retrieval.rank import WEIGHTS, Floats, Legs, above_mean, weights
from retrieval.search import prepare

STRENGTH = 20.0
"""How freely the weights of words may grow: the inverse of the ridge."""

STEP = 0.02
"""To what they are rounded, so that the file of the many trial actions stays small."""

RIDGE = 1.0
KIND = "trial_actions"
BY_HAND = frozenset({"named", "said_grades"})
"""The features that the descriptions do not tell of: what is named comes first, and who tells an age is heard."""

LEARNT, SCALE = "likely", 3.75
"""What was learnt of words, and its weight, to which all others are brought: limits over scores are set at this scale.
"""

Fitting = tuple[str, Mapping[str, int]]
"""A description, and the grades of the trial actions that fit."""


def learn_actions(expansions: Iterable[Expansion], engine: Engine) -> tuple[float, float]:
    """Write what was learnt; return how often the best is first for unseen descriptions, by words and as ranked."""
    written = list(taught.trial_actions())
    told = [(engine.mask(text), fits) for text, fits in written]
    led_to = taught.meant(engine.library.catalogue)
    known = [*told, *((one.text, led_to[one.target]) for one in expansions if one.target in led_to)]
    rows = table([text for text, _ in known])
    unseen = np.array([at for at, (text, _) in enumerate(written) if text in taught.kept_back()])
    classifier = _fit(rows, known, np.setdiff1d(np.arange(len(known)), unseen))
    asked = [known[at] for at in unseen]
    odds = [classifier.odds(split(text)) for text, _ in asked]
    features = np.array([_features(text, said, engine) for (text, _), said in zip(asked, odds, strict=True)])
    grades = np.array([[fits.get(name, 0) for name in engine.library.trial_actions] for _, fits in asked])
    names = _names()
    found = fit_ranking(features, grades)
    scaled = np.round(found * SCALE / found[names.index(LEARNT)], 3).tolist()
    keep(KIND, dict(zip(names, scaled, strict=True)), WEIGHTS)
    _fit(rows, known, np.arange(len(known))).write(likely.WEIGHTS)
    return share_first(features[..., names.index(LEARNT)], grades), share_first(features @ found, grades)


def fit_ranking(features: Floats, grades: Floats) -> Floats:
    """Return the weights, none below 0, with which the trial actions that fit a description come first.

    `features` has the shape (descriptions, trial actions, features), `grades` (descriptions, trial actions).
    """
    wanted = grades**2 / (grades**2).sum(1, keepdims=True)

    def loss(chosen: Floats) -> tuple[float, Floats]:
        scores = features @ chosen
        chances = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
        slope = np.einsum("da,daf->f", np.exp(chances) - wanted, features) + 2 * RIDGE * chosen
        return float(RIDGE * chosen @ chosen - (wanted * chances).sum()), slope

    start = np.zeros(features.shape[2])
    found: Floats = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(start)).x
    return found


def share_first(scores: Floats, grades: Floats) -> float:
    """Return for how many descriptions one that fits best has the highest score; both as in `fit_ranking`."""
    first = grades[np.arange(len(grades)), scores.argmax(1)]
    return float(np.mean(first == grades.max(1)))


def _names() -> list[str]:
    return [name for name in weights()[KIND] if name not in BY_HAND]


def _features(text: str, odds: Mapping[str, float], engine: Engine) -> Floats:
    """Return the features of all trial actions for a description, shape (trial actions, features)."""
    query = prepare(text, engine.embedder, engine.library)
    legs = Legs.of(query.vectors, query.named, engine.library)
    ids, features = legs.trial_actions(text, situation.read(text).said)
    told = {**features, LEARNT: above_mean(odds, ids)}
    return np.stack([told[name] for name in _names()], axis=1)


def _fit(rows: Matrix, known: Sequence[Fitting], seen: Any) -> Classifier:
    """Return a classifier of the descriptions in `seen`; one that several trial actions fit is shared among them."""
    pairs = [(at, name, grade / sum(known[at][1].values())) for at in seen for name, grade in known[at][1].items()]
    rarity = rarity_of(rows[seen])
    shown = weighed(rows[[at for at, _, _ in pairs]], rarity)[:, rarity > 0]
    model = LogisticRegression(C=STRENGTH, max_iter=300)
    model.fit(shown, [name for _, name, _ in pairs], [share for _, _, share in pairs])
    names = [str(name) for name in model.classes_]
    columns = np.zeros((len(names), BUCKETS), dtype=np.float32)
    columns[:, rarity > 0] = np.round(model.coef_ / STEP) * STEP
    bias = dict(zip(names, map(float, model.intercept_), strict=True))
    return Classifier(rarity.astype(np.float32), dict(zip(names, columns, strict=True)), bias)
