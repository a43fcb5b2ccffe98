"""Recommendations asked for by whom they are for, or by nothing but their number."""

import pytest

from app.engine import Engine
from app.recommended import by_addressee, by_number, number_asked_for
from app.render import markdown
from app.turn import Message
from corpus.schema import Recommendation


def _codes(engine: Engine, addressee: str) -> list[str]:
    records = (engine.library.records[name] for name in engine.library.catalogue.recommendation_ids)
    return sorted(one.title for one in records if isinstance(one, Recommendation) and one.addressee == addressee)


@pytest.mark.parametrize(
    ("question", "addressee"),
    [
        ("Hvad anbefaler ekspertgruppen kommunalbestyrelsen?", "kommunalbestyrelsen"),
        ("Hvilke anbefalinger er der til skolelederen i inklusionseftersynet?", "skolens ledelse"),
        ("anbefalinger til ministeren", "ministeren for børn, undervisning og ligestilling"),
    ],
)
def test_all_that_is_recommended_to_somebody_is_told_by_name(engine: Engine, question: str, addressee: str) -> None:
    leads = [part.lead.removesuffix(":").split(": ")[-1] for part in engine.ask(question).parts if part.lead]
    assert sorted(leads) == _codes(engine, addressee)


def test_a_theme_narrows_what_is_recommended(engine: Engine) -> None:
    turn = engine.ask("Hvad anbefaler eftersynet kommunalbestyrelsen om visitation?")
    quotes = [citation.quote for citation in turn.citations]
    assert quotes and all("isitation" in quote for quote in quotes)


@pytest.mark.parametrize(
    "question",
    [
        "Hvad anbefales lederen ved fravær?",
        "Hvad siger kilderne om ledere?",
        "Hvad anbefaler KL kommunalbestyrelsen?",
        "Jeg leder efter anbefalinger",
        "Hvad anbefaler Undervisningsministeriet?",
        "Hvad anbefaler skolelederen?",
        "Anbefalinger til ledelsen i kommunen",
    ],
)
def test_what_is_asked_otherwise_is_no_list_by_addressee(engine: Engine, question: str) -> None:
    named = frozenset({"kl"}) if "KL" in question else frozenset()
    assert by_addressee(question, named, engine.library, "da") == []


def test_a_recommendation_named_by_its_number_alone_begins_with_its_name_and_words(engine: Engine) -> None:
    turn = engine.ask("STUK anbefaling 5")
    assert turn.parts[0].text.endswith(
        "Anbefaling 5: Lav klare aftaler om ansvaret ved alle former for overgange og skift"
    )
    assert turn.citations[0].quote.startswith("Grundig overlevering på tværs af overgange")


def test_what_is_asked_of_a_recommendation_is_answered_by_what_fits(engine: Engine) -> None:
    question = "Hvad siger STUK anbefaling 5 om vikarer?"
    assert by_number(question, frozenset({"stuk", "stuk-5"}), engine.library, "da") == []


def test_after_the_seven_a_number_is_one_of_them(engine: Engine) -> None:
    history: list[Message] = []
    for question, title in [
        ("Hvad er STUKs syv anbefalinger?", "syv anbefalinger"),
        ("uddyb nr 5", "Anbefaling 5: "),
        ("og nummer 3?", "Anbefaling 3: "),
    ]:
        turn = engine.ask(question, history)
        assert title in turn.parts[0].text
        history += [Message("user", question), Message("assistant", markdown(turn.parts))]


def test_after_suggestions_a_number_is_one_of_those() -> None:
    assert number_asked_for("nummer 2", "Anbefaling 5: …", ["kl-odense"]) is None
    assert number_asked_for("Vi har 5 drenge", "Anbefaling 5: …", []) is None
    assert number_asked_for("nummer 2", "Svar uden numre", []) is None
    assert number_asked_for("8", "Anbefaling 5: …", []) is None
    assert number_asked_for("nummer 2", "Svar\nAnbefaling 5: …", []) is None
