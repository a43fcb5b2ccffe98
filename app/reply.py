"""What is answered to a message: suggestions, a list of examples, a card, or the sources' own words."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from app import answer, evidence, examples, faceted, intents, learned, referral, refusal
from app.asked import Asked
from app.attributes import PLACEHOLDER, lacking
from app.entities import Sort
from app.evidence import Evidence, Searched
from app.follow_up_reply import follow_up_turn, of_places, side_by_side
from app.found import Found, of_topic
from app.intents import Intent, is_about_somebody
from app.lists import Wanted, all_of, asked_for, example_list, those_passing
from app.persons import who_is
from app.premise import asks_what_a_source_says, corrections, unsaid
from app.recommended import by_addressee, by_number
from app.refusal import refuse, verified
from app.render import escape
from app.situation_reply import suggest_for
from app.texts import texts
from app.turn import Outcome, Part, PartKind, Reason, Turn
from corpus.schema import Trait, TrialAction
from retrieval.analyse import is_english, terms, tokens
from retrieval.library import Library
from retrieval.search import Query, documents_named, wording

FOR_A_LIST, A_POINT = 1.5, 0.1
"""The log odds from which a message asks for what trial actions have in common, where a point of the trait's score
counts so much; set on the development items."""

CLEARLY = 25.0
"""Above this score of the trait that a list is asked for by, the sources are about it, whatever else is said."""


def as_list(asked: Asked, found: Found, library: Library) -> Asked:
    """Return a message as one that asks for a list, where what it asks is what some trial actions have in common."""
    if intents.names_recommendations(asked.text):
        return asked
    few = len(asked.text.split()) <= intents.FEW_WORDS
    tells = few or intents.tells(asked.text)
    asks = asked.meant is Intent.QUESTION or (asked.first and asked.meant is Intent.SITUATION and not tells)
    of_its_own = intents.has("where_to_begin", asked.text) or intents.has("one_thing", asked.text)
    of_its_own = of_its_own or (found.own is not None and faceted.counts_of_one(found.own.text, asked.shown))
    if not asks or asked.wish is not None or of_its_own or not _shared(found, library):
        return asked
    if unsaid(asked.text, documents_named(asked.text, library), library):
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
        told = [*of_topic(found, library, language), *answer.compose(found.query, found.hits, library, language)]
        return verified(list(answer.said_once(told)), library, language)
    if asked.wish is None and intents.asks_which_is_best(asked.text):
        return _which_is_best(asked, language)
    compared = _compared(asked, found, library)
    before = referral.asks_how_much(asked.text) or referral.asks_only_the_way(asked.text)
    in_sources = bool(compared) or asked.filters is not None or before
    if asked.meant is Intent.NOT_ALLOWED or (not in_sources and _is_not_done(asked, found, library)):
        return refuse(Reason.NOT_ALLOWED, refusal.spoken(asked.text, language))
    looked_up = _looked_up(asked, found, library, language) if asked.wish is None else []
    if looked_up:
        return verified(looked_up, library, language)
    followed = follow_up_turn(asked.wish, asked.described, asked.shown, library, language)
    if followed is not None:
        return followed
    places = _whole_places(asked, found, library)
    if places:
        return of_places(places, library, language)
    weighed = _weigh(asked, found, library)
    if not in_sources:
        no = _without_evidence(weighed, asked, found, library, refusal.spoken(asked.text, language))
        if no is not None:
            return no
    turn = _answer(asked, found, compared, library, language)
    return refusal.partly(turn, weighed, language) if weighed.missing and turn.citations else turn


def _looked_up(asked: Asked, found: Found, library: Library, language: str) -> list[Part]:
    """Return what is looked up and not searched for: a person, a recommendation by its number, those for somebody."""
    text, named = asked.text, found.query.named
    return (
        who_is(text, library, language)
        or by_number(text, named, library, language)
        or by_addressee(text, named, library, language)
    )


def _is_not_done(asked: Asked, found: Found, library: Library) -> bool:
    """Tell whether a message asks for what is not done here, as far as was learnt.

    What is read with those before it does not, where it surely asks for nothing such by itself.
    """
    text = asked.text
    own = found.own or found.query
    if asked.wish is not None or intents.only_tells(text) or intents.asks_of_rules(text):
        return False
    if not asked.first and (intents.sets_right(own.text) or evidence.allowed(own, library)):
        return False
    describes, somebody = asked.meant in (Intent.SITUATION, Intent.EXAMPLES), is_about_somebody(text)
    return evidence.forbidden(found.query, library, describes=describes, somebody=somebody)


def _whole_places(asked: Asked, found: Found, library: Library) -> list[TrialAction]:
    """Return the trial actions of the places that a message names, where it has no word of what it wants to know."""
    named = found.query.named
    asks = asked.meant is not Intent.SITUATION and asked.filters is None and asked.wish is None
    if not asks or not named or named - library.trial_actions.keys() or intents.has("asks_one_thing", asked.text):
        return []
    _, rest = wording(intents.less("and_then", asked.text), library)
    nothing_else = bool(wording(rest, library)[0])
    if not nothing_else and any(terms(word) and not intents.has("all_of_it", word) for word in tokens(rest)):
        return []
    return [action for action in library.catalogue.trial_actions if action.id in named]


def _which_is_best(asked: Asked, language: str) -> Turn:
    """Return that the sources do not say what works best, where something was shown; else ask for what."""
    words = texts(language)
    if asked.shown:
        return Turn(Outcome.SMALLTALK, None, (Part(PartKind.NOTE, words["smalltalk"]["why"]),))
    return Turn(Outcome.CLARIFY, None, (Part(PartKind.NOTE, words["clarify"]["describe"]),))


def answerable_part(asked: Asked, found: Found, library: Library) -> str | None:
    """Return the clauses of a question that the sources can answer, where what was found lacks what others ask for."""
    return lacking(intents.asking(asked.text), found.query.named, found.hits, library).rest or None


def _weigh(asked: Asked, found: Found, library: Library) -> Evidence:
    asking = intents.asking(asked.text)
    searched = Searched(found.query, found.legs, found.hits, found.ranked)
    return evidence.weigh(searched, asking, asking if asked.meant is Intent.SITUATION else asked.text, library)


def _without_evidence(weighed: Evidence, asked: Asked, found: Found, library: Library, language: str) -> Turn | None:
    """Return the turn that says no where the sources are not about the message, or lack all that it asks for."""
    if asked.meant is Intent.SITUATION and asked.wish is None and intents.is_elsewhere(asked.text):
        return refuse(Reason.OUT_OF_SCOPE, language)
    asking = intents.asking(asked.text)
    hardly = _hardly(weighed, asked, found, library)
    if hardly and asked.meant is Intent.SITUATION and not asking and intents.is_of_pupils(asked.text):
        return None  # told of pupils, and nothing asked: what fits any situation stands instead
    elsewhere = asked.meant is Intent.EXAMPLES and any(one.sort is Sort.PLACE for one in weighed.unknown)
    near = weighed.elsewhere or weighed.named or elsewhere or intents.is_about_school(PLACEHOLDER.sub("", asked.text))
    brief = bool(asked.shown) and found.own is not None and len(found.own.text.split()) <= intents.FEW_WORDS
    if hardly and (weighed.unrelated or not (near or brief)) and not weighed.asks_of_a_source:
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
    for_list = asked.meant is Intent.EXAMPLES
    if for_list and not weighed.unrelated and _shared(found, library) and found.traits[0].score > CLEARLY:
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
    return weighed.thin("list" if for_list else "description" if tells else "question")


def _answer(asked: Asked, found: Found, compared: Sequence[TrialAction], library: Library, language: str) -> Turn:
    if asked.wish is None and referral.asks_only_how_much(asked.text):
        return verified(referral.how_much(asked.text, found.query, found.hits, library, language), library, language)
    told = list(corrections(asked.text, found.query.named, library, language))
    on_the_way = referral.asks_only_the_way(asked.text) or referral.is_on_the_way(asked.text, library)
    explained = asked.first and evidence.explains(asked.text, library) and not asked.described.values("grades")
    if asked.meant is Intent.SITUATION and not (told or explained) and (asked.wish is not None or not on_the_way):
        return suggest_for(asked, found, library, language)
    if compared:
        return side_by_side(compared, library, language)
    if intents.names_recommendations(asked.text) and not found.query.named:
        recommended = (library.records[name].document for name in library.catalogue.recommendation_ids)
        found = found.only_from(frozenset(recommended))
    topic = of_topic(found, library, language)
    if asked.meant is Intent.EXAMPLES:
        told += _examples(asked, found, topic, library, language)
    else:
        told += referral.opening(asked.text, library, language)
        documents = documents_named(asked.text, library)
        absent = unsaid(asked.text, documents, library)
        if absent:
            told.append(_not_in_document(absent, documents, library, language))
        term = evidence.named_term(asked.text, library)
        plain = intents.asks(asked.text) and not asks_what_a_source_says(asked.text)
        if plain and term is not None and not (term.explained or topic):
            told.append(Part(PartKind.NOTE, texts(language)["answer"]["not_explained"].format(term=escape(term.term))))
        told += [*topic, *answer.compose(found.query, found.hits, library, language)]
    return verified(list(answer.said_once(told)), library, language)


def _not_in_document(absent: Sequence[str], named: AbstractSet[str], library: Library, language: str) -> Part:
    """Return that the documents that are named have no word of what they are asked about."""
    titles = ", ".join(library.documents[document].short_title for document in sorted(named))
    words = ", ".join(f"”{escape(word)}”" for word in absent)
    return Part(PartKind.NOTE, texts(language)["answer"]["not_in_document"].format(titles=escape(titles), words=words))


def _compared(asked: Asked, found: Found, library: Library) -> list[TrialAction]:
    """Return the trial actions that a message asks to see beside each other, as it names them; none for too few."""
    named = [action for action in library.catalogue.trial_actions if action.id in found.query.named]
    enough = asked.meant is Intent.COMPARISON and len(named) >= examples.COMPARED[0]
    return examples.as_named(named, asked.text) if enough else []


def _examples(asked: Asked, found: Found, topic: Sequence[Part], library: Library, language: str) -> list[Part]:
    """Return the complete list of examples, and what the sources say besides; what fits better comes first."""
    whole = all_of(asked.filters, found.traits, library.catalogue) if asked.filters is not None else None
    if asked.filters is not None and (whole is None or asked.shown):
        wanted = Wanted(asked.filters, whole, asked.shown)
        return [*those_passing(wanted, found.ranked, asked.described, library, language), *topic]
    traits = [whole] if whole is not None else _shared(found, library)
    shown = list(example_list(traits, found.ranked, asked.described, found.query, library, language))
    told_of = {name for trait in traits for name in trait.shown}
    silent = [action.name for action in library.catalogue.trial_actions if action.id not in told_of]
    if traits and silent and intents.has("without", asked.text):
        without = texts(language)["examples"]["without"].format(count=len(silent), names=escape("; ".join(silent)))
        shown = [Part(PartKind.NOTE, without), *shown]
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
