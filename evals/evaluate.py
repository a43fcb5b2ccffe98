"""Results to figures: every metric, its interval, and its mean for each kind of question.

Nothing is run here: the same results file gives the same figures, to the last digit.
"""

import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from corpus.errors import KnowledgeError
from evals.items import Item
from evals.metrics import METRICS
from evals.metrics.base import Metric
from evals.results import Result

SAMPLES = 10_000
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Summary:
    """The mean of a metric over `n` items, with a bootstrap interval; None where it has no meaning."""

    mean: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True)
class Evaluation:
    """What was measured: a summary per metric, one per metric and kind, and the score of each item."""

    meta: Mapping[str, Any]
    metrics: Mapping[str, Summary]
    by_kind: Mapping[str, Mapping[str, Summary]]
    scores: Mapping[str, Mapping[str, float]]
    extra: Mapping[str, Any] = field(default_factory=dict)


_ADAPTER = TypeAdapter(Evaluation)


def to_json(evaluation: Evaluation) -> bytes:
    """Return an evaluation as JSON."""
    return _ADAPTER.dump_json(evaluation, indent=1) + b"\n"


def from_json(text: bytes, source: str) -> Evaluation:
    """Return the evaluation in `text`. Raises KnowledgeError, naming `source`, for anything else."""
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        raise KnowledgeError(
            f"{source} er ikke en måling ({error.error_count()} fejl).", "Kør evals evaluate."
        ) from error


def evaluate(items: Sequence[Item], results: Mapping[str, Result], meta: Mapping[str, Any]) -> Evaluation:
    """Score the results of the items.

    Raises KnowledgeError when results are missing or belong to other items, with some of the ids.
    """
    _check_same_set(items, results)
    scores = {metric.name: score_all(metric, items, results) for metric in METRICS}
    clusters = {item.id: item.cluster for item in items}
    kinds = sorted({item.kind for item in items})
    members = {kind: {item.id for item in items if item.kind == kind} for kind in kinds}
    return Evaluation(
        meta=meta,
        metrics={name: summarise(found, clusters) for name, found in scores.items()},
        by_kind={
            kind: {
                name: summarise({i: s for i, s in found.items() if i in members[kind]}, clusters)
                for name, found in scores.items()
            }
            for kind in kinds
        },
        scores=scores,
        extra=_extra(items, results, scores),
    )


def _check_same_set(items: Sequence[Item], results: Mapping[str, Result]) -> None:
    wanted = {item.id for item in items}
    missing, unknown = sorted(wanted - set(results)), sorted(set(results) - wanted)
    if missing or unknown:
        told = [f"{len(missing)} mangler ({', '.join(missing[:3])})"] if missing else []
        told += [f"{len(unknown)} er ukendte ({', '.join(unknown[:3])})"] if unknown else []
        raise KnowledgeError(
            f"Resultaterne hører ikke til disse spørgsmål: {' og '.join(told)}.",
            "Kør generate igen på de samme spørgsmål, eller vælg den rette fil.",
        )


def score_all(metric: Metric, items: Iterable[Item], results: Mapping[str, Result]) -> dict[str, float]:
    """Return the score of each item that has a part in the metric."""
    scored = ((item.id, metric.score(item, results[item.id])) for item in items)
    return {name: round(score, 6) for name, score in scored if not math.isnan(score)}


def summarise(scores: Mapping[str, float], clusters: Mapping[str, str]) -> Summary:
    """Return the mean and its interval: clusters of items are drawn with replacement (Efron 1979)."""
    if not scores:
        return Summary(None, None, None, 0)
    groups: dict[str, list[float]] = {}
    for name, score in scores.items():
        groups.setdefault(clusters[name], []).append(score)
    sums = np.array([sum(group) for group in groups.values()])
    counts = np.array([len(group) for group in groups.values()])
    random = np.random.default_rng(zlib.crc32(",".join(sorted(scores)).encode()))
    drawn = random.integers(0, len(sums), size=(SAMPLES, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    tail = 100 * (1 - CONFIDENCE) / 2
    low, high = np.percentile(means, [tail, 100 - tail])
    return Summary(
        mean=round(float(sums.sum() / counts.sum()), 4),
        low=round(float(low), 4),
        high=round(float(high), 4),
        n=len(scores),
    )


def _extra(
    items: Sequence[Item], results: Mapping[str, Result], scores: Mapping[str, Mapping[str, float]]
) -> dict[str, Any]:
    """Return what is not a mean of item scores: what noise costs, and how long answers take."""
    from evals.metrics import latency, robustness

    drops = {
        name: {variant: _none(value) for variant, value in robustness.drop(scores[name], items).items()}
        for name in ("ndcg_5", "action_top_3")
    }
    return {"robustness": drops, "latency": {k: _none(v) for k, v in latency.summary(results.values()).items()}}


def _none(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 4)
