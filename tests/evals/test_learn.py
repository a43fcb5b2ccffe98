"""evals/learn.py: the written examples, and what is thought of one by classifiers that have not seen it."""

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="the extra train is not installed")

from evals.learn import _unseen_odds, table
from retrieval.pieces import BUCKETS


def test_a_table_has_a_row_for_each_text() -> None:
    found = table(["Hun slår ham", "", "Hun slår ham"])
    assert found.shape == (3, BUCKETS)
    assert found[1].nnz == 0
    assert (found[0] != found[2]).nnz == 0


def test_what_was_not_seen_is_told_apart() -> None:
    told = [text for at in range(60) for text in (f"hun græder af sult dag {at}", f"hun leger med klodser dag {at}")]
    labels = np.array([True, False] * 60)
    back = np.arange(120) >= 100
    odds = _unseen_odds(table(told), labels, table(["vi synger", "vi regner"]), back)
    assert odds[labels[back]].min() > odds[~labels[back]].max()
