"""Is B better than A? Wins, ties and losses item by item, and a paired test; and the gate built on them."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from corpus.errors import KnowledgeError
from evals.evaluate import SAMPLES, Evaluation
from evals.metrics import METRICS

ALPHA = 0.01


@dataclass(frozen=True)
class Comparison:
    """One metric of two evaluations, over the items both have.

    `difference` is the mean of B minus A, turned round where lower is better, so that above 0 is an improvement.
    `p` is the share of resampled means on the other side of 0 (two-sided paired bootstrap, Efron and Tibshirani
    1993).
    """

    metric: str
    before: float
    after: float
    difference: float
    wins: int
    ties: int
    losses: int
    p: float
    n: int

    @property
    def is_drop(self) -> bool:
        """Whether B is significantly worse."""
        return self.difference < 0 and self.p < ALPHA

    @property
    def is_gain(self) -> bool:
        """Whether B is significantly better."""
        return self.difference > 0 and self.p < ALPHA


def compare(before: Evaluation, after: Evaluation) -> list[Comparison]:
    """Return the comparison of every metric that both evaluations have scores of.

    Raises KnowledgeError when they have no item in common.
    """
    compared = []
    for metric in METRICS:
        a, b = before.scores.get(metric.name, {}), after.scores.get(metric.name, {})
        shared = sorted(set(a) & set(b))
        if shared:
            sign = -1.0 if metric.lower_is_better else 1.0
            compared.append(_compare(metric.name, sign, [a[i] for i in shared], [b[i] for i in shared]))
    if not compared:
        raise KnowledgeError("De to målinger har ingen spørgsmål til fælles.", "Vælg to målinger af samme sæt.")
    return compared


def _compare(name: str, sign: float, a: list[float], b: list[float]) -> Comparison:
    differences = sign * (np.array(b) - np.array(a))
    random = np.random.default_rng(zlib.crc32(f"{name}:{len(a)}".encode()))
    drawn = differences[random.integers(0, len(a), size=(SAMPLES, len(a)))].mean(axis=1)
    mean = float(differences.mean())
    other_side = float((drawn >= 0).mean() if mean < 0 else (drawn <= 0).mean())
    return Comparison(
        metric=name,
        before=float(np.mean(a)),
        after=float(np.mean(b)),
        difference=mean,
        wins=int((differences > 0).sum()),
        ties=int((differences == 0).sum()),
        losses=int((differences < 0).sum()),
        p=1.0 if mean == 0 else min(1.0, 2 * other_side),
        n=len(a),
    )


def gate(after: Evaluation, before: Evaluation | None) -> list[str]:
    """Return why an evaluation may not pass; empty when it may.

    It may not when a zero-tolerance metric is below 1, or a metric has dropped significantly against `before`.
    """
    reasons = []
    for metric in METRICS:
        summary = after.metrics[metric.name]
        if metric.zero_tolerance and summary.mean is not None and summary.mean < 1:
            worst = [name for name, score in after.scores[metric.name].items() if score < 1]
            reasons.append(f"{metric.name} er {summary.mean:.3f} og skal være 1 ({', '.join(worst[:5])})")
    if before is not None:
        reasons += [
            f"{found.metric} er faldet fra {found.before:.3f} til {found.after:.3f} (p = {found.p:.3f})"
            for found in compare(before, after)
            if found.is_drop
        ]
    return reasons


def by_name(compared: list[Comparison]) -> Mapping[str, Comparison]:
    """Return comparisons by the name of their metric."""
    return {found.metric: found for found in compared}
