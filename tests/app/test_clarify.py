from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clarify import answered, questions
from app.engine import Engine
from app.render import markdown
from app.situation import read
from app.turn import Choice, Message, Outcome, PartKind, Question, Turn
from retrieval.rank import Said

ABOUT: Mapping[str, str] = {"who": "situations", "what": "situations", "grade": "grades"}
"""The facet that each question is about."""

VAGUE = "Hvad kan man prøve?"
LANGUAGES = ("da", "en")


def _everything(said: Said) -> frozenset[str]:
    """Suggest something else for whatever is said."""
    return frozenset(f"{facet} {value}" for facet, values in said.items() for value in values)


def _shown(turn: Turn) -> str:
    """Return an answer as a chat keeps it."""
    return markdown(turn.parts)


def _nothing(said: Said) -> frozenset[str]:
    return frozenset()


def _asked(text: str, language: str = "da") -> tuple[Question, ...]:
    return questions(read(text), _everything, language)


def _choices(language: str) -> list[tuple[str, Choice]]:
    return [(question.id, choice) for question in _asked(VAGUE, language) for choice in question.choices]


def test_vague_description_is_asked_about_in_a_fixed_order() -> None:
    assert [question.id for question in _asked(VAGUE)] == ["who", "what", "grade"]
    assert [question.id for question in _asked("")] == list(ABOUT)


@pytest.mark.parametrize(
    ("language", "question", "choice", "label"),
    [
        (language, question, choice.id, choice.label)
        for language in LANGUAGES
        for question, choice in _choices(language)
    ],
)
def test_every_answer_is_understood_as_what_its_question_is_about(
    language: str, question: str, choice: str, label: str
) -> None:
    said = read(label).values(ABOUT[question])
    assert said, label
    assert question == "grade" or choice in said


def test_questions_are_the_same_in_both_languages() -> None:
    danish, english = (_asked(VAGUE, language) for language in LANGUAGES)
    assert [one.id for one in danish] == [one.id for one in english]
    for one, other in zip(danish, english, strict=True):
        assert one.text != other.text
        assert [choice.id for choice in one.choices] == [choice.id for choice in other.choices]


def test_answered_question_is_not_asked_again() -> None:
    for question in _asked(VAGUE):
        for choice in question.choices:
            left = [other.id for other in _asked(f"{VAGUE} {choice.label}")]
            assert question.id not in left, choice.label


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Hele klassen larmer", {"who", "what"}),
        ("Der er uro i 5. klasse", {"who", "what", "grade"}),
        ("En pige i udskolingen", {"who", "grade"}),
        ("De keder sig", {"what"}),
        ("5. klasse er delt i to lejre", {"who", "what", "grade"}),
        ("Forældrene er vrede", {"what"}),
        ("Alle på mellemtrinnet", {"grade"}),
    ],
)
def test_what_is_told_is_not_asked(text: str, told: set[str]) -> None:
    assert {question.id for question in _asked(text)} == set(ABOUT) - told


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_nothing_is_asked_where_no_answer_changes_what_is_suggested(text: str, language: str) -> None:
    assert questions(read(text), _nothing, language) == ()


@pytest.mark.parametrize("facet", ["grades", "situations"])
def test_only_questions_whose_answers_change_what_is_suggested_are_asked(facet: str) -> None:
    asked = questions(read(VAGUE), lambda said: frozenset(said[facet]), "da")
    assert asked
    assert {ABOUT[question.id] for question in asked} == {facet}


@given(st.text(max_size=60))
def test_at_most_three_questions_with_answers_to_tap(text: str) -> None:
    asked = _asked(text)
    assert len(asked) <= 3
    for question in asked:
        assert question.text.endswith("?")
        assert len(question.choices) >= 2
        assert len({choice.label for choice in question.choices}) == len(question.choices)


def test_thin_description_is_asked_about_and_still_gets_suggestions(engine: Engine) -> None:
    turn = engine.ask("Klassen larmer")
    assert turn.outcome is Outcome.CLARIFY
    assert [question.id for question in turn.questions] == ["grade"]
    assert turn.questions[0].text in " ".join(part.text for part in turn.parts)
    assert turn.suggestions


def test_thin_description_is_asked_about_in_english(engine: Engine) -> None:
    turn = engine.ask("Our class is noisy", language="en")
    assert [question.text for question in turn.questions] == ["Which grades is it about?"]


def test_nothing_is_asked_once_something_has_been_answered(engine: Engine) -> None:
    history = [Message("user", "Klassen larmer"), Message("assistant", "Hvilke klassetrin gælder det?")]
    assert engine.ask("Det ved jeg ikke", history).questions == ()


@pytest.mark.parametrize("said", ["2", "7.", "0"])
def test_a_number_alone_answers_the_question_about_grades(engine: Engine, said: str) -> None:
    history = [Message("user", "Klassen larmer"), Message("assistant", _shown(engine.ask("Klassen larmer")))]
    turn = engine.ask(said, history)
    assert turn.described is not None
    assert turn.described.values("grades") == (said[0],)


def test_a_number_alone_is_a_card_where_grades_were_not_asked_for(engine: Engine) -> None:
    first = engine.ask("I 2. klasse er der konflikter hver dag efter frokost, og de kan ikke samle sig om noget")
    assert first.outcome is Outcome.ANSWERED
    history = [Message("user", "Konflikter efter frokost i 2. klasse"), Message("assistant", _shown(first))]
    (told, *_) = engine.ask("2", history).citations
    assert told.document == "kl"
    assert answered("2", _shown(first)) == "2"


@pytest.mark.parametrize("name", ["Fløng", "Odense"])
def test_nothing_is_asked_where_the_trial_action_is_named(engine: Engine, name: str) -> None:
    turn = engine.ask(f"Hvordan arbejder {name} med to voksne?")
    assert (turn.outcome, turn.questions) == (Outcome.ANSWERED, ())


def test_a_question_that_tells_of_no_pupils_is_answered_before_anything_is_suggested(engine: Engine) -> None:
    turn = engine.ask("hvordan skal vi håndtere pauserne?")
    kinds = [part.kind for part in turn.parts]
    assert (turn.outcome, turn.questions) == (Outcome.ANSWERED, ())
    assert turn.parts[0].text.startswith("Pauser og frikvarterer")
    assert kinds.index(PartKind.STATEMENT) == 1
    assert turn.suggestions
