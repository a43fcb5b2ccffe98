"""evals/learn_actions.py: how much each sign of a trial action counts."""

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="the extra train is not installed")

from evals.learn_actions import fit_ranking, share_first

GRADES = np.array([[3, 0, 1], [0, 3, 0], [0, 0, 3], [2, 2, 0]] * 20)


def _features() -> np.ndarray:
    dice = np.random.default_rng(0)
    telling = GRADES + dice.normal(0, 0.3, GRADES.shape)
    return np.stack([telling, dice.normal(0, 1, GRADES.shape), -telling], axis=-1)


def test_what_tells_counts_and_nothing_counts_against() -> None:
    found = fit_ranking(_features(), GRADES)
    assert found[0] > 5 * found[1]
    assert found.min() >= 0
    assert found[2] == 0


def test_with_the_weights_the_best_come_first() -> None:
    features = _features()
    assert share_first(features @ fit_ranking(features, GRADES), GRADES) > share_first(features[..., 1], GRADES)


def test_any_of_those_that_fit_alike_may_be_first() -> None:
    assert share_first(np.array([[0.0, 1.0, 0.5]]), np.array([[2, 2, 0]])) == 1.0
