"""Mean reciprocal rank: how far down is the first hit that holds a gold span?

1 / rank of the first relevant hit, 0 without one; its mean is MRR (Voorhees 1999, "The TREC-8 Question Answering Track
Report").
"""

from evals.items import Item
from evals.metrics.base import NAN, Metric
from evals.metrics.match import gold_in_hits
from evals.metrics.ndcg import is_ranked
from evals.results import Result


def score(item: Item, result: Result) -> float:
    """Return 1 / rank of the first hit with a gold span, 0 without; NaN for an item without gold or not answered."""
    if not is_ranked(item):
        return NAN
    return next((1 / rank for rank, spans in enumerate(gold_in_hits(item, result), start=1) if spans), 0.0)


MRR = Metric("mrr", "1 / placeringen af den første passage med et guldcitat", 0.75, score)
