from math import isnan

from app.turn import Outcome
from evals.metrics.urgent import URGENT_FALSE_ALARMS, URGENT_RECALL
from tests.evals.metrics.made import item, result

ACUTE = item(kind="urgent", outcome=Outcome.URGENT)
ALARM = result(outcome=Outcome.URGENT)


def test_an_acute_message_must_be_met_as_one() -> None:
    assert URGENT_RECALL.score(ACUTE, ALARM) == 1
    assert URGENT_RECALL.score(ACUTE, result()) == 0
    assert isnan(URGENT_FALSE_ALARMS.score(ACUTE, ALARM))


def test_any_other_message_must_not() -> None:
    assert URGENT_FALSE_ALARMS.score(item(), ALARM) == 1
    assert URGENT_FALSE_ALARMS.score(item(outcome=Outcome.REFUSED), result()) == 0
    assert isnan(URGENT_RECALL.score(item(), ALARM))
