from itertools import cycle, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine import Engine
from app.gist import LONG, MOST, gist
from app.message import LONGEST_QUERY
from app.texts import texts
from app.turn import Message, Outcome

EVERYDAY = (
    "Vi er en skole med to spor.",
    "Om mandagen begynder vi med morgensang i salen.",
    "Klassen har lokale på første sal, og vinduerne vender ud mod vejen.",
    "Torsdag er den lange dag, hvor de har fri klokken tre.",
    "I efteråret var vi på lejrskole, og det gik fint.",
    "Skolen har fået nye stole.",
    "Elevrådet holder møde den første tirsdag i måneden.",
    "Matematiklæreren er ny her i år.",
)
MATTERS = "Det, der fylder mest, er en dreng i 2. klasse, der løber ud af lokalet, når de skifter fra leg til opgaver."
TRIED = "Vi har prøvet piktogrammer, og det hjalp i en uge."


def _long(*said: str, words: int = 3000) -> str:
    """Return a description of about so many words that says a few things in the middle of everything else."""
    everyday = [f"{one} Det var i uge {at}." for at, one in enumerate(islice(cycle(EVERYDAY), words // 12))]
    half = len(everyday) // 2
    return " ".join([*everyday[:half], *said, *everyday[half:]])


def test_a_message_of_ordinary_length_is_its_own_gist() -> None:
    text = " ".join(["Der er uro i klassen."] * (LONG // 5))
    assert gist(text) == text


def test_the_gist_is_what_is_said_to_matter_and_what_was_tried() -> None:
    short = gist(_long(MATTERS, TRIED))
    assert MATTERS in short
    assert TRIED in short
    assert len(short.split()) <= MOST


def test_sentences_about_what_teachers_describe_come_before_everyday_ones() -> None:
    told = "De skændes og slås i frikvarteret, og hun kommer grædende ind og vil ikke i skole."
    assert told in gist(_long(told))


@given(st.text(max_size=3000))
def test_any_text_has_a_gist_of_its_own_words(text: str) -> None:
    long = f"{text} " + "ord uden punktum " * LONG
    short = gist(long)
    assert all(word in long for word in short.split())
    assert len(short.split()) <= MOST


def test_a_situation_of_3000_words_is_answered_by_what_matters_and_said_to_be(engine: Engine) -> None:
    text = _long(MATTERS, TRIED)
    assert len(text.split()) > 2500 and len(text) <= LONGEST_QUERY
    turn = engine.ask(text)
    assert turn.outcome is Outcome.ANSWERED
    assert turn.parts[0].text == texts("da")["answer"]["gist"]
    assert turn.suggestions
    assert turn.masked_query == text
    alone = engine.suggest(f"{MATTERS} {TRIED}")
    assert turn.suggestions[0].action.id in [one.action.id for one in alone.suggestions]


def test_what_was_said_at_length_is_leant_on(engine: Engine) -> None:
    text = _long(MATTERS, TRIED)
    turn = engine.ask(text)
    history = [Message("user", text), Message("assistant", "\n".join(part.text for part in turn.parts))]
    later = engine.ask("Fortæl mere om nummer 1", history)
    assert [one.action.id for one in later.suggestions] == [turn.suggestions[0].action.id]


@pytest.mark.parametrize(
    "danger", ["I går sagde hun, at hun ikke vil leve mere.", "Far slår ham med et bælte derhjemme."]
)
def test_danger_anywhere_in_a_long_message_comes_first(engine: Engine, danger: str) -> None:
    assert engine.ask(_long(MATTERS, danger)).outcome is Outcome.URGENT
    assert engine.ask(_long(MATTERS)).outcome is not Outcome.URGENT


def test_names_anywhere_in_a_long_message_are_masked(engine: Engine) -> None:
    turn = engine.ask(_long(MATTERS, "Drengen hedder Storm, og hans mor er Birthe Quist."))
    told = turn.masked_query + "".join(part.text + part.lead for part in turn.parts)
    assert "Storm" not in told and "Quist" not in told
