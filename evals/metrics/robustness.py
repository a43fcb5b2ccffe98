"""Robustness: how much a score falls when the same question is misspelt, or asked in English.

Not a score per item: the mean, over the pairs of a clean item and its variant, of the clean score minus the variant's.
"""

import math
from collections.abc import Iterable, Mapping
from statistics import fmean

from evals.items import Item
from evals.metrics.base import NAN

TARGETS = {"noisy": 0.03, "english": 0.10}
"""The largest fall we accept, for each kind of variant."""


def drop(scores: Mapping[str, float], items: Iterable[Item]) -> dict[str, float]:
    """Return the mean fall from clean items to their variants, by kind of variant.

    `scores` are scores by item id. A pair with a missing or undefined score is left out; NaN without pairs.
    """
    falls: dict[str, list[float]] = {kind: [] for kind in TARGETS}
    for item in items:
        if item.of is None or item.kind not in falls:
            continue
        fall = scores.get(item.of, NAN) - scores.get(item.id, NAN)
        if not math.isnan(fall):
            falls[item.kind].append(fall)
    return {kind: fmean(found) if found else NAN for kind, found in falls.items()}
