from math import isnan

from app.turn import Outcome, Reason
from evals.metrics.refusals import FALSE_REFUSALS, REFUSAL_PRECISION, REFUSAL_RECALL
from tests.evals.metrics.made import item, result

DUE = item(outcome=Outcome.REFUSED, reason=Reason.OUT_OF_SCOPE)
REFUSED = result(outcome=Outcome.REFUSED, reason=Reason.OUT_OF_SCOPE)
OTHERWISE = result(outcome=Outcome.REFUSED, reason=Reason.NOT_IN_SOURCES)


def test_recall_asks_for_the_reason_too() -> None:
    assert [REFUSAL_RECALL.score(DUE, found) for found in (REFUSED, OTHERWISE, result())] == [1, 0.5, 0]


def test_precision_is_over_what_is_refused() -> None:
    assert REFUSAL_PRECISION.score(DUE, OTHERWISE) == 1
    assert REFUSAL_PRECISION.score(item(), REFUSED) == 0
    assert isnan(REFUSAL_PRECISION.score(DUE, result()))


def test_false_refusals_are_of_what_can_be_answered() -> None:
    assert FALSE_REFUSALS.score(item(), REFUSED) == 1
    assert FALSE_REFUSALS.score(item(outcome=Outcome.PARTIAL), result()) == 0
    assert isnan(FALSE_REFUSALS.score(DUE, REFUSED))
    assert isnan(FALSE_REFUSALS.score(item(outcome=Outcome.CLARIFY), REFUSED))


def test_recall_is_undefined_where_no_refusal_is_due() -> None:
    assert isnan(REFUSAL_RECALL.score(item(), REFUSED))
