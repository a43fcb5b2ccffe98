from math import isnan

import pytest

from evals.items import Item
from evals.metrics.actions import ACTION_HIT_1, ACTION_NDCG_5, ACTION_SHOWN, ACTION_TOP_3, EXAMPLES_LISTED
from evals.results import Result
from tests.evals.metrics.made import action, item, result

ALL = (ACTION_HIT_1, ACTION_TOP_3, ACTION_NDCG_5)


def _expecting(*names: str, kind: str = "situation") -> Item:
    return item(actions=names, kind=kind)


def _named(*names: str) -> Result:
    return result(actions=[action(name) for name in names])


def test_the_best_action_must_come_first() -> None:
    assert ACTION_HIT_1.score(_expecting("A", "B"), _named("A", "C")) == 1
    assert ACTION_HIT_1.score(_expecting("A", "B"), _named("B", "A")) == 0


def test_the_best_action_must_be_among_three() -> None:
    assert ACTION_TOP_3.score(_expecting("A", "B"), _named("B", "C", "A")) == 1
    assert ACTION_TOP_3.score(_expecting("A", "B"), _named("B", "C", "D", "A")) == 0


def test_any_fitting_action_will_do_for_an_example_search() -> None:
    wanted = _expecting("A", "B", kind="example_search")
    assert ACTION_HIT_1.score(wanted, _named("B")) == 1
    assert ACTION_TOP_3.score(wanted, _named("C", "D", "B")) == 1


def test_ndcg_has_gains_three_two_one_and_one_for_further_ones() -> None:
    wanted = _expecting("A", "B", "C", "D")
    assert ACTION_NDCG_5.score(wanted, _named("A", "B", "C", "D", "E")) == 1
    ideal = 3 + 2 * 0.63093 + 1 * 0.5 + 1 * 0.43068
    assert ACTION_NDCG_5.score(wanted, _named("D", "x", "A")) == pytest.approx((1 + 3 * 0.5) / ideal, abs=1e-5)


def test_a_name_twice_gains_once() -> None:
    assert ACTION_NDCG_5.score(_expecting("A", "B"), _named("A", "A")) == pytest.approx(3 / (3 + 2 * 0.63093), abs=1e-5)


def test_ndcg_looks_no_further_than_five() -> None:
    assert ACTION_NDCG_5.score(_expecting("A"), _named("b", "c", "d", "e", "f", "A")) == 0


def test_no_action_named_is_zero() -> None:
    assert [metric.score(_expecting("A"), _named()) for metric in ALL] == [0, 0, 0]


def test_is_undefined_where_no_action_is_expected() -> None:
    assert all(isnan(metric.score(_expecting(), _named("A"))) for metric in ALL)
    assert all(isnan(metric.score(_expecting("A", kind="question"), _named("A"))) for metric in ALL)


def test_the_best_action_must_stand_in_the_answer() -> None:
    wanted = _expecting("Sorø Kommune", "Odder Kommune")
    assert ACTION_SHOWN.score(wanted, result(text="**1\\. Sorø Kommune: Fremmøde**")) == 1
    assert ACTION_SHOWN.score(wanted, result(text="Odder Kommune")) == 0
    assert isnan(ACTION_SHOWN.score(_expecting("Sorø Kommune", kind="example_search"), result(text="Sorø Kommune")))


def test_a_list_must_show_all_the_right_examples() -> None:
    wanted = _expecting("A – B & C", "Odder Kommune", kind="example_search")
    assert EXAMPLES_LISTED.score(wanted, result(text="**A – B \\& C** og Odder Kommune")) == 1
    assert EXAMPLES_LISTED.score(wanted, result(text="Odder Kommune")) == 0.5
    assert isnan(EXAMPLES_LISTED.score(_expecting("Odder Kommune"), result(text="Odder Kommune")))
