"""Which trial actions were shown in a conversation. Nothing is kept between turns: it is read from its answers."""

import re
from collections.abc import Mapping, Sequence

from app.turn import Message
from corpus.schema import TrialAction

ESCAPED = re.compile(r"\\(.)")
NUMBERED = re.compile(r"\d\. $")


def shown_in(history: Sequence[Message], actions: Mapping[str, TrialAction]) -> list[str]:
    """Return the ids of the trial actions shown, in their order: those of the last list, or of the answer after it.

    What was told of by itself, or compared, of a list leaves the numbers of the list as they were.
    """
    answers = [message.content for message in reversed(history) if message.role == "assistant"]
    found = [headed for content in answers if (headed := _headed(content, actions))]
    listed = next((headed for headed in found if len(headed) > 1 and _numbers(headed)), [])
    of_list = {name for name, _ in listed or next((headed for headed in found if len(headed) > 1), [])}
    for headed in found:
        names = [name for name, _ in headed]
        if headed == listed or not of_list.issuperset(names) or (not listed and len(names) > 1):
            return names
    return []


def last_answer(history: Sequence[Message]) -> str:
    """Return the last answer of a conversation; an empty text where there is none."""
    return next((message.content for message in reversed(history) if message.role == "assistant"), "")


def told_last(history: Sequence[Message], actions: Mapping[str, TrialAction]) -> str | None:
    """Return the id of the trial action that the last answer told of by itself; None where it told of none or more."""
    headed = _headed(last_answer(history), actions)
    return headed[0][0] if len(headed) == 1 else None


def ever_shown(history: Sequence[Message], actions: Mapping[str, TrialAction]) -> set[str]:
    """Return the ids of all trial actions shown in the conversation."""
    return {name for message in history if message.role == "assistant" for name, _ in _headed(message.content, actions)}


def _numbers(headed: Sequence[tuple[str, bool]]) -> bool:
    return all(numbered for _, numbered in headed)


def _headed(content: str, actions: Mapping[str, TrialAction]) -> list[tuple[str, bool]]:
    """Return the trial actions whose name and title head a part of an answer, and whether that has a number."""
    text = ESCAPED.sub(r"\1", content)
    places = {name: text.find(f"{action.name}: {action.title}") for name, action in actions.items()}
    found = sorted((name for name, place in places.items() if place >= 0), key=places.__getitem__)
    return [(name, bool(NUMBERED.search(text[max(0, places[name] - 3) : places[name]]))) for name in found]
