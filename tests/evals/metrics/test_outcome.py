import pytest

from app.turn import Outcome, Reason
from evals.metrics.outcome import ERRORS, OUTCOME
from tests.evals.metrics.made import item, result


@pytest.mark.parametrize("expected", Outcome)
def test_the_outcome_must_be_the_expected(expected: Outcome) -> None:
    scores = {found: OUTCOME.score(item(outcome=expected), result(outcome=found)) for found in Outcome}
    assert scores == {found: float(found is expected) for found in Outcome}


@pytest.mark.parametrize(
    ("outcome", "reason", "score"),
    [
        (Outcome.ANSWERED, None, 1), (Outcome.PARTIAL, None, 1), (Outcome.CLARIFY, None, 1),
        (Outcome.REFUSED, Reason.NOT_IN_SOURCES, 1), (Outcome.REFUSED, Reason.NOT_ALLOWED, 0),
        (Outcome.URGENT, None, 0), (Outcome.ERROR, None, 0),
    ],
)  # fmt: skip
def test_personal_data_may_end_in_most_ways(outcome: Outcome, reason: Reason | None, score: int) -> None:
    personal = item(kind="personal_data", outcome=Outcome.CLARIFY)
    assert OUTCOME.score(personal, result(outcome=outcome, reason=reason)) == score


def test_errors_are_counted_for_every_item() -> None:
    assert ERRORS.score(item(), result(outcome=Outcome.ERROR)) == 1
    assert ERRORS.score(item(outcome=Outcome.URGENT), result()) == 0
