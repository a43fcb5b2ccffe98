import tomllib

import pytest

from app.engine import Engine
from app.examples import Filters, select
from app.faceted import DATA, asked_for
from app.lists import all_of
from app.lists import asked_for as traits_asked_for
from app.render import markdown
from app.texts import texts
from app.turn import Message, Outcome
from corpus.schema import EvidenceLabel
from retrieval.library import Library
from retrieval.suggest import FoundTrait

UDSKOLING = Filters(grades=("7", "8", "9"))


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("Hvilke gik godt?", Filters(outcomes=("went_well",))),
        ("hvilke prøvehandlinger lykkedes ikke?", Filters(outcomes=("did_not_succeed",))),
        ("which ones failed?", Filters(outcomes=("did_not_succeed",))),
        ("Hvilke gav blandede resultater?", Filters(outcomes=("mixed",))),
        ("Hvilke er endnu ikke evalueret?", Filters(outcomes=("not_evaluated",))),
        ("Hvor mange prøvehandlinger er evalueret?", Filters(evidence=("B",))),
        ("Giv mig en liste over alle tiltag mod fravær", Filters(themes=("absence",))),
        ("Hvem har prøvet to voksne i klassen?", Filters(themes=("co_teaching",))),
        ("Alle prøvehandlinger i udskolingen", UDSKOLING),
        ("Hvilke prøvehandlinger er fra 1. klasse?", Filters(grades=("1",))),
        ("Hvilke gik godt i udskolingen?", Filters(outcomes=("went_well",), grades=UDSKOLING.grades)),
        ("Hvor mange prøvehandlinger er der?", Filters()),
        ("list all trial actions", Filters()),
        ("kun dem med forældre", Filters(themes=("parents",))),
        ("og hvor det gik godt", Filters(outcomes=("went_well",))),
        ("Hvilke prøvehandlinger har evidens B eller bedre", Filters(evidence=("B",))),
        ("Find eksempler hvor eleverne selv har bestemt noget", Filters(themes=("pupil_voice",))),
    ],
)
def test_a_list_by_facets_is_understood(question: str, filters: Filters) -> None:
    assert asked_for(question) == filters


@pytest.mark.parametrize(
    "question",
    [
        "Hvad er co-teaching?",
        "Hvad gik galt på Kulsbjerg Skole?",
        "fravær",
        "Uro i 4. klasse",
        "Hvilke skoler har en fraværsvejleder?",
        "Hvor mange elever har fravær?",
        "Hvor mange skoler har mellemformer?",
        "Hvem har skrevet om fravær sammen med forældrene?",
        "Hvilke gode råd har I?",
        "Der er uro i alle timerne i udskolingen",
        "Hvordan gik det?",
        "prøvehandlinger",
    ],
)
def test_what_asks_for_something_narrower_is_none(question: str) -> None:
    assert asked_for(question) is None


def test_all_that_pass_are_listed_with_how_it_went(engine: Engine) -> None:
    catalogue = engine.library.catalogue
    for question in ("Hvilke lykkedes ikke?", "Hvor mange prøvehandlinger er evalueret?", "Hvilke gik godt?"):
        filters = asked_for(question)
        assert filters is not None
        turn = engine.ask(question)
        assert turn.outcome is Outcome.ANSWERED
        text = markdown(turn.parts).replace("\\", "")
        passing = select(filters, catalogue)
        assert 0 < len(passing) < len(catalogue.trial_actions)
        assert all(f"{action.name}: {action.title}" in text for action in passing)
        shown = [part for part in turn.parts if part.lead]
        for action in passing:
            line = next(part for part in shown if part.lead.startswith(f"{action.name}:"))
            quote = catalogue.facets[action.id].outcome_support.quote
            assert line.citations[0].quote in quote or quote in line.citations[0].quote
        assert turn.parts[0].text.startswith(f"**{len(passing)} prøvehandling")
        assert f"af {len(catalogue.trial_actions)} i alt" in turn.parts[0].text


def test_those_of_a_theme_or_grade_come_before_what_may_belong_too(engine: Engine) -> None:
    turn = engine.ask("Alle prøvehandlinger i udskolingen")
    heads = [part.text for part in turn.parts if part.text.startswith("**")]
    assert heads[0].startswith("**2 prøvehandlinger: 7. klasse / 8. klasse / 9. klasse**")
    assert heads[1].startswith("**Kan også høre med")


def test_which_of_those_shown_went_well_is_asked_of_them_alone(engine: Engine) -> None:
    question = "Der er meget uro i min 4. klasse efter frikvarteret, og to drenge kommer hele tiden op at slås"
    first = engine.ask(question)
    history = [Message("user", question), Message("assistant", markdown(first.parts))]
    turn = engine.ask("Hvilke gik godt?", history)
    assert f"af de {len(first.suggestions)}, du har fået vist" in turn.parts[0].text
    named = {one.action.name for one in first.suggestions}
    listed = [part.lead for part in turn.parts if part.lead]
    assert listed
    assert all(any(lead.startswith(name) for name in named) for lead in listed)


def test_a_trait_that_all_of_a_theme_have_stands_for_the_theme(library: Library) -> None:
    traits = {trait.title: trait for trait in library.catalogue.traits}
    wide, narrow = (
        traits["har med fravær eller fremmøde at gøre"],
        traits["har fået eller lægger op til en fraværsvejleder"],
    )
    found = [FoundTrait(narrow, 22.0, 0.91), FoundTrait(wide, 15.0, 0.89)]
    assert traits_asked_for(found) == [narrow]
    assert all_of(Filters(themes=("absence",)), found, library.catalogue) == wide
    assert all_of(Filters(themes=("absence",), grades=("1",)), found, library.catalogue) is None
    assert all_of(Filters(themes=("absence",)), found[:1], library.catalogue) is None


def test_every_value_that_is_asked_for_by_name_is_one_there_is(library: Library) -> None:
    cues = tomllib.loads(DATA.read_text("utf-8"))
    named = library.catalogue.facet_names
    for facet in ("themes", "outcomes"):
        assert set(cues[facet]) <= set(named[facet])
    assert set(cues["evidence"]) <= {label.value for label in EvidenceLabel}


def test_an_evidence_label_is_named(engine: Engine) -> None:
    label = EvidenceLabel("B")
    assert f"{label.value} Evalueret i praksis" in engine.ask("Hvilke prøvehandlinger er evalueret?").parts[0].text


def test_a_list_is_narrowed_to_those_shown(engine: Engine) -> None:
    question = "Hvilke skoler har arbejdet med overgange?"
    first = engine.ask(question)
    named = {part.lead.split(" (")[0] for part in first.parts if part.lead}
    history = [Message("user", question), Message("assistant", markdown(first.parts))]
    turn = engine.ask("kun dem med forældre", history)
    leads = [part.lead.split(" (")[0] for part in turn.parts if part.lead]
    assert leads
    assert set(leads) < named


def test_a_list_of_a_municipality_holds_all_of_it_and_no_other(engine: Engine) -> None:
    turn = engine.ask("Vis alle eksempler fra Vordingborg")
    leads = [part.lead for part in turn.parts if part.lead]
    assert len(leads) == 4
    assert all(lead.startswith("Vordingborg Kommune") for lead in leads)
    assert asked_for("Vis alle eksempler fra Vordingborg", ["Vordingborg Kommune"]) == Filters(
        municipalities=("Vordingborg Kommune",)
    )


@pytest.mark.parametrize(
    ("question", "told", "shown"),
    [
        ("eksempler med fravær i 1. klasse", "Uden ”1. klasse” er der 3.", "Fravær og skolevægring"),
        ("Eksempler på elevinddragelse i Odense", "Uden ”Odense Kommune” er der", "medbestemmelse"),
        ("Vis eksempler på fravær i udskolingen i Odense", "Odense Kommune” er der 3.", "Fravær og skolevægring"),
    ],
)
def test_a_list_that_nothing_is_in_says_what_to_loosen_and_shows_it(
    engine: Engine, question: str, told: str, shown: str
) -> None:
    first, second, *_ = engine.ask(question).parts
    assert first.text.startswith(texts("da")["examples"]["none_at_once"])
    assert told in first.text
    assert shown in second.text


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        ("Hvilke prøvehandlinger gik ikke som planlagt?", "did_not_succeed"),
        ("Hvem er ikke lykkedes med deres prøvehandling?", "did_not_succeed"),
    ],
)
def test_an_outcome_is_asked_for_in_the_words_of_its_label(question: str, outcome: str) -> None:
    filters = asked_for(question)
    assert filters is not None and filters.outcomes == (outcome,)


def test_a_theme_is_counted_by_its_facet() -> None:
    filters = asked_for("hvor mange prøvehandlinger handler om team og samarbejde?")
    assert filters is not None and filters.themes == ("team",)
