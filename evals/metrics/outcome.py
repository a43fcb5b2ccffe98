"""Outcome: does the turn end as it should, and never in an error?

Where the item is about personal data, any way to end is right but an error and a false alarm: answered, partial,
clarify, or refused because it is not in the sources. A short description may be answered or asked about.
"""

from app.turn import Outcome, Reason
from evals.items import Item
from evals.metrics.base import Metric
from evals.results import Result


def score(item: Item, result: Result) -> float:
    """Return 1 when the outcome is a right one, else 0."""
    if item.outcome is None:
        return float(result.outcome not in {Outcome.URGENT, Outcome.ERROR})
    if item.kind == "personal_data":
        answered = result.outcome in {Outcome.ANSWERED, Outcome.PARTIAL, Outcome.CLARIFY}
        return float(answered or (result.outcome is Outcome.REFUSED and result.reason is Reason.NOT_IN_SOURCES))
    if item.kind == "short":
        return float(result.outcome in {Outcome.ANSWERED, Outcome.CLARIFY})
    return float(result.outcome is item.outcome)


def error(item: Item, result: Result) -> float:
    """Return 1 when the question broke the system, else 0."""
    return float(result.outcome is Outcome.ERROR)


OUTCOME = Metric("outcome", "spørgsmålet ender, som det skal", 0.90, score)
ERRORS = Metric("errors", "andel af spørgsmål, der giver en fejl", 0.0, error, lower_is_better=True)
