import re
from dataclasses import replace

import pytest

from app.engine import Engine
from app.examples import Filters, select
from app.lists import (
    AT_LEAST,
    LIKE,
    MOST_TRAITS,
    NEARLY,
    RELATED,
    SURE,
    WIDE,
    asked_for,
    example_list,
    listed,
    those_with,
)
from app.render import markdown
from app.situation import read
from app.turn import Message, Outcome, PartKind
from app.verify import verify
from retrieval.library import Library
from retrieval.search import prepare
from retrieval.suggest import FoundTrait, RankedAction

ABSENCE = Filters(themes=("absence",))


def _ranked(library: Library, *scores: float) -> list[RankedAction]:
    """Return the first trial actions of the catalogue with these scores."""
    actions = library.catalogue.trial_actions
    return [
        RankedAction(action, score, library.catalogue.mark(action.id).label)
        for action, score in zip(actions, scores, strict=False)
    ]


def test_complete_list_holds_all_that_score_well(library: Library) -> None:
    best = [10.0] * AT_LEAST
    ranked = _ranked(library, *best, 10 * RELATED, 10 * RELATED - 0.1)
    found = listed(ranked, read("Hvem har erfaringer med noget?"), library.catalogue)
    assert found == ranked[: AT_LEAST + 1]
    assert listed([], read("Hvem har erfaringer med noget?"), library.catalogue) == []


@pytest.mark.parametrize(
    ("question", "filters"),
    [("Hvem har arbejdet med fravær?", ABSENCE), ("Hvem har prøvet noget i 1. klasse?", Filters(grades=("1",)))],
)
def test_complete_list_holds_all_about_the_theme_or_grade_asked_for(
    library: Library, question: str, filters: Filters
) -> None:
    scores = (100.0, *[1.0] * (len(library.trial_actions) - 1))
    ranked = _ranked(library, *scores)
    found = {one.action.id for one in listed(ranked, read(question), library.catalogue)}
    best = {one.action.id for one in ranked[:AT_LEAST]}
    assert found == best | {one.id for one in select(filters, library.catalogue)}


def test_complete_list_holds_the_best_however_far_they_are_behind(library: Library) -> None:
    ranked = _ranked(library, 100.0, *[1.0] * (AT_LEAST + 2))
    assert listed(ranked, read("Hvem har erfaringer med noget?"), library.catalogue) == ranked[:AT_LEAST]


def _found(library: Library, *scores: float) -> list[FoundTrait]:
    return [FoundTrait(one, score, LIKE) for one, score in zip(library.catalogue.traits, scores, strict=False)]


def test_a_trait_is_asked_for_only_where_it_is_sure(library: Library) -> None:
    first, *_ = library.catalogue.traits
    assert asked_for(_found(library, SURE, NEARLY * SURE - 0.1)) == [first]
    assert asked_for(_found(library, SURE - 0.1)) == asked_for([]) == []
    assert asked_for([FoundTrait(first, 2 * SURE, LIKE - 0.01)]) == []


def test_a_trait_that_fits_nearly_as_well_is_asked_for_too_where_it_tells_of_others(library: Library) -> None:
    first, *rest = library.catalogue.traits
    same = replace(first, id="faelles-samme")
    other = next(one for one in rest if not one.shown.keys() & first.shown.keys())
    near = [
        FoundTrait(first, 2 * SURE, 1.0),
        *(FoundTrait(one, 2 * SURE * NEARLY, LIKE) for one in (same, other, *rest[:2])),
    ]
    assert asked_for(near) == [first, other]
    assert len(asked_for([FoundTrait(one, 2 * SURE, 1.0) for one in library.catalogue.traits])) <= MOST_TRAITS


def test_a_wide_trait_stands_for_two_narrow_ones_that_it_holds(library: Library) -> None:
    first, *rest = library.catalogue.traits
    other = next(one for one in rest if not one.shown.keys() & first.shown.keys())
    wide = replace(first, id="faelles-bred", shown={**first.shown, **other.shown})
    narrow = [FoundTrait(first, 2 * SURE, 1.0), FoundTrait(other, 2 * SURE, 1.0)]
    assert asked_for([*narrow, FoundTrait(wide, 2 * SURE * WIDE, LIKE)]) == [wide]
    assert asked_for([*narrow, FoundTrait(wide, 2 * SURE * WIDE - 0.1, LIKE)]) == [first, other]
    assert asked_for([narrow[0], FoundTrait(wide, 2 * SURE * WIDE, LIKE)]) == [first]


def test_what_is_listed_before_is_not_listed_again(library: Library) -> None:
    ranked = _ranked(library, *[10.0] * len(library.trial_actions))
    having = {one.action.id for one in ranked[:3]}
    assert [one.action.id for one in listed(ranked, read("Hvem?"), library.catalogue, having)] == [
        one.action.id for one in ranked[3:]
    ]


def test_a_list_of_a_trait_is_whole_and_says_how_it_was_made(library: Library, engine: Engine) -> None:
    trait = max(library.catalogue.traits, key=lambda one: len(one.shown))
    ranked = _ranked(library, *[1.0] * len(library.trial_actions))
    query = prepare("Hvem har det?", engine.embedder, library)
    parts = list(example_list([trait], ranked, read("Hvem har det?"), query, library, "da"))
    kept, dropped = verify(parts, library)
    assert dropped == 0
    assert len(trait.shown) == sum(part.kind is PartKind.QUOTE for part in kept)
    named = [part.lead.split(" (")[0].split(": ")[0] for part in kept if part.lead]
    assert len(set(named)) == len(named) == len(library.trial_actions)
    assert trait.title in parts[0].text
    assert any("læse alle beskrivelser" in part.text for part in kept)


def test_each_of_a_list_says_how_it_went_and_what_it_rests_on(library: Library, engine: Engine) -> None:
    trait = next(trait for trait in library.catalogue.traits if "kl-odense" in trait.shown)
    leads = [part.lead for part in those_with(trait, library, "da") if part.lead]
    assert any("Odense" in lead and "· Både gevinster og vanskeligheder · B Evalueret" in lead for lead in leads)
    assert all(re.search(r" · [BD] (?:Evalueret i praksis|Praksiseksempel)$", lead) for lead in leads)
    listed = engine.ask("Hvem har prøvet noget med fravær?")
    named = [part.lead for part in listed.parts if "Kommune" in part.lead]
    assert named
    assert all(re.search(r" · [BD] \w+", lead) for lead in named)


def test_words_that_show_a_trait_are_quoted_in_their_sentence(library: Library) -> None:
    for trait in library.catalogue.traits:
        for part, support in zip(list(those_with(trait, library, "en"))[1:], trait.shown.values(), strict=True):
            assert part.text == part.citations[0].quote
            assert library.contains(support.document, part.text)


@pytest.mark.parametrize(
    ("question", "some", "title"),
    [
        ("Hvem har haft forældre, der var skeptiske?", {"Brøndby Kommune – Brøndbyvester Skole"}, "skepti"),
        ("Hvilke skoler har arbejdet med co-teaching?", {"Høje-Taastrup Kommune – Fløng Skole"}, "co-teaching"),
        ("Hvem har prøvet noget med fravær?", {"Sorø Kommune", "Kolding Kommune – Christiansfeld Skole"}, "fravær"),
        ("Hvor er politikerne nævnt?", {"Odder Kommune"}, "politik"),
        ("which schools have asked the pupils themselves?", {"Kolding Kommune – Christiansfeld Skole"}, "pupils"),
    ],
)
def test_a_question_for_a_list_gets_those_that_have_it_first(
    engine: Engine, question: str, some: set[str], title: str
) -> None:
    turn = engine.ask(question, language="en" if question.isascii() and "which" in question else "da")
    assert turn.outcome is Outcome.ANSWERED
    assert title in turn.parts[0].text.lower()
    shown = [part for part in turn.parts if part.kind is PartKind.QUOTE and part.lead]
    assert some <= {part.lead.split(": ")[0] for part in shown}


def test_what_a_list_showed_can_be_asked_about(engine: Engine) -> None:
    question = "Hvilke skoler har arbejdet med co-teaching?"
    listed = engine.ask(question)
    second = [part.lead for part in listed.parts if part.lead][1]
    history = [Message("user", question), Message("assistant", markdown(listed.parts))]
    turn = engine.ask("Fortæl mere om nummer to", history)
    assert [one.action.name for one in turn.suggestions] == [second.split(": ")[0]]


def test_a_place_that_is_named_is_answered_for_itself(engine: Engine) -> None:
    turn = engine.ask("Hvem har Esbjerg haft med?")
    assert not any("prøvehandlinger, der" in part.text for part in turn.parts)


def test_suggestions_are_asked_for_as_such_whatever_the_words(engine: Engine) -> None:
    assert engine.suggest("Hvilke skoler har arbejdet med co-teaching?").suggestions


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Hvem har erfaringer med co-teaching i 1. klasse?", "1. klasse nævnes i beskrivelsen fra Brøndby Kommune"),
        ("Hvem har erfaringer med co-teaching i 9. klasse?", "Ingen af beskrivelserne nævner 9. klasse."),
    ],
)
def test_a_list_says_which_of_them_name_the_grade_asked_for(engine: Engine, question: str, said: str) -> None:
    turn = engine.ask(question)
    assert said in turn.parts[0].text
    assert "5 prøvehandlinger" in turn.parts[1].text


def test_a_list_asked_for_without_a_grade_says_nothing_of_grades(engine: Engine) -> None:
    assert "5 prøvehandlinger" in engine.ask("Hvem har erfaringer med co-teaching?").parts[0].text


@pytest.mark.parametrize(
    ("said", "opening"),
    [
        ("og i indskolingen", "**1 prøvehandling: 0. klasse"),
        ("hvem af dem er fra Aabenraa?", "**1 prøvehandling: Aabenraa Kommune**"),
        ("hvad med mellemtrinnet i stedet", "Ingen af de 5, du har fået vist, passer."),
        ("hvad med Vordingborg?", "Ingen af de 5, du har fået vist, passer."),
    ],
)
def test_a_list_is_narrowed_by_what_follows_it(engine: Engine, said: str, opening: str) -> None:
    asked = "Hvem har erfaringer med co-teaching?"
    history = [Message("user", asked), Message("assistant", markdown(engine.ask(asked).parts))]
    assert engine.ask(said, history).parts[0].text.startswith(opening)


@pytest.mark.parametrize("question", ["hvem har prøvet skolehund", "Hvem har noget om mindfulness?"])
def test_what_no_source_has_a_word_of_gets_no_list_of_something_else(engine: Engine, question: str) -> None:
    assert engine.ask(question).outcome is Outcome.REFUSED
    assert engine.ask("hvem har erfaringer med teamsamarbejde?").outcome is Outcome.ANSWERED


def test_a_list_of_those_without_something_says_that_it_is_of_those_with_it(engine: Engine) -> None:
    assert engine.ask("eksempler uden PPR").parts[0].text.startswith("Jeg kan vise, hvem der skriver om noget")
    assert "12 prøvehandlinger" in engine.ask("eksempler med PPR").parts[0].text


def test_a_list_by_evidence_label_is_of_those_that_have_it(engine: Engine) -> None:
    assert (
        engine.ask("Hvilke prøvehandlinger er evalueret i praksis (B)?")
        .parts[0]
        .text.startswith("**1 prøvehandling: B")
    )
    assert engine.ask("list alle med effektmålt evidens").parts[0].text.startswith("**0 prøvehandlinger: A")


def test_a_list_asked_for_after_another_is_whole(engine: Engine) -> None:
    asked = "Hvem har erfaringer med co-teaching?"
    history = [Message("user", asked), Message("assistant", markdown(engine.ask(asked).parts))]
    alone, after = (markdown(engine.ask("Hvem har arbejdet med fravær?", before).parts) for before in ((), history))
    assert after == alone


def test_a_list_of_two_themes_says_which_have_both(engine: Engine) -> None:
    turn = engine.ask("hvilke skoler har prøvet noget med fravær og forældresamarbejde?")
    told = next(part.text for part in turn.parts if part.text.startswith("Med både"))
    facets = engine.library.catalogue.facet_values
    both = [
        action.name
        for action in engine.library.catalogue.trial_actions
        if {"absence", "parents"} <= set(facets(action.id, "themes"))
    ]
    assert told == f"Med både ”fravær” og ”forældresamarbejde” som tema: {', '.join(both)}."


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("hvem har arbejdet med co-teaching og forældre?", "Med både ”co-teaching” og ”forældre” som tema"),
        ("Hvem har arbejdet med overgange og trivsel?", "Ingen af dem har både ”overgange” og ”trivsel” som tema."),
        ("Hvem har arbejdet med co-teaching?", None),
    ],
)
def test_a_list_of_those_with_a_trait_tells_of_a_second_theme(engine: Engine, question: str, told: str | None) -> None:
    both = [part.text for part in engine.ask(question).parts if "som tema" in part.text]
    assert [one.startswith(told) for one in both] == [True] if told else both == []


@pytest.mark.parametrize("question", ["Hvilke prøvehandlinger har ikke PPR med?", "eksempler uden ekstra penge"])
def test_who_asks_for_those_without_is_told_whose_source_does_not_say_it(engine: Engine, question: str) -> None:
    first, *rest = engine.ask(question).parts
    with_it = [part.lead for part in rest if part.kind is PartKind.QUOTE and part.lead]
    names = [action.name for action in engine.library.catalogue.trial_actions if f"{action.name};" in f"{first.text};"]
    assert names and with_it
    assert not [name for name in names if any(lead.startswith(f"{name}: ") for lead in with_it)]


def test_what_did_not_succeed_is_its_outcome_and_not_who_is_against_it(engine: Engine) -> None:
    turn = engine.ask("Hvilke skoler skriver at det ikke lykkedes?")
    told = "\n".join(part.lead for part in turn.parts)
    assert "Svend Gønge-Skolen" in told and "Kulsbjerg" in told


def test_how_many_come_from_a_municipality_is_counted(engine: Engine) -> None:
    assert "4 prøvehandlinger" in engine.ask("Hvor mange prøvehandlinger kommer fra Vordingborg?").parts[0].text


def test_who_asks_again_in_other_words_gets_the_list(engine: Engine) -> None:
    history = [Message("user", "Hvad er en mellemform?"), Message("assistant", "Svar")]
    turn = engine.ask("nej jeg mente hvem i KL-kataloget har lavet en mellemform", history)
    assert re.match(r"\*\*\d+ prøvehandlinger", turn.parts[0].text)
