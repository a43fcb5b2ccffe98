"""Answer-point recall: the share of the hand-written points that the answer makes.

Nugget recall after Voorhees 2003, "Overview of the TREC 2003 Question Answering Track", with accepted wordings in place
of an assessor. A point is made when its text or a variant stands in the answer (`match.says`).
"""

from evals.items import Item
from evals.metrics.base import NAN, Metric
from evals.metrics.match import says_any
from evals.results import Result


def score(item: Item, result: Result) -> float:
    """Return the share of points made; NaN for an item without points."""
    if not item.points:
        return NAN
    return sum(says_any(result.text, (point.text, *point.variants)) for point in item.points) / len(item.points)


ANSWER_POINTS = Metric("answer_points", "andel af de forventede pointer, svaret har med", 0.80, score)
