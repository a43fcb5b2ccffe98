"""Recall at 5 and 10: the share of the gold spans that the text of the first hits holds.

Manning, Raghavan & Schütze 2008, "Introduction to Information Retrieval", ch. 8, with spans for documents.
"""

from functools import partial

from evals.items import Item
from evals.metrics.base import NAN, Metric
from evals.metrics.match import new_in_hits
from evals.metrics.ndcg import is_ranked
from evals.results import Result


def score(item: Item, result: Result, k: int) -> float:
    """Return the share of gold spans in the first `k` hits; NaN for an item without gold or not to be answered."""
    if not is_ranked(item):
        return NAN
    return sum(new_in_hits(item, result)[:k]) / len(item.gold)


RECALL_5 = Metric("recall_5", "andel af guldcitaterne i de fem bedste passager", 0.80, partial(score, k=5))
RECALL_10 = Metric("recall_10", "andel af guldcitaterne i de ti bedste passager", 0.90, partial(score, k=10))
