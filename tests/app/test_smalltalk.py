"""app/smalltalk.py: what is answered without a search."""

import pytest

from app.engine import Engine
from app.texts import texts
from app.turn import Message, Outcome


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_labels_are_told_with_what_each_stands_for(engine: Engine, language: str) -> None:
    question = {"da": "Hvad betyder evidensmærke D?", "en": "What does evidence label D mean?"}[language]
    turn = engine.ask(question, language=language)
    assert turn.outcome is Outcome.SMALLTALK
    assert [part.text[4] for part in turn.parts[1:]] == list("ABCDE")


@pytest.mark.parametrize("text", ["Vis alle med evidensmærke B", "Hvilke har evidensmærke B?"])
def test_a_label_that_something_has_is_searched_for(engine: Engine, text: str) -> None:
    assert engine.ask(text).outcome is Outcome.ANSWERED


@pytest.mark.parametrize("text", ["jeg kan ikke mere", "Jeg er stresset og overvejer at sige op"])
def test_who_speaks_of_her_own_strength_is_met_kindly_and_led_to_people(engine: Engine, text: str) -> None:
    turn = engine.ask(text)
    assert turn.outcome is Outcome.SMALLTALK
    assert "din leder" in turn.parts[0].text


def test_what_a_pupil_cannot_is_no_such_thing(engine: Engine) -> None:
    assert (
        engine.ask("Han siger, at han ikke kan mere, når vi har matematik i 5. klasse").outcome is not Outcome.SMALLTALK
    )


@pytest.mark.parametrize(
    "text",
    [
        "eksport til word",
        "kan I sende den til min leder?",
        "Kan jeg få det som pdf?",
        "print",
        "hvordan gemmer jeg svaret?",
        "del svaret med mit team",
        "Can I download it as Word?",
    ],
)
def test_who_wants_to_keep_or_send_an_answer_is_told_how(engine: Engine, text: str) -> None:
    turn = engine.ask(text, [Message("user", "Vi har uro i 4. klasse"), Message("assistant", "Svar")])
    assert turn.outcome is Outcome.SMALLTALK
    assert texts("da")["screen"]["copy_answer"] in turn.parts[0].text


@pytest.mark.parametrize(
    "text",
    ["kan vi dele klassen i to hold?", "Hvordan kan vi dele viden i teamet?", "Hvem skal vi sende papirerne til?"],
)
def test_what_only_sounds_like_keeping_an_answer_is_searched_for(engine: Engine, text: str) -> None:
    assert engine.ask(text).outcome is not Outcome.SMALLTALK


@pytest.mark.parametrize(
    "text", ["Jeg er ny leder. Hvor starter jeg?", "hvordan kommer man i gang", "Hvor begynder vi?"]
)
def test_who_asks_how_to_begin_here_is_told(engine: Engine, text: str) -> None:
    turn = engine.ask(text)
    assert (turn.outcome, turn.parts[0].text) == (Outcome.SMALLTALK, texts("da")["smalltalk"]["start"])


def test_where_to_begin_after_suggestions_is_about_them(engine: Engine) -> None:
    history = [Message("user", "En elev i 6. klasse har meget fravær"), Message("assistant", "Svar")]
    assert engine.ask("Hvor begynder vi?", history).outcome is not Outcome.SMALLTALK


@pytest.mark.parametrize("text", ["Hvor begynder vi med en dreng, der slår?", "Where do we start with a boy who hits?"])
def test_where_to_begin_with_somebody_asks_for_no_list(engine: Engine, text: str) -> None:
    turn = engine.ask(text)
    assert turn.suggestions
    assert not any("prøvehandlinger, der" in part.text for part in turn.parts)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("det var ikke det jeg spurgte om", "complaint"),
        ("det virker ikke relevant for os", "complaint"),
        ("That's not what I asked", "complaint"),
        ("det svar var dårligt, du svarede ikke på det jeg spurgte om", "complaint"),
        ("forkert", "complaint"),
        ("jeg forstår det ikke, kan du sige det kortere", "unclear"),
        ("det er for langt", "unclear"),
        ("hvilke kilder bruger du", "sources"),
        ("Hvorfor foreslår du den første?", "why"),
    ],
)
def test_what_is_said_of_an_answer_is_answered(engine: Engine, text: str, said: str) -> None:
    assert engine.ask(text).parts[0].text == texts("da")["smalltalk"][said]


def test_a_complaint_that_says_what_was_wanted_is_searched_for(engine: Engine) -> None:
    text = "Det var ikke det, jeg spurgte om. Hvem sidder i distriktsrådet i Haderslev?"
    assert engine.ask(text).outcome is Outcome.ANSWERED


@pytest.mark.parametrize("text", ["Hvilke kilder siger noget om fravær?", "Hvad forstår man ved inklusion?"])
def test_a_question_of_the_sources_is_searched_for(engine: Engine, text: str) -> None:
    assert engine.ask(text).outcome is Outcome.ANSWERED


def test_who_asks_for_the_sources_is_told_them_all(engine: Engine) -> None:
    told = " ".join(part.text for part in engine.ask("Hvad bygger du på?").parts)
    assert all(document.year in told for document in engine.library.documents.values())


@pytest.mark.parametrize(
    "text",
    [
        "kan du skrive det kort, så jeg kan sende det til min leder",
        "giv mig det som en tjekliste",
        "kan jeg få det på engelsk?",
        "opsummer svaret",
        "Can you make it shorter?",
    ],
)
def test_who_wants_an_answer_in_other_words_is_told_why_not_and_what_can_be_done(engine: Engine, text: str) -> None:
    turn = engine.ask(text, [Message("user", "Hvad er en mellemform?"), Message("assistant", "Svar")])
    assert turn.outcome is Outcome.SMALLTALK
    assert turn.parts[0].text in {texts(language)["smalltalk"]["reshape"] for language in ("da", "en")}


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Skriv en underretning om ham", Outcome.REFUSED),
        ("opsummer det VIVE siger om mellemformer", Outcome.ANSWERED),
        ("Hvordan får vi forældrene med?", Outcome.ANSWERED),
    ],
)
def test_what_only_looks_like_it_is_no_such_wish(engine: Engine, text: str, outcome: Outcome) -> None:
    assert engine.ask(text).outcome is outcome


def test_without_an_answer_there_is_nothing_to_write_otherwise(engine: Engine) -> None:
    assert texts("da")["smalltalk"]["reshape"] not in [part.text for part in engine.ask("opsummer det").parts]


@pytest.mark.parametrize(
    "text",
    [
        "Det var ikke svar på det, jeg spurgte om",
        "du svarer på noget andet end jeg spørger om",
    ],
)
def test_a_complaint_is_no_situation(engine: Engine, text: str) -> None:
    told = [part.text for part in engine.ask(text).parts]
    assert told == [texts("da")["smalltalk"]["complaint"]]


def test_who_asks_how_to_say_it_to_her_leader_is_met_kindly(engine: Engine) -> None:
    turn = engine.ask("hvordan siger jeg til min leder at jeg ikke kan mere")
    assert turn.parts[0].text == texts("da")["smalltalk"]["worn"]
