"""evals/tune.py: weights are found on the development half, and get better there."""

from pathlib import Path

import numpy as np

from evals.items import load_items
from evals.tune import Gold, checked, fit, questions, tune
from retrieval.rank import WEIGHTS, weights

START = {"a": 1.0, "b": 1.0}


def _score(question: int, chosen: dict[str, float]) -> float:
    return -abs(chosen["a"] - 2.0) - chosen["b"]


def test_fitting_moves_each_weight_as_long_as_it_helps() -> None:
    assert fit([1, 2], START, _score) == {"a": 2.0, "b": 0.0}


def test_weights_are_checked_on_questions_they_were_not_found_on() -> None:
    before, after = checked(list(range(8)), START, _score)
    assert before == -2.0
    assert after == 0.0


def test_only_development_items_with_something_to_find_are_asked(library, bundled) -> None:
    items = load_items()[:60]
    asked = questions(items, bundled, library)
    assert asked
    assert {question.item.split for question in asked} == {"dev"}
    assert all(question.item.gold for question in asked)


def test_scores_agree_with_what_is_found(library, bundled) -> None:
    asked = [question for question in questions(load_items()[:80], bundled, library) if question.item.gold]
    gold = Gold(library)
    scores = [gold.passages(question, weights()["passages"]) for question in asked]
    assert all(0 <= score <= 2 for score in scores)
    assert np.mean(scores) > np.mean([gold.passages(question, {"sentence": 0.0}) for question in asked])
    assert np.mean([gold.topic(question, weights()["topics"]) for question in asked]) > 0


def test_tuning_writes_what_it_found_and_leaves_the_rest(library, bundled, tmp_path: Path) -> None:
    path = tmp_path / "ranking.toml"
    path.write_text(WEIGHTS.read_text("utf-8"), "utf-8")
    told = tune(load_items()[:12], bundled, library, path)
    assert set(told) == {"passages", "topics"}
    written = weights(path)
    assert {kind: chosen.keys() for kind, chosen in written.items()} == {
        kind: chosen.keys() for kind, chosen in weights().items()
    }
    assert written["trial_actions"] == weights()["trial_actions"]
