import json
from pathlib import Path

import pytest

from app.conversation import leans_on_history, standalone, told_in
from app.engine import Engine
from app.intents import Intent, intent
from app.turn import Message, Outcome


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hej", Intent.HELLO),
        ("hejsa!", Intent.HELLO),
        ("Tak for hjælpen", Intent.THANKS),
        ("Hvem er du?", Intent.WHO),
        ("Hvad kan du hjælpe med?", Intent.WHO),
        ("Hej, hvad er en mellemform?", Intent.QUESTION),
        ("Hvad er en mellemform?", Intent.QUESTION),
        ("Hvem har arbejdet med co-teaching?", Intent.EXAMPLES),
        ("Hvad kan vi prøve, når klassen larmer?", Intent.SITUATION),
        ("Vi har en dreng i 2. klasse, der løber ud af timen", Intent.SITUATION),
        ("Giv ham en diagnose", Intent.NOT_ALLOWED),
        ("Skriv afgørelsen om specialtilbud", Intent.NOT_ALLOWED),
        ("Har drengen ADHD?", Intent.NOT_ALLOWED),
        ("Godmorgen, så er det mandag igen", Intent.HELLO),
        ("Godmorgen, vores 3. klasse larmer hver mandag", Intent.SITUATION),
        ("Sammenlign Fløng Skole og Balsmoseskolen", Intent.COMPARISON),
        ("Hvad er forskellen på niveau 2 og niveau 3?", Intent.COMPARISON),
        ("Er der nogen skoler, der har prøvet to voksne i timen?", Intent.EXAMPLES),
        ("skoler der bruger co-teaching i indskolingen", Intent.EXAMPLES),
        (
            "Min 4. klasse er urolig efter frikvarteret, og vi er trætte af at skælde ud. Hvem har prøvet noget?",
            Intent.SITUATION,
        ),
    ],
)
def test_understands_what_is_meant(text: str, expected: Intent) -> None:
    assert intent(text) is expected


def test_a_follow_up_gets_the_question_before_it() -> None:
    history = [Message("user", "Hvad gør de på Fløng Skole?"), Message("assistant", "De har en ressourceklasse.")]
    assert standalone("Hvem var med?", history) == "Hvad gør de på Fløng Skole? Hvem var med?"


def test_a_whole_question_stands_alone() -> None:
    history = [Message("user", "Hvad gør de på Fløng Skole?")]
    question = "Hvilke kriterier stiller Haderslev Kommune til etablering af mellemformer lokalt?"
    assert standalone(question, history) == question


SECOND = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "second_messages.jsonl").read_text("utf-8").splitlines()
]  # by an author who had seen neither rules nor taught examples


def _leaning(*, leans: bool) -> float:
    found = [leans_on_history(row["second"]) for row in SECOND if row["leans"] is leans]
    return sum(found) / len(found)


def test_second_messages_go_on_with_the_first_or_stand_alone_as_they_are_meant() -> None:
    assert _leaning(leans=True) >= 0.9
    assert _leaning(leans=False) <= 0.15


@pytest.mark.parametrize(
    "said",
    [
        "Indskolingen",
        "Det handler om en enkelt elev",
        "De keder sig eller giver op. Udskolingen",
        "A transition is hard",
    ],
)
def test_an_answer_that_was_tapped_goes_on_with_what_was_asked_about(said: str) -> None:
    assert leans_on_history(said)


SITUATION = [Message("user", "Timerne efter frokost ender i konflikter"), Message("assistant", "Her er forslag.")]


@pytest.mark.parametrize(
    "question",
    [
        "Hvad er en mellemform?",
        "Hvad er PPV?",
        "Hvem vandt kampen mellem Brøndby og FCK i går?",
        "Hvad er en mellemform, og hvad koster den?",
        "Hvem vandt VM i fodbold?",
        "Hvad bliver vejret i morgen?",
        "Skriv et digt om en kat",
    ],
)
def test_a_question_of_its_own_is_not_about_the_situation_before_it(question: str) -> None:
    assert standalone(question, SITUATION) == question


@pytest.mark.parametrize(
    "question",
    ["Hvem var med?", "Hvad siger forældrene?", "Mellemtrinnet", "Hvad koster det?", "Hvor længe varer sådan noget?"],
)
def test_a_question_that_says_too_little_is_about_the_situation_before_it(question: str) -> None:
    assert standalone(question, SITUATION) == f"{SITUATION[0].content} {question}"


@pytest.mark.parametrize(
    "question",
    [
        "Hvem har erfaringer med co-teaching?",
        "Hvem har prøvet to voksne i timen?",
        "Er der noget mod fravær?",
        "Hvem arbejder med forældresamarbejde?",
        "Which schools have worked with parents?",
        "Hvad siger STUK om co-teaching?",
    ],
)
def test_question_for_a_list_that_says_of_what_stands_alone(question: str) -> None:
    assert standalone(question, SITUATION) == question


@pytest.mark.parametrize(
    "question",
    [
        "Hvem har ellers prøvet det?",
        "Hvem har gjort noget lignende?",
        "Har I eksempler fra mellemtrinnet?",
        "Har I noget for større elever?",
        "Hvem har gode erfaringer?",
        "Hvilke skoler har gjort sådan?",
        "Og hvad siger Haderslev om det?",
        "Er der nogen i nærheden af Odense?",
    ],
)
def test_question_for_a_list_that_points_back_goes_on(question: str) -> None:
    assert leans_on_history(question)


def test_what_was_asked_of_suggestions_is_not_what_a_message_is_about() -> None:
    history = [*SITUATION, Message("user", "nej bare vis mig noget"), Message("assistant", "Her er forslag.")]
    assert standalone("Hvem var med?", history) == f"{SITUATION[0].content} Hvem var med?"


def test_without_history_nothing_is_added() -> None:
    assert standalone("Hvem var med?", []) == "Hvem var med?"


@pytest.mark.parametrize("text", ["Fortæl mere om nummer to", "og hvad gik galt?", "Hvad med de større elever?"])
def test_knows_a_message_that_leans_on_the_one_before(text: str) -> None:
    assert leans_on_history(text)


def test_a_question_after_another_that_says_itself_what_it_is_about_stands_alone(engine: Engine) -> None:
    price = "Hvad er en mellemform, og hvad koster den?"
    history = [Message("user", price), Message("assistant", "…")]
    own = "Hvordan kan vi inddrage forældrene bedre?"
    assert standalone(own, history) == own
    assert standalone("hvem bestemmer det?", history) == f"{price} hvem bestemmer det?"
    assert engine.ask(own, history).outcome is Outcome.ANSWERED
    situation = [Message("user", "En dreng i 3. klasse kommer sjældent i skole, og han er ked af det")]
    assert standalone(own, situation) != own


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Uro i 4. klasse efter frokost. har I noget for større elever?", "Uro i 4. klasse efter frokost."),
        ("De slås i frikvarteret. Hvad kan vi prøve?", "De slås i frikvarteret."),
        ("Hvad kan vi prøve, når de keder sig?", "Hvad kan vi prøve, når de keder sig?"),
    ],
)
def test_a_plan_begins_with_what_was_told_and_not_with_what_was_asked_of_the_chat(text: str, told: str) -> None:
    assert told_in(text) == told


def test_older_pupils_are_asked_for_in_english_too(engine: Engine) -> None:
    text, later = "We have a noisy class in year 3", "Do you have anything for older students?"
    first = engine.ask(text)
    history = [Message("user", text), Message("assistant", "\n".join(part.text for part in first.parts))]
    turn = engine.ask(later, history)
    assert turn.described is not None
    assert turn.described.values("grades") == ("4", "5", "6", "7", "8", "9", "10")
    assert not any("year 3" in part.text + part.lead for part in turn.parts)
    history += [Message("user", later), Message("assistant", "\n".join(part.text for part in turn.parts))]
    plan = engine.ask("make a plan for number 1", history)
    assert any(part.text == "- We have a noisy class." for part in plan.parts)


@pytest.mark.parametrize("text", ["gruppearbejde fungerer ikke", "Overgangene er svære", "klassemøder virker ikke"])
def test_what_does_not_work_is_a_situation_however_short(engine: Engine, text: str) -> None:
    assert engine.ask(text).suggestions


def test_what_was_asked_in_vain_of_the_suggestions_is_not_asked_again(engine: Engine) -> None:
    history: list[Message] = []
    for text in ("En elev i 6. klasse har meget fravær", "hvad kostede det dem?", "har du andre forslag?"):
        turn = engine.ask(text, history)
        history += [Message("user", text), Message("assistant", "\n".join(part.text for part in turn.parts))]
    assert turn.suggestions
