"""Latency: how long a turn takes, beside the embedder's own time in the same run.

The ratio to the embedder's p50 can be compared between machines; milliseconds cannot. Percentiles are interpolated.
"""

from collections.abc import Iterable

import numpy as np

from evals.metrics.base import NAN
from evals.results import Result

TARGETS = {"ratio_p50": 2.0, "ratio_p95": 4.0}
"""The most a turn may take, in times of the embedder's p50."""

FIGURES = ("total_p50", "total_p95", "embed_p50", "embed_p95", "ratio_p50", "ratio_p95")


def summary(results: Iterable[Result]) -> dict[str, float]:
    """Return p50 and p95 of the total and the embedder in milliseconds, and of the total over the embedder's p50.

    Results without a time for the embedder (nothing was searched for) are left out; NaN without any.
    """
    timings = [
        (r.timings_ms["total"], r.timings_ms["embed"]) for r in results if {"total", "embed"} <= set(r.timings_ms)
    ]
    if not timings:
        return dict.fromkeys(FIGURES, NAN)
    (total_50, embed_50), (total_95, embed_95) = np.percentile(np.array(timings), [50, 95], axis=0)
    ratios = (total_50 / embed_50, total_95 / embed_50) if embed_50 > 0 else (NAN, NAN)
    figures = (total_50, total_95, embed_50, embed_95, *ratios)
    return {name: float(figure) for name, figure in zip(FIGURES, figures, strict=True)}
