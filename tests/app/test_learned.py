"""app/learned.py: what was learnt from written examples."""

import json
from pathlib import Path

import numpy as np
import pytest

from app.engine import Engine
from app.learned import BY_WORDS, WINDOW, WITH_VECTORS, Kind, knows, likeness, odds, odds_by_vector
from evals.items import load_items
from evals.taught import of_kind, texts
from tests.app.test_evidence import is_checked

HERE = Path(__file__).parent


def test_every_kind_has_examples_of_both_sorts_and_none_is_an_evaluation_item() -> None:
    asked = {" ".join(item.query.split()) for item in load_items()}
    for kind in Kind:
        told = list(of_kind(kind))
        assert {is_of_it for _, is_of_it in told} == {True, False}
        assert not {text for text, _ in told} & asked


@pytest.mark.parametrize(
    ("kind", "text", "other"),
    [
        (
            Kind.DANGER,
            "Hun siger, at hun ikke tør gå hjem, for far bliver så vred, når han har drukket.",
            "Hun siger, at hun ikke gider gå hjem, for der er så hyggeligt i SFO'en.",
        ),
        (
            Kind.NOT_ALLOWED,
            "Kan du ikke bare afgøre, om drengen i 4.b har ADHD, ja eller nej?",
            "Hvad kan vi prøve i timerne med en dreng i 4.b, der har svært ved at sidde stille?",
        ),
        (
            Kind.OUTSIDE,
            "Hvad koster et buskort, når eleven bor fem kilometer fra skolen?",
            "Hvad siger ekspertgruppen om samarbejdet mellem lærere og PPR?",
        ),
    ],
)
def test_a_message_of_a_kind_is_likelier_than_its_harmless_neighbour(kind: Kind, text: str, other: str) -> None:
    assert odds(kind, text) > odds(kind, other)


def test_no_question_that_the_tests_check_is_taught() -> None:
    rows = [json.loads(line) for line in (HERE / "data" / "evidence.jsonl").read_text("utf-8").splitlines()]
    checked = {row["query"] for row in rows if is_checked(row["query"])}
    assert checked
    assert not checked & set(texts())


def test_a_danger_at_the_end_of_a_long_message_is_not_drowned() -> None:
    told = "Vi har arbejdet med makkerskaber og faste pladser i klassen hele året. " * (WINDOW // 6)
    danger = "Hun siger, at hun vil tage alle mors piller i aften."
    assert odds(Kind.DANGER, told + danger) > odds(Kind.DANGER, told) + 1


@pytest.mark.parametrize("text", ["", "   ", "!!!", "[navn]", "你好"])
def test_nothing_to_read_is_no_kind(text: str) -> None:
    assert all(np.isfinite(odds(kind, text)) for kind in BY_WORDS)


def test_danger_is_told_by_the_vector_as_well(engine: Engine) -> None:
    told, other = (
        odds_by_vector(Kind.DANGER, engine.embedder.embed_query(text))
        for text in (
            "Han skal giftes i ferien, og han er bange",
            "Han skal til bryllup i ferien og glæder sig",
        )
    )
    assert told > other


def test_what_has_nothing_to_do_with_schools_is_told_by_the_vector(engine: Engine) -> None:
    told, other = (
        odds_by_vector(Kind.UNRELATED, engine.embedder.embed_query(text))
        for text in ("Hvornår skal jeg klippe hækken?", "Hvor mange timers dansk skal 4. klasse have?")
    )
    assert told > 0 > other


def test_the_vectors_are_those_of_the_embedder_that_is_shipped(engine: Engine) -> None:
    assert knows(engine.embedder.name)
    assert not knows("another")
    vector = engine.embedder.embed_query("Hvornår er der skoleferie?")
    for kind in WITH_VECTORS:
        found = likeness(kind, vector)
        assert -1 <= found.like <= 1
        assert -1 <= found.unlike <= 1
