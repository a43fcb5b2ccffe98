"""What is answered to a described situation: suggestions, or what stands instead of them where none fits."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace

from app import answer, clarify, guidance, intents, referral
from app.asked import Asked
from app.follow_up import Wish
from app.found import Found, of_topic
from app.refusal import verified
from app.suggestions import FITTING, MOST, choose, near_the_class, were_tried
from app.texts import texts
from app.turn import Outcome, Part, PartKind, Question, Turn
from corpus.schema import TrialAction
from retrieval.library import Library
from retrieval.rank import Said
from retrieval.suggest import RankedAction, suggest

NOTHING_FITS = 7.0
"""Below this score of the best trial action none is suggested; set on the development items."""


def suggest_for(asked: Asked, found: Found, library: Library, language: str) -> Turn:
    """Return the turn of a described situation."""
    tried = were_tried(asked.described, library) - found.query.named
    left = _fitting(asked, found, tried, library)
    guided = guidance.guide(left, asked.described, found.query, library, language)
    if (guided.far and not _shows_anyway(asked)) or not (left or asked.tried):
        guided = guidance.instead(library, language)
    questions = () if guided.far and not guided.suggestions else _questions(asked, found, library, language)
    aside = any(one.action.id in tried for one in found.ranked[:MOST])
    any_left = bool(guided.suggestions)
    opening = [Part(PartKind.NOTE, text) for text in _said_first(asked, language, any_left=any_left, aside=aside)]
    path = list(referral.before_referral(asked.described, library, language))
    if referral.named_paths(asked.described, library):
        opening, path = [*opening, *path], []
    if asked.wish is None and referral.asks_how_much(asked.text):
        opening = [*referral.no_number(asked.text, library, language), *opening]
    told = {one.action.id for one in guided.suggestions}
    topic = [] if guided.far else of_topic(found, library, language)
    also = [] if guided.far else list(answer.also(found.query, found.hits, told, library, language))
    parts = [*opening, *guided.parts, *path]
    answered = bool(topic) and _only_asks(asked)
    parts = [*topic, *parts, *also] if answered else [*parts, *topic, *also]
    turn = verified(parts, library, language, guided.suggestions)
    turn = replace(turn, questions=() if answered else questions, described=asked.described)
    if turn.questions and asked.thin:
        return _ask_first(turn, language)
    return turn


def _only_asks(asked: Asked) -> bool:
    """Tell whether a message only asks, and not what to try with pupils, so that what the sources say comes first."""
    whole = asked.first and asked.wish is None and intents.asking(asked.text) == asked.text.strip()
    tells = asked.described.values("grades") or intents.is_of_pupils(asked.text)
    return whole and not tells and not intents.has("asks_to_try", asked.text)


def _shows_anyway(asked: Asked) -> bool:
    """Tell whether trial actions are shown though none is about it: they are asked for, or some were shown before."""
    return bool(asked.tried) or (asked.wish is not None and asked.wish.wish is not Wish.SKIP) or asked.passes_over


def _fitting(asked: Asked, found: Found, tried: AbstractSet[str], library: Library) -> list[RankedAction]:
    """Return the trial actions that may be suggested, best first, without those `tried`."""
    untried = [one for one in found.ranked if one.action.id not in tried | asked.tried]
    ranked = near_the_class(untried, asked.described.said, library)
    if asked.other_age:
        ranked = [one for one in ranked if _is_for(one.action, asked, library)]
    best = ranked[0].score if ranked else 0.0
    if asked.passes_over:
        return [one for one in ranked if one.action.id in asked.shown]
    if best < NOTHING_FITS and not found.query.named and not (asked.wish and asked.wish.wish is Wish.NEAREST):
        return []
    return [one for one in ranked if one.score >= FITTING * best]


def _said_first(asked: Asked, language: str, *, any_left: bool, aside: bool) -> Iterator[str]:
    """Yield what is said before suggestions: what was taken off, that there are none, and that it is several things.

    `aside` says that some were left out that are what the description says was tried.
    """
    words = texts(language)["suggestion"]
    if asked.wish is not None and asked.wish.wish is Wish.TRIED:
        others = "tried_one" if asked.wish.named else "tried"
        yield words[others if any_left else "no_more"]
    else:
        if aside:
            yield words["tried_told"]
        if not any_left:
            yield words["no_more"] if asked.tried else words["nothing"]
    if asked.described.is_several and any_left:
        classes = asked.described.classes
        several = words["several"] if len(classes) > 1 else words["several_things"]
        yield several.format(classes=", ".join(classes))


def _is_for(action: TrialAction, asked: Asked, library: Library) -> bool:
    """Tell whether a trial action is for the grades asked for: it names some of them, or none at all.

    One that was shown and names grades must be for them mostly.
    """
    own = set(library.catalogue.facet_values(action.id, "grades"))
    fitting = own & set(asked.described.values("grades"))
    return not own or 2 * len(fitting) >= (len(own) if action.id in asked.shown else 1)


def _ask_first(turn: Turn, language: str) -> Turn:
    """Return the turn that asks before it suggests; what fits so far stands below."""
    words = texts(language)["clarify"]
    asked = [Part(PartKind.NOTE, words["intro"])]
    for question in turn.questions:
        choices = " · ".join(choice.label for choice in question.choices)
        asked.append(Part(PartKind.NOTE, f"**{question.text}** {choices}"))
    parts = (*asked, Part(PartKind.NOTE, words["meanwhile"]), *turn.parts)
    return replace(turn, outcome=Outcome.CLARIFY, parts=parts)


def _questions(asked: Asked, found: Found, library: Library, language: str) -> tuple[Question, ...]:
    """Return the questions whose answers would change what is suggested.

    None once something has been answered, nor where the message names the trial actions it is about.
    """
    if not asked.first or found.query.named & library.trial_actions.keys():
        return ()

    def suggested(said: Said) -> frozenset[str]:
        ranked = suggest(found.query, library, MOST + 2, found.legs, said)
        return frozenset(one.action.id for one in choose(near_the_class(ranked, said, library), library))

    return clarify.questions(asked.described, suggested, language)
