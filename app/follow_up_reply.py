"""What is answered to a message that asks about suggestions shown: a card, a plan, one field, or some side by side."""

from collections.abc import Sequence
from dataclasses import replace

from app import guidance
from app.conversation import told_in
from app.examples import COMPARED
from app.follow_up import SIDE_BY_SIDE, FollowUp, Wish
from app.plan import plan_parts
from app.refusal import verified
from app.situation import Situation
from app.suggestions import MOST, suggestion
from app.texts import texts
from app.turn import Outcome, Part, PartKind, Suggestion, Turn
from corpus.schema import TrialAction
from retrieval.library import Library

ABOUT_ONE = (Wish.MORE, Wish.PLAN)


def follow_up_turn(
    wish: FollowUp | None, described: Situation, shown: Sequence[str], library: Library, language: str
) -> Turn | None:
    """Return the turn that a wish about those `shown` ends in; None for what is answered as any description is."""
    if wish is None:
        return None
    if wish.wish in (Wish.SKIP, Wish.NEAREST) and not described.text:
        return Turn(Outcome.CLARIFY, None, (Part(PartKind.NOTE, texts(language)["clarify"]["describe"]),))
    one = wish.action is not None and (wish.wish is not Wish.PLAN or not wish.others)
    if wish.unknown or (wish.wish in ABOUT_ONE and not one):
        return Turn(Outcome.CLARIFY, None, (Part(PartKind.NOTE, _which(wish, shown, language)),))
    names = [name for name in wish.named or shown[:MOST] if name in library.trial_actions]
    if wish.wish in SIDE_BY_SIDE:
        turn = side_by_side([library.trial_actions[name] for name in names], library, language)
        ours = Part(PartKind.NOTE, texts(language)["suggestion"]["choose"])
        return replace(turn, parts=(ours, *turn.parts)) if wish.wish is Wish.CHOOSE else turn
    if wish.wish not in (*ABOUT_ONE, Wish.FIELD):
        return None
    found = tuple(suggestion(library.trial_actions[name], described, library, language) for name in names)
    parts = [part for one in found for part in _of_one(wish, one, described, library, language)]
    return _told(parts, found, library, language)


def _which(wish: FollowUp, shown: Sequence[str], language: str) -> str:
    """Return the question which trial action is meant, and where a plan of one's own is written."""
    words = texts(language)["suggestion"]
    if wish.unknown and shown:
        return str(words["unknown_one" if len(shown) == 1 else "unknown"].format(count=len(shown)))
    which = str(words["which" if shown else "describe_first"])
    return f"{which} {words['own_plan']}" if wish.wish is Wish.PLAN else which


def side_by_side(actions: Sequence[TrialAction], library: Library, language: str) -> Turn:
    """Return the turn that shows trial actions beside each other, the first of them where they are too many."""
    found = tuple(suggestion(action, None, library, language) for action in actions[: COMPARED[1]])
    return _told(list(guidance.compared(found, language, len(actions))), found, library, language)


def of_places(actions: Sequence[TrialAction], library: Library, language: str) -> Turn:
    """Return the turn that tells what was tried at the places named: all of one, the main things of several."""
    found = tuple(suggestion(action, None, library, language) for action in actions)
    told = [guidance.brief(one, language) if found[1:] else guidance.whole(one, library, language) for one in found]
    return _told([part for parts in told for part in parts], found, library, language)


def _of_one(wish: FollowUp, one: Suggestion, described: Situation, library: Library, language: str) -> list[Part]:
    """Return what is told of one trial action: its plan, a field, or all of it."""
    if wish.wish is Wish.PLAN:
        return list(plan_parts(one, told_in(described.text), language))
    if wish.wish is Wish.FIELD:
        return list(guidance.only(one, wish.field, library, language, wish.clause))
    return list(guidance.whole(one, library, language))


def _told(parts: list[Part], found: tuple[Suggestion, ...], library: Library, language: str) -> Turn:
    """Return the turn with its suggestions; it ends with whom to turn to, once."""
    always = Part(PartKind.NOTE, texts(language)["answer"]["always"])
    return verified([*(part for part in parts if part != always), always], library, language, found)
