"""How a message is understood after those before it: what it asks, of what, and what was shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app import conversation, faceted, intents, situation
from app.examples import Filters
from app.follow_up import ANEW, FollowUp, Wish
from app.intents import Intent
from app.situation import Situation
from app.suggestions import MOST
from app.turn import Message
from retrieval.analyse import terms
from retrieval.search import Query

NEXT_TO_NOTHING = 2
FEW_TO_NARROW = 6
"""How many words narrow a list, whatever they are besides the facet."""

THIN = 6
"""A description of fewer different words is asked about before it is answered."""


@dataclass(frozen=True)
class Asked:
    """A message as it is understood.

    `meant` is its intent, `text` what is searched for, `described` what it says; `wish` is what it asks of suggestions
    shown before, `shown` those, in their order, and `tried` the trial actions not to suggest again. `first` says that
    nothing was answered before it. `filters` are those that a question for a list consists of;
    `other_age` says that it asks for something else for pupils of the grades it names.
    """

    meant: Intent
    text: str
    described: Situation
    wish: FollowUp | None = None
    tried: frozenset[str] = frozenset()
    first: bool = True
    shown: tuple[str, ...] = ()
    filters: Filters | None = None
    other_age: bool = False

    @property
    def is_about_school(self) -> bool:
        """Whether it has a word of school life, or says next to nothing."""
        return intents.is_about_school(self.text) or len(set(terms(self.text))) <= NEXT_TO_NOTHING

    @property
    def passes_over(self) -> bool:
        """Whether it passes over what was asked, so that what was shown meanwhile is the answer."""
        return self.wish is not None and self.wish.wish is Wish.SKIP and bool(self.shown)

    @property
    def thin(self) -> bool:
        """Whether it says too little to be answered before more is asked."""
        return len(set(terms(self.text))) < THIN


@dataclass(frozen=True)
class Before:
    """The trial actions shown before a message, by id: in the last answer, ever, and those that were put aside.

    `places` are the municipalities that trial actions are from.
    """

    shown: tuple[str, ...] = ()
    ever: frozenset[str] = frozenset()
    aside: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()


def understand(message: str, history: Sequence[Message], wish: FollowUp | None, before: Before) -> Asked:
    """Return how a masked message is understood after a masked history.

    `wish` is what it asks of the trial actions shown `before`, if anything.
    """
    first = all(earlier.role != "assistant" for earlier in history)
    described = conversation.situation_before(history)
    if wish is not None and wish.wish is Wish.SKIP and before.shown:
        said = conversation.last_said(history)
        described = described or (situation.read(said) if said is not None else None)
    if wish is not None and wish.wish in ANEW and described is not None:
        left_out = _left_out(wish, before)
        return Asked(Intent.SITUATION, described.text, described, wish, left_out, first, before.shown)
    of_one = faceted.counts_of_one(message, before.shown)
    filters = faceted.asked_for(message, before.places) if wish is None and not of_one else None
    narrowed = None
    if wish is None and filters is None and _follows_list(message, history, before):
        filters = narrowed = faceted.asked_for(message, before.places, after_list=True)
    if filters is not None:
        among = before.shown if narrowed is not None or faceted.is_of_those_shown(message, filters) else ()
        return Asked(Intent.EXAMPLES, message, situation.read(message), None, frozenset(), first, among, filters)
    alone = described is None and conversation.names_alone(message)
    text = message if alone else conversation.standalone(message, history)
    meant = intents.intent(message)
    meant = Intent.QUESTION if meant is Intent.RESHAPE else meant  # without an answer to write in another form
    asked = Asked(meant, text, situation.read(text), wish, frozenset(), first, before.shown)
    if wish is not None:
        own = "" if wish.wish in (Wish.PLAN, Wish.SKIP, Wish.NEAREST) else text
        return replace(asked, described=described or situation.read(own))
    if described is None or text == message:
        return replace(asked, text=intents.named_only(text)) if asked.meant is Intent.SITUATION else asked
    added = situation.read(message).of_others(described)
    after = described.and_then(added)
    asked = replace(asked, text=after.text, described=after, tried=before.aside)
    if conversation.asks_for_more(message):
        again = before.aside if added.values("grades") else before.ever  # those shown may be for that age
        return replace(asked, meant=Intent.SITUATION, tried=again, other_age=bool(added.values("grades")))
    narrows = bool(added.aspects or added.tried) and (not message.rstrip().endswith("?") or _asks_of_grades(message))
    return replace(asked, meant=Intent.SITUATION) if narrows else asked


def _follows_list(message: str, history: Sequence[Message], before: Before) -> bool:
    """Tell whether a message of a few words follows a list of trial actions."""
    last = conversation.last_said(history)
    few = len(message.split()) <= FEW_TO_NARROW and len(before.shown) > 1
    return few and last is not None and intents.intent(last) is Intent.EXAMPLES


def _asks_of_grades(message: str) -> bool:
    """Tell whether a message asks about other grades than before, and of nothing else."""
    rest, grades = situation.taken_grades(message)
    return bool(grades) and conversation.says_nothing_besides(rest)


def _left_out(wish: FollowUp, before: Before) -> frozenset[str]:
    """Return what is not suggested again: what was put aside, and all shown where it is not said which."""
    if wish.wish in (Wish.SKIP, Wish.NEAREST) or wish.named:
        return before.aside.union(wish.named)
    return before.ever


def stay_with(query: Query, asked: Asked) -> Query:
    """Return the query of a message that leans on those before it, kept to the trial actions it is about."""
    if query.named or asked.meant is Intent.SITUATION:
        return query
    named = asked.wish.named if asked.wish is not None else ()
    return replace(query, named=frozenset(named or asked.shown[:MOST]))
