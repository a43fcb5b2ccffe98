"""Clarifying questions: what a description does not tell, asked only where the answer would change the suggestions."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from app import situation
from app.situation import Situation
from app.turn import Choice, Question
from retrieval.rank import Said

MOST = 3
DATA = Path(__file__).parent / "data" / "clarify.toml"
GRADE = "grade"
NUMBER_ALONE = re.compile(r"(\d|10)\.?")
SENTENCE_END = re.compile(r"[.\n]")
Suggested = Callable[[Said], frozenset[str]]
"""What would be suggested if a description said this: the ids of the trial actions."""


@cache
def _questions() -> tuple[Mapping[str, Any], ...]:
    return tuple(tomllib.loads(DATA.read_text("utf-8"))["question"])


def questions(described: Situation, suggested: Suggested, language: str) -> tuple[Question, ...]:
    """Return at most three questions about what is not told, each of which would change what is suggested."""
    now = suggested(described.said)
    asked = (
        Question(
            entry["id"],
            entry["en" if language == "en" else "da"],
            tuple(Choice(choice["id"], choice["en" if language == "en" else "da"]) for choice in entry["choices"]),
        )
        for entry in _questions()
        if not _told(described, entry) and any(suggested(said) != now for said in _answers(described, entry))
    )
    return tuple(asked)[:MOST]


@cache
def _labels() -> frozenset[str]:
    return frozenset(
        choice[language].lower() for entry in _questions() for choice in entry["choices"] for language in ("da", "en")
    )


def is_choice(text: str) -> bool:
    """Tell whether a message is nothing but answers that were tapped."""
    said = {part.strip().lower() for part in SENTENCE_END.split(text)} - {""}
    return bool(said) and said <= _labels()


def answered(message: str, last: str) -> str:
    """Return a number alone as the grade it is, where the `last` answer asked for the grades; else the message."""
    number = NUMBER_ALONE.fullmatch(message.strip())
    asked = any(entry[language] in last for entry in _questions() for language in ("da", "en") if entry["id"] == GRADE)
    return f"{number[1]}. klasse" if number and asked else message


def _told(described: Situation, entry: Mapping[str, Any]) -> bool:
    values = described.values(entry["facet"])
    if entry.get("or_themes") and described.values("themes"):
        return True
    return bool(set(values) & set(entry["among"]) if entry["among"] else values)


def _answers(described: Situation, entry: Mapping[str, Any]) -> Sequence[Said]:
    """Return what the description would say with each of the answers."""
    said = described.said
    return [
        {facet: (*said[facet], *_chosen(choice["da"]).values(facet)) for facet in said} for choice in entry["choices"]
    ]


@cache
def _chosen(answer: str) -> Situation:
    """Return what one of the answers we offer says."""
    return situation.read(answer)
