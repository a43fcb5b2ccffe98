from math import isnan, log2

import pytest

from app.turn import Outcome
from evals.metrics.ndcg import NDCG_5, NDCG_10, dcg
from tests.evals.metrics.made import NOTHING, OTHER_SPAN, SPAN, gold_item, item, result, result_with_hits

TWO = gold_item(SPAN, OTHER_SPAN)


def test_discounts_by_rank() -> None:
    assert dcg([3, 2, 1]) == pytest.approx(3 + 2 / log2(3) + 1 / 2)


def test_is_one_when_the_gold_comes_first() -> None:
    assert NDCG_5.score(TWO, result_with_hits(OTHER_SPAN, SPAN, NOTHING)) == 1


def test_counts_ranks_two_and_four() -> None:
    found = result_with_hits(NOTHING, SPAN, SPAN, OTHER_SPAN)
    assert NDCG_5.score(TWO, found) == pytest.approx((0.63093 + 0.43068) / 1.63093, abs=1e-5)


def test_spans_that_share_a_hit_count_as_one() -> None:
    assert NDCG_5.score(TWO, result_with_hits(f"{SPAN} {OTHER_SPAN}")) == 1
    assert NDCG_5.score(TWO, result_with_hits(NOTHING, f"{SPAN} {OTHER_SPAN}")) == pytest.approx(1 / log2(3))


def test_looks_no_further_than_k() -> None:
    found = result_with_hits(*[NOTHING] * 5, SPAN)
    assert NDCG_5.score(gold_item(SPAN), found) == 0
    assert NDCG_10.score(gold_item(SPAN), found) == pytest.approx(1 / log2(7))


def test_the_ideal_has_no_more_than_k_gains() -> None:
    spans = [f"{letter}{letter.upper()}" * 20 for letter in "abcdef"]
    found = result_with_hits(*spans[:5])
    assert NDCG_5.score(gold_item(*spans), found) == 1
    assert NDCG_10.score(gold_item(*spans), found) < 1


def test_is_zero_without_hits() -> None:
    assert NDCG_5.score(TWO, result()) == 0


def test_is_undefined_without_gold_or_an_answer_to_give() -> None:
    assert isnan(NDCG_5.score(item(), result_with_hits(SPAN)))
    assert isnan(NDCG_10.score(gold_item(SPAN, outcome=Outcome.REFUSED), result_with_hits(SPAN)))
    assert NDCG_10.score(gold_item(SPAN, outcome=Outcome.PARTIAL), result_with_hits(SPAN)) == 1
