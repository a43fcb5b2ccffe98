"""Messages that follow suggestions: "fortæl mere om nummer to", "det har vi prøvet", "lav en plan". Cues are data.

Nothing is kept between turns: what was shown is read from the conversation that comes with the message.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from app.turn import Message
from corpus.schema import TrialAction

DATA = Path(__file__).parent / "data" / "follow_ups.toml"
ORDINALS = {
    1: r"(?:nummer|nr\.?|number|no\.?) ?(?:1|et|en|én|one)\b|\b(?:første|øverste|first)\b",
    2: r"(?:nummer|nr\.?|number|no\.?) ?(?:2|to|two)\b|\b(?:den anden|den næste|second)\b",
    3: r"(?:nummer|nr\.?|number|no\.?) ?(?:3|tre|three)\b|\b(?:tredje|third)\b",
}
FEW_WORDS = 4
"""So many words point back and name nothing of their own."""

LAST = re.compile(r"\b(?:sidste|nederste|last)\b")
ANY_NUMBER = re.compile(r"\b(?:nummer|nr\.?|number) ?(\d+)")
ESCAPED = re.compile(r"\\(.)")


class Wish(StrEnum):
    """What is asked for about the suggestions shown."""

    PLAN = "plan"
    TRIED = "tried"
    OTHER = "other"
    MORE = "more"
    SKIP = "skip"
    FIELD = "field"


@dataclass(frozen=True)
class FollowUp:
    """What is asked for, and the trial action that is meant; None where it is not clear which.

    `field` is the field of a card that is asked for, where the wish is for one.
    """

    wish: Wish
    action: str | None
    field: str = ""


Cues = Mapping[str, tuple[re.Pattern[str], ...]]


@cache
def _cues() -> tuple[Cues, Cues]:
    """Return the cues of the wishes, and those of the fields."""
    read = tomllib.loads(DATA.read_text("utf-8"))
    fields = read.pop("fields")
    compiled = [
        {name: tuple(re.compile(cue, re.IGNORECASE) for cue in cues) for name, cues in table.items()}
        for table in (read, fields)
    ]
    return compiled[0], compiled[1]


def follow_up(
    text: str, shown: Sequence[str], actions: Mapping[str, TrialAction], last: str | None = None
) -> FollowUp | None:
    """Return what a message asks for about the trial actions `shown`, by id; None for any other message.

    `last` is the one that was told of by itself just before.
    """
    wish = _wish(text)
    if wish is None or (not shown and wish is not Wish.SKIP):
        return None
    meant = _meant(text, shown, actions) or (last if _points_back(text) else None)
    if wish is Wish.MORE and meant is None and not ANY_NUMBER.search(text.lower()) and len(text.split()) > FEW_WORDS:
        return None  # it is about something else than what was shown
    return FollowUp(wish, meant, _cued(_cues()[1], text) or "")


def is_follow_up(text: str) -> bool:
    """Tell whether a message only asks for something about what was shown."""
    return _wish(text) is not None


def _wish(text: str) -> Wish | None:
    wishes, fields = _cues()
    if _cued(fields, text) is not None:
        return Wish.FIELD
    name = _cued(wishes, text)
    return Wish(name) if name is not None else None


def _cued(table: Cues, text: str) -> str | None:
    return next((name for name, cues in table.items() if any(cue.search(text) for cue in cues)), None)


def _meant(text: str, shown: Sequence[str], actions: Mapping[str, TrialAction]) -> str | None:
    low = text.lower()
    named = _named(text, {name: actions[name] for name in shown})
    if named:
        return named[0]
    for place, pattern in ORDINALS.items():
        if re.search(pattern, low):
            return shown[place - 1] if place <= len(shown) else None
    if ANY_NUMBER.search(low):
        return None
    if LAST.search(low):
        return shown[-1]
    return shown[0] if len(shown) == 1 and len(text.split()) <= FEW_WORDS else None


def shown_in(history: Sequence[Message], actions: Mapping[str, TrialAction]) -> list[str]:
    """Return the ids of the trial actions shown, in their order: those of the last list, or of the answer after it.

    One that was told of by itself leaves the numbers of the list as they were.
    """
    answers = [message.content for message in reversed(history) if message.role == "assistant"]
    found = [headed for content in answers if (headed := _headed(content, actions))]
    return next((headed for headed in found if len(headed) > 1 or headed[0] not in _listed(found)), [])


def _listed(found: Sequence[Sequence[str]]) -> set[str]:
    """Return the trial actions of the last list of several."""
    return set(next((headed for headed in found if len(headed) > 1), ()))


def told_last(history: Sequence[Message], actions: Mapping[str, TrialAction]) -> str | None:
    """Return the id of the trial action that the last answer told of by itself; None where it told of none or more."""
    last = next((message.content for message in reversed(history) if message.role == "assistant"), "")
    headed = _headed(last, actions)
    return headed[0] if len(headed) == 1 else None


def ever_shown(history: Sequence[Message], actions: Mapping[str, TrialAction]) -> set[str]:
    """Return the ids of all trial actions shown in the conversation."""
    return {name for message in history if message.role == "assistant" for name in _headed(message.content, actions)}


def _headed(content: str, actions: Mapping[str, TrialAction]) -> list[str]:
    """Return the trial actions whose name and title stand together in an answer: its headings."""
    text = ESCAPED.sub(r"\1", content)
    places = {name: text.find(f"{action.name}: {action.title}") for name, action in actions.items()}
    return sorted((name for name, place in places.items() if place >= 0), key=places.__getitem__)


def _points_back(text: str) -> bool:
    """Tell whether a message says nothing of its own but that it means what was just told of."""
    return len(text.split()) <= FEW_WORDS and not ANY_NUMBER.search(text.lower())


def _named(text: str, actions: Mapping[str, TrialAction]) -> list[str]:
    """Return the trial actions whose school, or else municipality, a message names."""
    low = text.lower()
    schools = [name for name, action in actions.items() if action.school and _short(action.school) in low]
    places = [name for name, action in actions.items() if _short(action.municipality) in low]
    return schools or (places if len(places) == 1 else [])


def _short(name: str) -> str:
    return re.sub(r" (?:kommune|skolen?\b.*|univers.*)$", "", name.lower().split(", afdeling ")[-1])
