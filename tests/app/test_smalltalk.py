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
