"""What is answered to a message: suggestions, a list of examples, a card, or the sources' own words."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from app import answer, clarify, evidence, examples, guidance, intents, learned, referral, refusal
from app.asked import Asked
from app.attributes import PLACEHOLDER, lacking
from app.cards import answering
from app.evidence import Evidence, Searched
from app.follow_up import Wish
from app.follow_up_reply import follow_up_turn, side_by_side
from app.intents import Intent, is_about_somebody
from app.lists import Wanted, all_of, asked_for, example_list, those_passing
from app.premise import corrections
from app.refusal import refuse, verified
from app.render import escape
from app.suggestions import FITTING, MOST, choose, near_the_class, were_tried
from app.texts import texts
from app.turn import Outcome, Part, PartKind, Question, Reason, Turn
from corpus.schema import Trait, TrialAction
from retrieval.analyse import is_english
from retrieval.library import Library
from retrieval.rank import Legs, Said
from retrieval.search import Hit, Query
from retrieval.suggest import FoundTopic, FoundTrait, RankedAction, suggest

NOTHING_FITS = 7.0
"""Below this score of the best trial action none is suggested; set on the development items."""

FOR_A_LIST, A_POINT = 1.5, 0.1
"""The log odds from which a message asks for what trial actions have in common, where a point of the trait's score
counts so much; set on the development items."""

CLEARLY = 25.0
"""Above this score of the trait that a list is asked for by, the sources are about it, whatever else is said."""


@dataclass(frozen=True)
class Found:
    """What was found for a message: hits, all trial actions and all traits, best first, and the best topic card."""

    query: Query
    legs: Legs
    hits: Sequence[Hit]
    ranked: Sequence[RankedAction]
    topic: FoundTopic | None
    traits: Sequence[FoundTrait] = ()

    def only_from(self, documents: frozenset[str]) -> "Found":
        """Return what was found in some documents; all of it where there are none, or nothing was found there."""
        hits = [hit for hit in self.hits if hit.passage.document in documents]
        if not hits:
            return self
        about = () if self.topic is None else self.topic.topic.statements
        told = any(support.document in documents for statement in about for support in statement.support)
        return replace(self, hits=hits, topic=self.topic if told else None)


def as_list(asked: Asked, found: Found, library: Library) -> Asked:
    """Return a message as one that asks for a list, where what it asks is what some trial actions have in common."""
    if intents.names_recommendations(asked.text):
        return asked
    few = len(asked.text.split()) <= intents.FEW_WORDS
    tells = few or intents.tells(asked.text)
    asks = asked.meant is Intent.QUESTION or (asked.first and asked.meant is Intent.SITUATION and not tells)
    if not asks or asked.wish is not None or not _shared(found, library):
        return asked
    odds = learned.odds(learned.Kind.EXAMPLES, asked.text)
    if few and intents.asks(asked.text):  # of few words too little is learnt to lean on what was found
        return replace(asked, meant=Intent.EXAMPLES) if odds > intents.SURELY_A_LIST else asked
    searched = few and asked.meant is Intent.QUESTION
    for_list = odds + A_POINT * found.traits[0].score > FOR_A_LIST
    return replace(asked, meant=Intent.EXAMPLES) if searched or for_list else asked


def reply(asked: Asked, found: Found, library: Library, language: str) -> Turn:
    """Return the turn an understood message ends in."""
    if found.topic is not None and found.topic.is_titled and asked.wish is None:
        told = [*_of_topic(found, library, language), *answer.compose(found.query, found.hits, library, language)]
        return verified(list(answer.said_once(told)), library, language)
    compared = _compared(asked, found, library)
    describes = asked.meant in (Intent.SITUATION, Intent.EXAMPLES)
    before = referral.asks_how_much(asked.text) or referral.asks_only_the_way(asked.text)
    in_sources = bool(compared) or asked.filters is not None or before
    if asked.meant is Intent.NOT_ALLOWED or (
        asked.wish is None
        and not in_sources
        and not intents.only_tells(asked.text)
        and evidence.forbidden(found.query, library, describes=describes, somebody=is_about_somebody(asked.text))
    ):
        return refuse(Reason.NOT_ALLOWED, refusal.spoken(asked.text, language))
    followed = follow_up_turn(asked.wish, asked.described, asked.shown, library, language)
    if followed is not None:
        return followed
    if intents.asks_which_is_best(asked.text):
        return Turn(Outcome.CLARIFY, None, (Part(PartKind.NOTE, texts(language)["clarify"]["describe"]),))
    weighed = _weigh(asked, found, library)
    if not in_sources:
        no = _without_evidence(weighed, asked, found, library, refusal.spoken(asked.text, language))
        if no is not None:
            return no
    turn = _answer(asked, found, compared, library, language)
    return refusal.partly(turn, weighed, language) if weighed.missing and turn.citations else turn


def answerable_part(asked: Asked, found: Found, library: Library) -> str | None:
    """Return the clauses of a question that the sources can answer, where what was found lacks what others ask for."""
    return lacking(intents.asking(asked.text), found.query.named, found.hits, library).rest or None


def _weigh(asked: Asked, found: Found, library: Library) -> Evidence:
    asking = intents.asking(asked.text)
    searched = Searched(found.query, found.legs, found.hits, found.ranked)
    return evidence.weigh(searched, asking, asking if asked.meant is Intent.SITUATION else asked.text, library)


def _without_evidence(weighed: Evidence, asked: Asked, found: Found, library: Library, language: str) -> Turn | None:
    """Return the turn that says no where the sources are not about the message, or lack all that it asks for."""
    asking = intents.asking(asked.text)
    hardly = _hardly(weighed, asked, found, library)
    near = weighed.elsewhere or weighed.asks_of_a_source or intents.is_about_school(PLACEHOLDER.sub("", asked.text))
    if hardly and not near:
        return refuse(Reason.OUT_OF_SCOPE, language)
    strange = asked.meant is Intent.EXAMPLES and _names_only_unknown(found.query, library)
    if hardly or strange or (weighed.missing and not weighed.partly):
        whole = not asking or intents.asks_what_to_do(asking) or asked.meant is not Intent.SITUATION
        about = asked.text if whole else asking
        return refusal.not_in_sources(weighed, about, found.hits, library, language)
    return None


def _hardly(weighed: Evidence, asked: Asked, found: Found, library: Library) -> bool:
    """Tell whether the sources are hardly about the message, though it asks for no explanation of their own words."""
    tells = asked.meant is Intent.SITUATION and intents.asking(asked.text) != asked.text.strip()
    if weighed.named and (weighed.lacking.rest or (weighed.missing and weighed.partly)):
        return False
    if asked.meant is Intent.EXAMPLES and _shared(found, library) and found.traits[0].score > CLEARLY:
        return False
    if evidence.explains(asked.text, library) or evidence.recommended(found.query.named, library):
        return False
    if any(corrections(asked.text, found.query.named, library, "da")):
        return False
    if weighed.chance is None:
        strange = not asked.is_about_school and not found.query.named
        return weighed.far or (asked.meant is Intent.SITUATION and strange)
    only_named = len(asked.text.split()) <= intents.FEW_WORDS
    at_school = only_named or intents.is_at_school(asked.text)
    if asked.meant is Intent.SITUATION and asked.described.names_something and at_school:
        return weighed.thin("question" if weighed.missing else "classroom")
    return weighed.thin("list" if asked.meant is Intent.EXAMPLES else "description" if tells else "question")


def _answer(asked: Asked, found: Found, compared: Sequence[TrialAction], library: Library, language: str) -> Turn:
    if asked.wish is None and referral.asks_only_how_much(asked.text):
        return verified(referral.how_much(asked.text, found.query, found.hits, library, language), library, language)
    told = list(corrections(asked.text, found.query.named, library, language))
    on_the_way = referral.asks_only_the_way(asked.text) or referral.is_on_the_way(asked.text, library)
    explained = asked.first and evidence.explains(asked.text, library)
    if asked.meant is Intent.SITUATION and not (told or explained) and (asked.wish is not None or not on_the_way):
        return _suggest(asked, found, library, language)
    if compared:
        return side_by_side(compared, library, language)
    if intents.names_recommendations(asked.text) and not found.query.named:
        recommended = (library.records[name].document for name in library.catalogue.recommendation_ids)
        found = found.only_from(frozenset(recommended))
    topic = _of_topic(found, library, language)
    if asked.meant is Intent.EXAMPLES:
        told += _examples(asked, found, topic, library, language)
    else:
        told += referral.opening(asked.text, library, language)
        term = evidence.named_term(asked.text, library)
        if term is not None and not (term.explained or topic) and intents.asks(asked.text):
            told.append(Part(PartKind.NOTE, texts(language)["answer"]["not_explained"].format(term=escape(term.term))))
        told += [*topic, *answer.compose(found.query, found.hits, library, language)]
    return verified(list(answer.said_once(told)), library, language)


def _of_topic(found: Found, library: Library, language: str) -> list[Part]:
    """Return what the topic card tells that answers the message; what is looked up by its code answers for itself."""
    by_code = evidence.recommended(found.query.named, library)
    if found.topic is None or (by_code and not found.topic.is_titled):
        return []
    return list(answering(found.topic, found.hits, library, language))


def _compared(asked: Asked, found: Found, library: Library) -> list[TrialAction]:
    """Return the trial actions that a message asks to see beside each other, as it names them; none for too few."""
    named = [action for action in library.catalogue.trial_actions if action.id in found.query.named]
    enough = asked.meant is Intent.COMPARISON and len(named) >= examples.COMPARED[0]
    return examples.as_named(named, asked.text) if enough else []


def _suggest(asked: Asked, found: Found, library: Library, language: str) -> Turn:
    tried = were_tried(asked.described, library) - found.query.named
    left = _fitting(asked, found, tried, library)
    guided = guidance.guide(left, asked.described, found.query, library, language)
    questions = _questions(asked, found, library, language)
    aside = any(one.action.id in tried for one in found.ranked[:MOST])
    opening = [Part(PartKind.NOTE, text) for text in _said_first(asked, language, any_left=bool(left), aside=aside)]
    path = list(referral.before_referral(asked.described, library, language))
    if referral.named_paths(asked.described, library):
        opening, path = [*opening, *path], []
    if asked.wish is None and referral.asks_how_much(asked.text):
        opening = [*referral.no_number(asked.text, library, language), *opening]
    told = {one.action.id for one in guided.suggestions}
    topic = _of_topic(found, library, language)
    more = answer.also(found.query, found.hits, told, library, language)
    turn = verified([*opening, *guided.parts, *path, *topic, *more], library, language, guided.suggestions)
    turn = replace(turn, questions=questions, described=asked.described)
    if questions and asked.thin:
        return _ask_first(turn, language)
    return turn


def _fitting(asked: Asked, found: Found, tried: AbstractSet[str], library: Library) -> list[RankedAction]:
    """Return the trial actions that may be suggested, best first, without those `tried`."""
    untried = [one for one in found.ranked if one.action.id not in tried]
    ranked = near_the_class(untried, asked.described.said, library)
    best = ranked[0].score if ranked else 0.0
    if asked.passes_over:
        return [one for one in ranked if one.action.id in asked.shown]
    if best < NOTHING_FITS and not found.query.named:
        return []
    left = [one for one in ranked if one.action.id not in asked.tried and one.score >= FITTING * best]
    return [one for one in left if _is_for(one.action, asked, library)] if asked.other_age else left


def _said_first(asked: Asked, language: str, *, any_left: bool, aside: bool) -> Iterator[str]:
    """Yield what is said before suggestions: what was taken off, that there are none, and that it is several things.

    `aside` says that some were left out that are what the description says was tried.
    """
    words = texts(language)["suggestion"]
    if asked.wish is not None and asked.wish.wish is Wish.TRIED:
        others = "tried_one" if asked.wish.named else "tried"
        yield words[others if any_left else "no_more"]
    elif aside:
        yield words["tried_told"]
    elif not any_left:
        yield words["no_more"] if asked.tried else words["nothing"]
    if asked.described.is_several:
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


def _examples(asked: Asked, found: Found, topic: Sequence[Part], library: Library, language: str) -> list[Part]:
    """Return the complete list of examples, and what the sources say besides; what fits better comes first."""
    whole = all_of(asked.filters, found.traits, library.catalogue) if asked.filters is not None else None
    if asked.filters is not None and (whole is None or asked.shown):
        wanted = Wanted(asked.filters, whole, asked.shown)
        return [*those_passing(wanted, found.ranked, asked.described, library, language), *topic]
    traits = [whole] if whole is not None else _shared(found, library)
    shown = list(example_list(traits, found.ranked, asked.described, found.query, library, language))
    if traits and intents.has("without", asked.text):
        only = texts(language)["examples"]["without"].format(count=len(library.trial_actions))
        shown = [Part(PartKind.NOTE, only), *shown]
    best = found.hits[0].passage.record if found.hits else None
    if best not in library.trial_actions and not traits:
        return [*topic, *answer.compose(found.query, found.hits, library, language), *shown]
    told = {library.passages[citation.passage].record or "" for part in shown for citation in part.citations}
    also = answer.also(found.query, found.hits, told, library, language)
    return [*shown, *topic, *also] if traits else [*topic, *shown, *also]


def _shared(found: Found, library: Library) -> list[Trait]:
    """Return the traits that a question for a list asks for; none where it names a place or a document of its own."""
    named = found.query.named - {action.document for action in library.catalogue.trial_actions}
    return [] if named or _names_only_unknown(found.query, library) else asked_for(found.traits)


def _names_only_unknown(query: Query, library: Library) -> bool:
    """Tell whether all that a question for a list names is in no source: neither its words nor what they end in."""
    if is_english(query.text):
        return False
    asked = intents.named_in_list(query.text)
    known = library.catalogue.frequencies.keys()
    return bool(asked) and not any({whole, parts[-1] if parts else whole} & known for whole, *parts in asked)
