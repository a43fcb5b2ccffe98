"""nDCG at 5 and 10 of the hits: are the gold spans found, and found early?

Normalised discounted cumulated gain (Järvelin & Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques",
ACM TOIS 20(4)) with the discount log2(rank + 1). A hit gains 1 when it holds a gold span that no hit before it holds,
else 0; the ideal ranking gains 1 at each of the first min(k, n) ranks, where n is the number of gold spans, those left
out that share a hit with another.
"""

import math
from collections.abc import Sequence
from functools import partial

from app.turn import Outcome
from evals.items import Item
from evals.metrics.base import NAN, Metric
from evals.metrics.match import new_in_hits
from evals.results import Result


def is_ranked(item: Item) -> bool:
    """Tell whether the ranking of an item's hits means something: it has gold spans and is to be answered."""
    return bool(item.gold) and item.outcome in {Outcome.ANSWERED, Outcome.PARTIAL}


def dcg(gains: Sequence[float]) -> float:
    """Return the discounted cumulated gain of gains in the order of their ranks."""
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def score(item: Item, result: Result, k: int) -> float:
    """Return nDCG of the first `k` hits; NaN for an item without gold or not to be answered."""
    if not is_ranked(item):
        return NAN
    new = new_in_hits(item, result)
    shared = sum(count - 1 for count in new if count > 1)
    gains = [min(1, count) for count in new[:k]]
    return dcg(gains) / dcg([1] * min(k, len(item.gold) - shared))


NDCG_5 = Metric("ndcg_5", "nDCG af de fem bedste passager mod guldcitaterne", 0.75, partial(score, k=5))
NDCG_10 = Metric("ndcg_10", "nDCG af de ti bedste passager mod guldcitaterne", 0.75, partial(score, k=10))
