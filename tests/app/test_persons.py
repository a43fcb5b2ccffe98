"""Who asks of somebody whom the sources name gets the sentences that name the person, and no others."""

import pytest

from app.engine import Engine
from app.persons import who_is
from app.turn import Outcome


@pytest.mark.parametrize(
    ("question", "document", "said"),
    [
        ("Hvem er Thyge Tegtmejer?", "vive", "forsker Thyge Tegtmejer, som også er projektleder"),
        ("hvem er julie elm vig albertsen", "stuk", "Direktør Styrelsen for Undervisning og Kvalitet"),
        ("Who is Jacob Stenholt-Jacobsen?", "inklusion", "PPR-leder i Solrød Kommune"),
        ("Hvem er Bo Vestergaard?", "kl", "Fair Proces"),
    ],
)
def test_a_person_of_the_sources_is_told_in_their_words(
    engine: Engine, question: str, document: str, said: str
) -> None:
    turn = engine.ask(question)
    assert turn.outcome is Outcome.ANSWERED
    assert [citation.document for citation in turn.citations] == [document]
    assert said in turn.citations[0].quote


def test_of_a_long_list_only_the_entry_is_told(engine: Engine) -> None:
    quotes = [citation.quote for citation in engine.ask("Hvem er Mads Løjtved Rasmussen?").citations]
    assert quotes == ["Mads Løjtved Rasmussen, politisk næstformand i Danske Skoleelever"]


@pytest.mark.parametrize("question", ["Hvem er Poul Henningsen?", "Hvem er Rødovre Kommune?", "Hvem er klog på det?"])
def test_nobody_else_is_made_a_person_of_the_sources(engine: Engine, question: str) -> None:
    assert who_is(question, engine.library, "da") == []
