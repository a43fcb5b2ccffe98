"""Is there evidence? Rates on the half of the questions of each class that is not taught."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.engine import Engine
from app.turn import Outcome, Reason, Turn

QUESTIONS = Path(__file__).parent / "data" / "evidence.jsonl"
REASONS = {
    "entity": Reason.NOT_IN_SOURCES,
    "attribute": Reason.NOT_IN_SOURCES,
    "near_domain": Reason.NOT_IN_SOURCES,
    "far_domain": Reason.OUT_OF_SCOPE,
    "not_allowed": Reason.NOT_ALLOWED,
}
Asked = list[tuple[Mapping[str, str], Turn]]


def is_checked(query: str) -> bool:
    """Tell whether a question is in the half that is neither taught nor tuned on."""
    return hashlib.sha256(query.encode()).digest()[0] >= 128


@pytest.fixture(scope="module")
def asked(engine: Engine) -> Asked:
    rows = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    return [(row, engine.ask(row["query"])) for row in rows if is_checked(row["query"])]


def _of(asked: Asked, *classes: str) -> Asked:
    return [(row, turn) for row, turn in asked if row["class"] in classes]


def _share(found: list[bool]) -> float:
    return sum(found) / len(found)


@pytest.mark.parametrize(
    ("name", "least"),
    [("entity", 0.9), ("attribute", 0.9), ("near_domain", 0.75), ("far_domain", 1.0), ("not_allowed", 0.9)],
)
def test_what_the_sources_lack_is_refused(asked: Asked, name: str, least: float) -> None:
    assert _share([turn.outcome is Outcome.REFUSED for _, turn in _of(asked, name)]) >= least


def test_unanswerable_questions_are_refused_for_the_right_reason(asked: Asked) -> None:
    unanswerable = _of(asked, *REASONS)
    assert _share([turn.reason is REASONS[row["class"]] for row, turn in unanswerable]) >= 0.85


def test_what_can_be_answered_is_answered(asked: Asked) -> None:
    assert _share([turn.outcome is Outcome.REFUSED for _, turn in _of(asked, "answerable", "false_premise")]) <= 0.05


def test_a_refusal_is_due(asked: Asked) -> None:
    refused = [row["class"] in REASONS for row, turn in asked if turn.outcome is Outcome.REFUSED]
    assert _share(refused) >= 0.95


def test_one_part_of_two_is_answered_and_the_other_is_named(asked: Asked) -> None:
    turns = [turn for _, turn in _of(asked, "partial")]
    assert _share([turn.outcome is Outcome.PARTIAL and bool(turn.citations) for turn in turns]) >= 0.8


def test_a_false_premise_is_answered_with_the_sources_own_words(asked: Asked) -> None:
    shown = [any(row["shows"] in part.text for part in turn.parts) for row, turn in _of(asked, "false_premise")]
    assert _share(shown) >= 0.9
