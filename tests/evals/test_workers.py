"""Work shared by several processes."""

import os

import pytest

from app.engine import Engine
from evals.workers import in_workers


def hidden(engine: Engine, text: str) -> str:
    if not text:
        raise ValueError(text)
    return engine.mask(text)


def test_gives_the_same_in_the_same_order(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    texts = [f"Mette i {grade}. klasse driller" for grade in range(10)] * 4
    assert list(in_workers(hidden, texts, engine.config, workers=2)) == [engine.mask(text) for text in texts]
    assert os.environ["OMP_NUM_THREADS"] == "7"


def test_what_fails_in_a_worker_fails_here(engine: Engine) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        list(in_workers(hidden, ["uro", ""], engine.config, workers=1))
