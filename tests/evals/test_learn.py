"""evals/learn.py: the written examples, and what is thought of one by classifiers that have not seen it."""

from collections import Counter

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="the extra train is not installed")

from app.engine import Engine
from app.learned import Kind
from evals.items import load_items
from evals.learn import BEST, FOLDS, PAIR, _folds, _unseen_odds, examples, table, trial_actions
from evals.learn_names import examples as messages
from retrieval.pieces import BUCKETS


def test_a_pair_is_never_split() -> None:
    folds = _folds(100)
    assert set(folds) == set(range(FOLDS))
    assert all(folds[at] == folds[at + 1] for at in range(0, 100, PAIR))


def test_a_table_has_a_row_for_each_text() -> None:
    found = table(["Hun slår ham", "", "Hun slår ham"])
    assert found.shape == (3, BUCKETS)
    assert found[1].nnz == 0
    assert (found[0] != found[2]).nnz == 0


def test_the_examples_of_every_kind_can_be_read() -> None:
    fewer = {Kind.EXAMPLES, Kind.LEANS}
    assert all(len(list(examples(kind))) > (600 if kind in fewer else 1000) for kind in Kind)


def test_what_was_not_seen_is_told_apart() -> None:
    told = [text for at in range(60) for text in (f"hun græder af sult dag {at}", f"hun leger med klodser dag {at}")]
    labels = np.array([True, False] * 60)
    odds = _unseen_odds(table(told), labels, table(["vi synger", "vi regner"]))
    assert odds[labels].min() > odds[~labels].max()


def test_every_trial_action_has_many_descriptions_and_none_is_told_twice(engine: Engine) -> None:
    told = list(trial_actions())
    counts = Counter(name for _, fits in told for name, grade in fits.items() if grade == BEST)
    assert counts.keys() == {action.id for action in engine.library.catalogue.trial_actions}
    assert min(counts.values()) >= 240
    assert len({" ".join(text.lower().split()) for text, _ in told}) == len(told)


def test_no_evaluation_item_is_taught() -> None:
    asked = {" ".join(item.query.lower().split()) for item in load_items()}
    taught = [text for text, _ in trial_actions()] + [text for text, _ in messages()]
    assert not {" ".join(text.lower().split()) for text in taught} & asked


def test_marks_are_taken_out_of_a_message_and_their_places_kept() -> None:
    text, spans = next((text, spans) for text, spans in messages() if len(spans) > 1)
    assert "[[" not in text
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)
