"""app/smalltalk.py: what is answered without a search."""

import pytest

from app.engine import Engine
from app.turn import Outcome


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
