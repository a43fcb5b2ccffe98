from math import isnan

from app.turn import Outcome
from evals.metrics.mrr import MRR
from tests.evals.metrics.made import NOTHING, OTHER_SPAN, SPAN, gold_item, item, result_with_hits


def test_is_one_over_the_rank_of_the_first_relevant_hit() -> None:
    assert MRR.score(gold_item(SPAN, OTHER_SPAN), result_with_hits(NOTHING, NOTHING, OTHER_SPAN, SPAN)) == 1 / 3


def test_is_zero_when_nothing_is_found() -> None:
    assert MRR.score(gold_item(SPAN), result_with_hits(NOTHING)) == 0


def test_is_undefined_without_gold_or_an_answer_to_give() -> None:
    assert isnan(MRR.score(item(), result_with_hits(SPAN)))
    assert isnan(MRR.score(gold_item(SPAN, outcome=Outcome.CLARIFY), result_with_hits(SPAN)))
