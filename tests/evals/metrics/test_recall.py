from math import isnan

from app.turn import Outcome
from evals.metrics.recall import RECALL_5, RECALL_10
from tests.evals.metrics.made import NOTHING, OTHER_SPAN, SPAN, gold_item, item, result_with_hits

TWO = gold_item(SPAN, OTHER_SPAN)


def test_is_the_share_of_spans_found_in_the_first_hits() -> None:
    found = result_with_hits(NOTHING, SPAN, SPAN, NOTHING, NOTHING, OTHER_SPAN)
    assert RECALL_5.score(TWO, found) == 1 / 2
    assert RECALL_10.score(TWO, found) == 1


def test_one_hit_may_hold_several_spans() -> None:
    assert RECALL_5.score(TWO, result_with_hits(f"{SPAN}. {OTHER_SPAN}.")) == 1


def test_is_undefined_without_gold_or_an_answer_to_give() -> None:
    assert isnan(RECALL_5.score(item(), result_with_hits(SPAN)))
    assert isnan(RECALL_10.score(gold_item(SPAN, outcome=Outcome.URGENT), result_with_hits(SPAN)))
