"""retrieval/pieces.py: what a text is made of, and a classifier of that."""

from pathlib import Path

import numpy as np
import pytest

from retrieval.pieces import BUCKETS, Classifier, counted, split


def test_spelling_without_danish_letters_reads_the_same() -> None:
    assert split("Hun må ikke gå på toilettet") == split("hun maa ikke gaa paa toilettet")
    assert split("Større børn") == split("storre born") == split("Stoerre boern")


def test_what_was_masked_says_nothing() -> None:
    assert split("[navn 1] og [navn 2] leger") == split("og leger")


def test_a_piece_counts_less_the_oftener_it_is_repeated() -> None:
    once, often = counted(["slår"]), counted(["slår"] * 50)
    assert max(often.values()) < 50 * max(once.values())


def _classifier() -> Classifier:
    rarity = np.ones(BUCKETS, dtype=np.float32)
    columns = {name: np.zeros(BUCKETS, dtype=np.float32) for name in ("fight", "absence")}
    for name, word in (("fight", "slår"), ("absence", "fravær")):
        for bucket in counted(split(word)):
            columns[name][bucket] = 1.0
    return Classifier(rarity, columns, {"fight": 0.0, "absence": -0.5})


def test_the_likelier_class_is_the_one_whose_words_are_said() -> None:
    odds = _classifier().odds(split("Hun slår de andre"))
    assert odds["fight"] > odds["absence"]


def test_a_text_without_words_says_no_more_than_the_bias() -> None:
    assert _classifier().odds([]) == {"fight": 0.0, "absence": -0.5}


def test_only_the_named_classes_are_told() -> None:
    assert _classifier().odds(split("fravær"), "absence").keys() == {"absence"}


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    _classifier().write(tmp_path / "weights.npz")
    read = Classifier.read(tmp_path / "weights.npz")
    words = split("De slår hinanden")
    assert read.odds(words) == pytest.approx(_classifier().odds(words), abs=1e-2)
