"""What a person can ask after a turn; only what is answered."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import takewhile
from textwrap import shorten

from app import several
from app.follow_up import is_follow_up
from app.shown import ever_shown
from app.situation_reply import NOTHING_FITS
from app.suggestions import near_the_class
from app.texts import texts
from app.turn import Message, Outcome, PartKind, Reason, Turn
from retrieval.library import Library

MOST = 4
LONGEST_LABEL = 70
"""In characters."""

FIELDS = ("first_steps", "learned", "who", "changes")


@dataclass(frozen=True)
class FollowUp:
    """What can be asked next; `alone` where it is to be read without the conversation before it.

    `label` stands for a longer text, and `spoken` is its language where that may not be the person's.
    """

    text: str
    alone: bool = False
    label: str = ""
    spoken: str = ""


@dataclass(frozen=True)
class Earlier:
    """What is not offered again: `seen` are the ids of the trial actions shown, `asked` what was asked."""

    seen: AbstractSet[str] = frozenset()
    asked: AbstractSet[str] = frozenset()

    @classmethod
    def of(cls, history: Sequence[Message], query: str, library: Library) -> "Earlier":
        """Return it of a conversation and the masked message after it.

        What was asked about cards may be asked again about others, that a later message got.
        """
        said = [*(message.content for message in history if message.role == "user"), query]
        about_cards = takewhile(is_follow_up, reversed(said))
        asked = {*about_cards, *(text for text in said if not is_follow_up(text))}
        return cls(frozenset(ever_shown(history, library.trial_actions)), asked)


def follow_ups(turn: Turn, library: Library, language: str, earlier: Earlier) -> tuple[FollowUp, ...]:
    """Return what can be asked next and is answered: fields that the cards give, or the topics nearest to the hits.

    Of several situations each can be taken by itself. After what lies outside the sources they are two of the questions
    that the chat begins with.
    """
    words = texts(language)["follow_up"]
    parts = several.apart(turn.described.text) if turn.described is not None else ()
    takes = (FollowUp(one, alone=True, label=_labelled(words["take"], one)) for one in parts[:MOST])
    if turn.suggestions:
        given = {field.name for one in turn.suggestions for field in one.fields if field.parts}
        fields = [FollowUp(words[name]) for name in FIELDS if name in given and words[name] not in earlier.asked]
        return (
            *takes,
            *fields[: MOST - 1],
            *([FollowUp(words["other"])] if _has_others(turn, earlier.seen, library) else []),
        )
    if any(part.text == texts(language)["suggestion"]["nothing"] for part in turn.parts):
        return (*takes, FollowUp(words["nearest"]))
    if turn.reason is Reason.OUT_OF_SCOPE:
        ready = list(texts(language)["examples_to_ask"].values())[:2]
        return tuple(FollowUp(text, alone=True, spoken=language) for text in ready)
    if turn.outcome not in (Outcome.ANSWERED, Outcome.PARTIAL) and turn.reason is not Reason.NOT_IN_SOURCES:
        return ()
    told = {part.text for part in turn.parts if part.kind is PartKind.HEADING}
    found = {hit.passage.id: place for place, hit in enumerate(reversed(turn.hits), start=1)}
    near = {
        topic.title: sum(found.get(one.passage, 0) for statement in topic.statements for one in statement.support)
        for topic in library.catalogue.topics
        if topic.title not in earlier.asked and not any(heading.startswith(topic.title) for heading in told)
    }
    best = sorted((title for title in near if near[title]), key=lambda title: -near[title])
    return tuple(FollowUp(title, alone=True, spoken="da") for title in best[: MOST - 1])


def _labelled(form: str, text: str) -> str:
    return form.format(text=shorten(text, LONGEST_LABEL, placeholder=" …"))


def _has_others(turn: Turn, seen: AbstractSet[str], library: Library) -> bool:
    """Tell whether trial actions that fit are left, so that asking for others is answered with some."""
    shown = {one.action.id for one in turn.suggestions} | seen
    said = turn.described.said if turn.described is not None else {}
    left = [one for one in near_the_class(turn.actions, said, library) if one.action.id not in shown]
    return bool(left) and left[0].score >= NOTHING_FITS
