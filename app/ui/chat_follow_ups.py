"""What a person can ask after a turn; only what is answered."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from app.conversation import Intent, intent
from app.suggestions import FITTING
from app.texts import texts
from app.turn import Outcome, PartKind, Reason, Turn
from retrieval.library import Library

MOST = 4
FIELDS = ("first_steps", "learned", "who", "changes")


@dataclass(frozen=True)
class FollowUp:
    """What can be asked next; `alone` where it is to be read without the conversation before it."""

    text: str
    alone: bool = False


def follow_ups(turn: Turn, library: Library, language: str, seen: AbstractSet[str]) -> tuple[FollowUp, ...]:
    """Return what can be asked next and is answered: fields that the cards give, or the topics nearest to the hits.

    After what lies outside the sources they are two of the questions that the chat begins with.
    """
    words = texts(language)["follow_up"]
    if turn.suggestions:
        given = {field.name for one in turn.suggestions for field in one.fields if field.parts}
        asked = [FollowUp(words[name]) for name in FIELDS if name in given]
        return (*asked[: MOST - 1], *([FollowUp(words["other"])] if _has_others(turn, seen) else []))
    if turn.reason is Reason.OUT_OF_SCOPE:
        return tuple(FollowUp(text, alone=True) for text in list(texts(language)["examples_to_ask"].values())[:2])
    if turn.outcome not in (Outcome.ANSWERED, Outcome.PARTIAL) and turn.reason is not Reason.NOT_IN_SOURCES:
        return ()
    told = {part.text for part in turn.parts if part.kind is PartKind.HEADING}
    found = {hit.passage.id: place for place, hit in enumerate(reversed(turn.hits), start=1)}
    near = {
        topic.title: sum(found.get(one.passage, 0) for statement in topic.statements for one in statement.support)
        for topic in library.catalogue.topics
        if intent(topic.title) is Intent.QUESTION and not any(heading.startswith(topic.title) for heading in told)
    }
    best = sorted((title for title in near if near[title]), key=lambda title: -near[title])
    return tuple(FollowUp(title, alone=True) for title in best[: MOST - 1])


def _has_others(turn: Turn, seen: AbstractSet[str]) -> bool:
    """Tell whether trial actions that fit are left, so that asking for others is answered with some."""
    shown = {one.action.id for one in turn.suggestions} | seen
    left = [ranked for ranked in turn.actions if ranked.score >= FITTING * turn.actions[0].score]
    return any(ranked.action.id not in shown for ranked in left)
