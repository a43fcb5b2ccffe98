"""Messages that follow suggestions: "fortæl mere om nummer to", "det har vi prøvet", "lav en plan". Cues are data."""

import dataclasses
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from app.naming import numbers, with_numbers
from app.shown import ever_shown, shown_in, told_last
from app.turn import Message
from corpus.schema import TrialAction
from retrieval.analyse import terms

DATA = Path(__file__).parent / "data" / "follow_ups.toml"
MORE_BESIDES = 14
"""So many words may stand beside "det har vi prøvet" and the like: how it went, and what is still wrong."""

LONGEST = 16
"""A clause of more words is about something else, and is not compared: expressions may take long over it."""

CLAUSE = re.compile(
    r"[,;:!?…\n()]+|(?<!\d)\.|\.\s*$|\s[–—-]\s|\b(?:men|but|fordi|because)\b|"
    r"\b(?:og|så|and|so) "
    r"(?=(?:det|den|de|hvad|hvordan|hvem|hvor|kan|kunne|vil|virkede|giv|vis|fortæl|lav|what|how|who|it)\b)"
)
ALL = re.compile(r"\b(?:alle|begge|alt|dem|det hele|alting|de tre|de to|all|both|them)\b")
BY_WORD = re.compile(r"[^\w+ -]")
SUBJECT = re.compile(
    r"\bdet med (?P<subject>.{2,40}?) har\b|^\W*(?:vi|jeg) har (?:allerede |også |jo |faktisk |lige )*"
    r"(?:prøvet|forsøgt|afprøvet) (?:(?:det )?med )?(?P<tried>[^\W\d]+(?: [^\W\d]+)?)\W*$"
)


class Wish(StrEnum):
    """What is asked for about the suggestions shown."""

    PLAN = "plan"
    COMPARE = "compare"
    CHOOSE = "choose"
    TRIED = "tried"
    OTHER = "other"
    SKIP = "skip"
    NEAREST = "nearest"
    MORE = "more"
    FIELD = "field"


SIDE_BY_SIDE = (Wish.COMPARE, Wish.CHOOSE)
"""The wishes that are answered with trial actions beside each other."""

TURNS_DOWN = (Wish.TRIED, Wish.OTHER)
ANEW = (*TURNS_DOWN, Wish.SKIP, Wish.NEAREST)
"""The wishes that are answered with suggestions for the same description."""


@dataclass(frozen=True)
class FollowUp:
    """What is asked for, and the trial action that is meant; None where it is not clear which.

    `field` is the field of a card that is asked for, where the wish is for one. `others` are those named beside
    `action`; `unknown` says that a number was named that none of those shown has. `clause` is the part of the message
    that says all this.
    """

    wish: Wish
    action: str | None
    field: str = ""
    others: tuple[str, ...] = ()
    unknown: bool = False
    clause: str = dataclasses.field(default="", compare=False)

    @property
    def named(self) -> tuple[str, ...]:
        """Those that are meant."""
        return (self.action, *self.others) if self.action is not None else ()


Cues = Mapping[str, tuple[re.Pattern[str], ...]]


@dataclass(frozen=True)
class _Read:
    """The cues of the wishes and of the fields, what a clause is read without, and what tells of something new.

    `whole` are cues of wishes that all words of a message must be of.
    """

    wishes: Cues
    fields: Cues
    whole: Cues
    aside: tuple[re.Pattern[str], ...]
    opening: re.Pattern[str]
    filler: re.Pattern[str]
    fresh: tuple[re.Pattern[str], ...]


@cache
def _cues() -> _Read:
    read = tomllib.loads(DATA.read_text("utf-8"))
    words, unsaid, fields, whole = (read.pop(name) for name in ("words", "unsaid", "fields", "whole"))

    def compiled(cues: Iterable[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(_filled(cue, words)) for cue in cues)

    aside, fresh = compiled(read.pop("aside")), compiled(read.pop("fresh"))
    wishes, of_card, of_all = (
        {name: compiled(cues) for name, cues in table.items()} for table in (read, fields, whole)
    )
    opening, filler = ("|".join(sorted(unsaid[name], key=len, reverse=True)) for name in ("opening", "filler"))
    return _Read(
        wishes,
        of_card,
        of_all,
        aside,
        re.compile(rf"^(?:(?:{opening})(?: |$))+"),
        re.compile(rf"\b(?:{filler})\b"),
        fresh,
    )


def _filled(cue: str, words: Mapping[str, str]) -> str:
    while (filled := re.sub(r"<(\w+)>", lambda match: f"(?:{words[match[1]]})", cue)) != cue:
        cue = filled
    return cue


def follow_up(
    text: str, shown: Sequence[str], actions: Mapping[str, TrialAction], last: str | None = None
) -> FollowUp | None:
    """Return what a message asks for about the trial actions `shown`, by id; None for any other message.

    `last` is the one that was told of by itself just before.
    """
    written = with_numbers(text, shown, actions)
    found = _read(written)
    if found is None and not numbers(written) and (tried := _by_subject(written, shown, actions)):
        return FollowUp(Wish.TRIED, tried[0])
    if found is None or (not shown and found[0] not in (Wish.SKIP, Wish.NEAREST, Wish.PLAN)):
        return None
    wish, field, clause = found
    places = numbers(clause) or numbers(written)
    named = [shown[place - 1] for place in places if 1 <= place <= len(shown)]
    unknown = len(named) < len(places)
    if wish in SIDE_BY_SIDE and not places:
        named = list(shown)
    if wish is Wish.TRIED and not places:
        alone = [last] if last is not None and not ALL.search(written) else []
        named = _by_subject(written, shown, actions) or alone
    if wish in (Wish.MORE, Wish.PLAN, Wish.FIELD) and not places:
        named = [last] if last is not None else list(shown) if len(shown) == 1 else []
    if wish in SIDE_BY_SIDE and len(named) < 2 and not unknown:
        return None
    return FollowUp(wish, named[0] if named else None, field, tuple(named[1:]), unknown, clause)


def is_follow_up(text: str) -> bool:
    """Tell whether a message only asks for something about what was shown."""
    return _read(with_numbers(text, (), {})) is not None


def turned_down(history: Sequence[Message], actions: Mapping[str, TrialAction]) -> frozenset[str]:
    """Return the ids of what was put aside in a conversation: what was tried, and all before others were asked."""
    found: set[str] = set()
    for place, message in enumerate(history):
        before = history[:place]
        if message.role != "user" or not any(earlier.role == "assistant" for earlier in before):
            continue
        wish = follow_up(message.content, shown_in(before, actions), actions, told_last(before, actions))
        if wish is not None and wish.wish in TURNS_DOWN and not wish.unknown:
            found |= set(wish.named) or ever_shown(before, actions)
    return frozenset(found)


def _read(written: str) -> tuple[Wish, str, str] | None:
    """Return the wish of a message, the field where it is for one, and the clause that says so.

    All of a message must be about what was shown. Beside what was tried, or does not fit, or is named by its number, a
    little more may be told; something new may not.
    """
    whole = _cued(_cues().whole, " ".join(BY_WORD.sub("", written).split()))
    if whole is not None:
        return Wish(whole), "", written
    clauses = [clause for part in CLAUSE.split(written) if (clause := _plain(part))]
    read = [(clause, _wish(clause)) for clause in clauses]
    wishes = [(found[0], found[1], clause) for clause, found in read if found is not None]
    if not wishes:
        return None
    best = _best(wishes, named=bool(numbers(written)))
    besides = [clause for clause, found in read if found is None and not _is_aside(clause)]
    if not besides:
        return best
    few = sum(len(clause.split()) for clause in besides) <= MORE_BESIDES
    fresh = any(pattern.search(written) for pattern in _cues().fresh)
    return best if (best[0] in TURNS_DOWN or numbers(best[2])) and few and not fresh else None


def _best(wishes: Sequence[tuple[Wish, str, str]], *, named: bool) -> tuple[Wish, str, str]:
    """Return what a message asks for most of all: what is tried counts first, and a question before what is liked.

    Who asks for several fields of the one that is `named`, or likes it and asks how to begin, is told all of it.
    """
    order = (
        Wish.TRIED,
        Wish.OTHER,
        Wish.SKIP,
        Wish.NEAREST,
        Wish.PLAN,
        Wish.COMPARE,
        Wish.CHOOSE,
        Wish.FIELD,
        Wish.MORE,
    )
    best = min(wishes, key=lambda one: order.index(one[0]))
    fields = {field for wish, field, _ in wishes if wish is Wish.FIELD}
    whole = len(fields) > 1 or ("first_steps" in fields and len(wishes) > 1)
    return (Wish.MORE, "", best[2]) if named and best[0] is Wish.FIELD and whole else best


def _plain(clause: str) -> str:
    """Return a clause without the words that ask for nothing."""
    cues = _cues()
    text = " ".join(BY_WORD.sub("", clause).split())
    text = cues.opening.sub("", " ".join(cues.filler.sub(" ", text).split()))
    return text or ("" if not numbers(clause) else clause.strip())


def _wish(clause: str) -> tuple[Wish, str] | None:
    cues = _cues()
    if len(clause.split()) > LONGEST:
        return None
    field = _cued(cues.fields, clause)
    if field is not None:
        return Wish.FIELD, field
    name = _cued(cues.wishes, clause)
    return (Wish(name), "") if name is not None else None


def _is_aside(clause: str) -> bool:
    return len(clause.split()) <= LONGEST and _matches(_cues().aside, clause)


def _cued(table: Cues, clause: str) -> str | None:
    return next((name for name, cues in table.items() if _matches(cues, clause)), None)


def _matches(cues: Iterable[re.Pattern[str]], clause: str) -> bool:
    return any(cue.fullmatch(clause) for cue in cues)


def _by_subject(written: str, shown: Sequence[str], actions: Mapping[str, TrialAction]) -> list[str]:
    """Return the one of those shown that "det med … har vi prøvet" is about, by the words of its title, or of it all.

    None where none or several of them have the words.
    """
    match = SUBJECT.search(written)
    if match is None or ALL.search(written):
        return []
    said = set(terms(match["subject"] or match["tried"]))
    titled = [name for name in shown if said & set(terms(actions[name].title))]
    told = [
        name for name in shown if said and said <= {term for one in actions[name].sentences for term in terms(one.text)}
    ]
    return next((found for found in (titled, told) if len(found) == 1), [])
