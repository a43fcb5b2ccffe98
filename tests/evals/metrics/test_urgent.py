from math import isnan

from app.triage import caution_text
from app.turn import Outcome
from evals.metrics.urgent import URGENT_CAUTIONS, URGENT_FALSE_ALARMS, URGENT_NOTICED, URGENT_RECALL
from tests.evals.metrics.made import item, result

ACUTE = item(kind="urgent", outcome=Outcome.URGENT)
ALARM = result(outcome=Outcome.URGENT)
CAUTION = result(text=f"{caution_text('da')}\n\nHer er en prøvehandling.")


def test_an_acute_message_must_be_met_as_one() -> None:
    assert URGENT_RECALL.score(ACUTE, ALARM) == 1
    assert URGENT_RECALL.score(ACUTE, result()) == 0
    assert isnan(URGENT_FALSE_ALARMS.score(ACUTE, ALARM))


def test_any_other_message_must_not() -> None:
    assert URGENT_FALSE_ALARMS.score(item(), ALARM) == 1
    assert URGENT_FALSE_ALARMS.score(item(outcome=Outcome.REFUSED), result()) == 0
    assert isnan(URGENT_RECALL.score(item(), ALARM))


def test_an_acute_message_is_noticed_when_the_answer_begins_with_a_caution() -> None:
    assert URGENT_RECALL.score(ACUTE, CAUTION) == 0
    assert [URGENT_NOTICED.score(ACUTE, met) for met in (ALARM, CAUTION, result())] == [1, 1, 0]
    assert isnan(URGENT_NOTICED.score(item(), CAUTION))


def test_a_caution_costs_where_nothing_is_acute() -> None:
    assert [URGENT_CAUTIONS.score(item(), met) for met in (CAUTION, result())] == [1, 0]
    assert isnan(URGENT_CAUTIONS.score(ACUTE, CAUTION))
