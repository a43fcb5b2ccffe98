"""Who asks what somebody says of a trial action hears them, or that the source does not tell."""

import re

import pytest

from app.engine import Engine
from app.render import markdown
from app.roles import role_in
from app.turn import Message, Turn


def _after(engine: Engine, *messages: str) -> Turn:
    history: list[Message] = []
    for message in messages:
        turn = engine.ask(message, history)
        history += [Message("user", message), Message("assistant", markdown(turn.parts))]
    return turn


def test_those_asked_for_are_heard_alone(engine: Engine) -> None:
    told = "\n".join(part.text for part in _after(engine, "Hvad har Esbjerg gjort?", "Hvad synes eleverne?").parts)
    assert "endnu ikke evalueret" in told
    assert "Medarbejderne" not in told


def test_it_is_said_where_the_source_does_not_hear_them(engine: Engine) -> None:
    turn = _after(engine, "Hvad har Esbjerg gjort?", "hvad siger forældrene?")
    assert any("står ikke, hvad forældrene" in part.text for part in turn.parts)


@pytest.mark.parametrize("text", ["Virkede det?", "Hvad siger lærerne og eleverne?", ""])
def test_nobody_or_several_are_no_one_to_hear(text: str) -> None:
    assert role_in(text) is None


def test_who_only_mentions_them_is_not_heard_for_them(engine: Engine) -> None:
    told = "\n".join(part.text for part in _after(engine, "Hvad gjorde Fløng Skole?", "Hvad oplevede eleverne?").parts)
    assert "almenelever" in told
    assert "rustet til at arbejde med elever" not in told


@pytest.mark.parametrize("question", ["co-teaching", "Hvor mange skoler har arbejdet med fravær?"])
def test_a_question_of_its_own_is_not_asked_of_the_place_just_told_of(engine: Engine, question: str) -> None:
    told = _after(engine, "Hvad har Esbjerg gjort?", question)
    assert any(re.search(r"\d+ prøvehandlinger|eksempler", part.text) for part in told.parts)


def test_how_many_schools_is_asked_of_the_place_just_told_of(engine: Engine) -> None:
    turn = _after(engine, "Hvad gjorde Odense?", "Hvor mange skoler?")
    assert "kl" in {citation.document for citation in turn.citations[:1]}
    assert any("32 skoler" in citation.quote for citation in turn.citations)


def test_a_few_words_after_a_suggestion_are_not_outside_the_sources(engine: Engine) -> None:
    turn = _after(engine, "Hvordan hjælper vi børn med skift til specialtilbud?", "nummer 2", "hvor lang tid")
    assert any("seks til otte uger" in part.text for part in turn.parts)
