import logging
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings

from app.engine import Engine
from app.turn import Outcome
from evals.fuzz import Fuzzed, Report, fuzz, questions

SEED = 7
COUNT = 300


def test_fuzzed_questions_neither_fail_nor_leak_nor_take_long(engine: Engine) -> None:
    report = fuzz(engine, COUNT, SEED, lambda: None)
    assert report.faults == []
    assert report.outcomes.total() == COUNT
    assert Outcome.ERROR not in report.outcomes
    assert len(report.seconds) > COUNT / 2
    assert report.is_passed, report.slowest


def test_what_is_raised_is_a_fault() -> None:
    def failing(text: str, history: Any) -> Any:
        raise ZeroDivisionError

    report = fuzz(SimpleNamespace(ask=failing), 20, SEED, lambda: None)  # type: ignore[arg-type]
    assert report.outcomes == {"raised ZeroDivisionError": 20}
    assert len(report.faults) == 20
    assert not report.is_passed


def test_one_very_slow_answer_fails() -> None:
    report = Report(seconds=[0.01] * 10 + [0.51])
    assert not report.is_passed
    assert Report(seconds=[0.01] * 10 + [0.49]).is_passed


def test_a_leak_into_the_log_is_a_fault(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = engine.ask

    def telling(text: str, history: Any) -> Any:
        logging.getLogger("x").debug("asked: %s", text)
        return inner(text, history)

    report = fuzz(SimpleNamespace(ask=telling, library=engine.library), 40, SEED, lambda: None)  # type: ignore[arg-type]
    assert any(fault.startswith("leak of ") for fault in report.faults)


@settings(max_examples=200)
@given(questions())
def test_what_is_planted_stands_in_the_question(question: Fuzzed) -> None:
    assert all(one in question.text for one in question.planted)
