"""False claims: does the answer keep from what it must not say?

1 when none of the item's `must_not` phrases stands in the answer (`match.says`), else 0.
"""

from evals.items import Item
from evals.metrics.base import NAN, Metric
from evals.metrics.match import says_any
from evals.results import Result


def score(item: Item, result: Result) -> float:
    """Return 1 when the answer says none of the phrases, else 0; NaN for an item without any."""
    if not item.must_not:
        return NAN
    return float(not says_any(result.text, item.must_not))


FALSE_CLAIMS = Metric("false_claims", "svaret siger intet af det, det ikke må sige", 1.0, score)
