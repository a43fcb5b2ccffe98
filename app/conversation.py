"""What a message is and what it leans on: its intent, small talk, and earlier turns."""

import re
import tomllib
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path

from app.turn import Message
from retrieval.analyse import terms


class Intent(StrEnum):
    """What the person wants."""

    QUESTION = "question"
    SITUATION = "situation"
    EXAMPLES = "examples"
    HELLO = "hello"
    THANKS = "thanks"
    WHO = "who"
    NOT_ALLOWED = "not_allowed"


@cache
def _cues() -> dict[Intent, tuple[re.Pattern[str], ...]]:
    read = tomllib.loads((Path(__file__).parent / "data" / "intents.toml").read_text("utf-8"))
    return {Intent(name): tuple(re.compile(cue, re.IGNORECASE) for cue in cues) for name, cues in read.items()}


def intent(text: str) -> Intent:
    """Return what a masked message asks for, by the cues in app/data/intents.toml, tried in the file's order."""
    for name, cues in _cues().items():
        if any(cue.search(text) for cue in cues):
            return name
    return Intent.QUESTION


def standalone(text: str, history: Sequence[Message]) -> str:
    """Return a message that can be searched for on its own.

    A message that leans on the one before it gets the last thing the person asked in front of it.
    """
    earlier = [message.content for message in history if message.role == "user"]
    if not earlier or not leans_on_history(text):
        return text
    return f"{earlier[-1]} {text}"


LEANS = re.compile(
    r"^(?:og|men|hvad med|hvad så|hvordan så|hvorfor ikke|fortæl mere|mere om|uddyb|and|what about|tell me more)\b"
    r"|\b(?:det|den|de|dem|der|dette|disse|denne|deres|nummer (?:et|to|tre|[1-3])|it|that|they|them|those)\b",
    re.IGNORECASE,
)


def leans_on_history(text: str) -> bool:
    """Tell whether a message says too little to stand alone: few words of content, and a word that points back."""
    content = len(set(terms(text)))
    return content <= 3 or (content <= 8 and bool(LEANS.search(text)))
