from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings

from app.engine import Engine
from app.turn import Outcome
from evals.fuzz import Fuzzed, fuzz, questions

SEED = 7
COUNT = 300


def test_fuzzed_questions_neither_fail_nor_leak_nor_take_long(engine: Engine) -> None:
    report = fuzz(engine, COUNT, SEED, lambda: None)
    assert report.faults == []
    assert report.outcomes.total() == COUNT
    assert Outcome.ERROR not in report.outcomes
    assert len(report.seconds) > COUNT / 2
    assert report.is_passed, report.slowest_ratio


@pytest.mark.parametrize(
    ("ask", "fault"),
    [
        (lambda text, history: 1 / 0, "raised ZeroDivisionError"),
        (lambda text, history: pytest.fail(text), "raised Failed"),
    ],
)
def test_what_is_raised_is_a_fault(ask: Any, fault: str) -> None:
    report = fuzz(SimpleNamespace(ask=ask), 20, SEED, lambda: None)  # type: ignore[arg-type]
    assert report.outcomes == {fault: 20}
    assert not report.is_passed


def test_a_leak_into_the_log_is_a_fault(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    import logging

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
