from math import isnan, nan

import pytest

from evals.metrics.robustness import drop
from tests.evals.metrics.made import item

ITEMS = [
    item(id="a"),
    item(id="b"),
    item(id="a-noisy", kind="noisy", of="a"),
    item(id="b-noisy", kind="noisy", of="b"),
    item(id="b-english", kind="english", of="b"),
]


def test_is_the_mean_fall_over_the_pairs() -> None:
    scores = {"a": 1.0, "b": 0.5, "a-noisy": 0.5, "b-noisy": 0.75, "b-english": 0.25}
    assert drop(scores, ITEMS) == {"noisy": pytest.approx(0.125), "english": pytest.approx(0.25)}


def test_pairs_without_a_score_are_left_out() -> None:
    found = drop({"a": 1.0, "b": nan, "a-noisy": 0.4, "b-noisy": 0.0, "b-english": 0.3}, ITEMS)
    assert found["noisy"] == pytest.approx(0.6)
    assert isnan(found["english"])


def test_is_undefined_without_pairs() -> None:
    assert all(isnan(fall) for fall in drop({}, ITEMS).values())
