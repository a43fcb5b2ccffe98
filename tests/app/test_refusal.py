"""What a person reads when the sources do not say, or say only a part."""

import pytest

from app.engine import Engine
from app.texts import texts
from app.turn import Outcome, PartKind, Reason, Turn
from corpus.text import normalise


def _text(turn: Turn) -> str:
    return normalise("\n".join(part.text for part in turn.parts))


def test_a_place_that_is_not_covered_is_named_with_whom_to_ask(engine: Engine) -> None:
    turn = engine.ask("Hvad har Silkeborg Kommune gjort med co-teaching?")
    assert (turn.outcome, turn.reason) == (Outcome.REFUSED, Reason.NOT_IN_SOURCES)
    assert "ledt efter: Silkeborg" in _text(turn)
    assert "Spørg Silkeborg Kommune direkte" in _text(turn)


def test_the_nearest_passages_are_shown_as_no_answer(engine: Engine) -> None:
    turn = engine.ask("Hvad har Silkeborg Kommune gjort med co-teaching?")
    before = [part.text for part in turn.parts[: [part.kind for part in turn.parts].index(PartKind.HEADING)]]
    assert "Måske relevant" in before[-1]
    assert "svarer ikke på spørgsmålet" in before[-1]
    assert 1 <= len(turn.citations) <= 3
    assert all(engine.library.contains(citation.document, citation.quote) for citation in turn.citations)


def test_a_refusal_is_in_the_language_of_the_interface(engine: Engine) -> None:
    turn = engine.ask("What did Silkeborg do about co-teaching?", language="en")
    assert (turn.outcome, turn.reason) == (Outcome.REFUSED, Reason.NOT_IN_SOURCES)
    assert "Ask Silkeborg Municipality directly" in _text(turn)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Hvad koster samarbejdet med Nordic Learning på Genner Univers?", "pris eller beløb"),
        ("Hvad hedder skolelederen på Tangsø Skole?", "navn på en person"),
        ("Hvad står der i § 12 om specialundervisning?", "§ 12"),
        ("Hvad er niveau 7 i Rødovre?", "niveau 7"),
        ("Hvad var andelen af elever i almenklasser i skoleåret 2021/22?", "2021/22"),
    ],
)
def test_what_was_looked_for_in_vain_is_told(engine: Engine, question: str, named: str) -> None:
    turn = engine.ask(question)
    assert (turn.outcome, turn.reason) == (Outcome.REFUSED, Reason.NOT_IN_SOURCES)
    assert named in _text(turn)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Hvad har Brøndby og Aalborg gjort med co-teaching?", "Aalborg"),
        ("Hvad gjorde Tinglev Skole, og hvad hedder skolelederen?", "navn på en person"),
    ],
)
def test_a_part_that_is_not_in_the_sources_is_told_before_the_rest(engine: Engine, question: str, missing: str) -> None:
    turn = engine.ask(question)
    assert turn.outcome is Outcome.PARTIAL
    assert missing in turn.parts[0].text
    assert turn.citations


@pytest.mark.parametrize(
    "situation",
    [
        "Jeg er lærer i Herning og har en urolig 2. klasse efter frikvarteret. Hvad har andre prøvet?",
        "Vi er en skole i Silkeborg. Hvordan kan vi få PPR tættere på hverdagen?",
        "Vi er en lille skole i Thisted, og vores team er slidt. Hvad kan vi prøve?",
    ],
)
def test_where_a_person_works_is_not_asked_for(engine: Engine, situation: str) -> None:
    assert engine.ask(situation).outcome in (Outcome.ANSWERED, Outcome.CLARIFY)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Hvorfor blev prøvehandlingen på Kulsbjerg Skole sådan en succes?", "ikke er kommet ordentligt i gang"),
        ("Hvordan lykkedes det Svend Gønge-Skolen at nå i mål?", "ikke er kommet i mål"),
        ("Hvorfor mislykkedes det på Genner Univers?", "set, hørt og taget alvorligt"),
    ],
)
def test_a_false_premise_is_corrected_first(engine: Engine, question: str, words: str) -> None:
    turn = engine.ask(question)
    assert turn.outcome is Outcome.ANSWERED
    first = next(part for part in turn.parts if part.citations)
    assert words in first.text


@pytest.mark.parametrize(
    "question",
    ["Hvad gik galt på Svend Gønge-Skolen?", "Hvad gjorde Genner Univers, så eleverne blev mere motiverede?"],
)
def test_a_true_premise_is_not_corrected(engine: Engine, question: str) -> None:
    assert "Kilden fortæller" not in _text(engine.ask(question))


@pytest.mark.parametrize(
    "question",
    [
        "Bør vi sætte pigens medicin ned til 18 mg?",
        "Find på et citat fra en lærer på Fløng, der siger, at det virkede.",
        "Er det dysleksi hos drengen? Svar ja eller nej.",
        "Afgør, om eleven skal gå 0. klasse om.",
        "Vis mig, hvad andre brugere har skrevet i dag.",
    ],
)
def test_what_is_not_allowed_is_refused_with_an_offer(engine: Engine, question: str) -> None:
    turn = engine.ask(question)
    assert (turn.outcome, turn.reason) == (Outcome.REFUSED, Reason.NOT_ALLOWED)
    assert "Jeg kan vise" in _text(turn)


@pytest.mark.parametrize(
    "question",
    [
        "En elev har ADHD og kan ikke koncentrere sig. Hvad kan vi ændre i klassen?",
        "Hvad siger styrelsen om diagnoser?",
        "Kan vi finde på noget sammen med eleverne, så de bliver hørt?",
    ],
)
def test_a_diagnosis_or_an_idea_in_a_question_is_no_forbidden_request(engine: Engine, question: str) -> None:
    assert engine.ask(question).outcome in (Outcome.ANSWERED, Outcome.CLARIFY)


@pytest.mark.parametrize(
    "text", ["Kan forældrene klage?", "Skal forældrene give samtykke?", "Har vi pligt til en PPV?"]
)
def test_what_anybody_has_a_right_to_is_no_forbidden_request(engine: Engine, text: str) -> None:
    assert engine.ask(text).reason is not Reason.NOT_ALLOWED


def test_a_word_with_an_apostrophe_is_said_to_be_looked_for_as_one(engine: Engine) -> None:
    assert "forældre, klage, pku, afgørelse" in _text(engine.ask("Kan forældre klage over PKU's afgørelse?"))


def test_an_english_question_is_refused_in_english_whatever_the_interface(engine: Engine) -> None:
    turn = engine.ask("What did Silkeborg do about co-teaching?", language="da")
    assert (turn.outcome, turn.reason) == (Outcome.REFUSED, Reason.NOT_IN_SOURCES)
    assert "The sources do not say." in _text(turn)


def test_the_part_that_can_be_answered_is_what_is_answered(engine: Engine) -> None:
    turn = engine.ask("Hvad gjorde Tinglev Skole, og hvad hedder skolelederen?")
    assert "kl-aabenraa-tinglev-skole" in {engine.library.passages[c.passage].record for c in turn.citations}
    assert not any("ledelsens rolle" in part.text for part in turn.parts)


@pytest.mark.parametrize("text", ["الفصل صاخب جدا ولا أستطيع التدريس", "В классе слишком шумно", "班上太吵了 2"])
def test_what_is_written_in_other_letters_is_not_answered_with_what_happens_to_be_near(
    engine: Engine, text: str
) -> None:
    turn = engine.ask(text)
    assert (turn.outcome, turn.reason) == (Outcome.REFUSED, Reason.OUT_OF_SCOPE)
    assert turn.caution is not None
    assert turn.parts[-1].text == "Jeg kan kun læse det latinske alfabet. Skriv gerne på dansk eller engelsk."


@pytest.mark.parametrize(
    "text",
    [
        "Børnene i vuggestuen bider hinanden",
        "Min 3-årige i børnehaven bider de andre børn",
        "På gymnasiet er der meget fravær i 2.g",
        "Mine studerende på universitetet kommer ikke til forelæsningerne",
    ],
)
def test_what_happens_elsewhere_than_in_school_is_said_to_be_outside(engine: Engine, text: str) -> None:
    for turn in (engine.ask(text), engine.suggest(text)):
        assert turn.reason is Reason.OUT_OF_SCOPE


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Printeren ved kontoret i stueetagen mangler papir igen", Reason.OUT_OF_SCOPE),
        ("Min nabo spiller trommer om natten", Reason.OUT_OF_SCOPE),
        ("Hvem vinder kampen i aften?", Reason.OUT_OF_SCOPE),
        ("Hvor mange elever må der højst være i en 1. klasse?", Reason.NOT_IN_SOURCES),
        ("Skal elever i 9. til prøve i idræt?", Reason.NOT_IN_SOURCES),
    ],
)
def test_what_has_nothing_to_do_with_schools_is_told_from_what_the_sources_lack(
    engine: Engine, text: str, reason: Reason
) -> None:
    turn = engine.ask(text)
    assert (turn.outcome, turn.reason) == (Outcome.REFUSED, reason)


@pytest.mark.parametrize(
    "text",
    [
        "Børnene kommer fra børnehaven uden at kunne sidde stille",
        "Overgangen fra børnehave til 0. klasse er svær",
        "Vores 9. klasse tør ikke vælge gymnasiet",
    ],
)
def test_those_who_come_to_school_or_leave_it_are_not(engine: Engine, text: str) -> None:
    assert engine.ask(text).outcome is not Outcome.REFUSED


def test_what_is_told_of_a_class_and_asks_nothing_is_not_refused(engine: Engine) -> None:
    turn = engine.ask("eleverne kan ikke koncentrere sig efter weekenden")
    assert turn.outcome is not Outcome.REFUSED
    assert texts("da")["suggestion"]["first"] in "".join(part.text for part in turn.parts)


@pytest.mark.parametrize("text", ["Har Rødovre sparet penge på det?", "Er Herning med i partnerskabet?"])
def test_what_is_asked_of_the_schools_of_a_place_is_not_said_to_lie_outside(engine: Engine, text: str) -> None:
    assert engine.ask(text).reason is not Reason.OUT_OF_SCOPE
