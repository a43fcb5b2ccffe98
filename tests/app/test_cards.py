"""app/cards.py: a topic card becomes statements, each with citations that open the quoted words."""

from dataclasses import replace

import pytest

from app.cards import card, cite_support
from app.engine import Engine
from app.turn import PartKind
from app.verify import verify
from corpus.text import find_quote
from retrieval.library import Library

MOST_OVER_A_PAGE_BREAK = 10
"""How many quotations may go on over a page break, so that no one page holds all of them; they open the first."""


def test_every_card_passes_the_check_of_an_answer_whole(library: Library) -> None:
    for topic in library.topics.values():
        parts = list(card(topic, library, "da"))
        kept, dropped = verify(parts, library)
        assert dropped == 0, topic.id
        assert len(kept) == len(parts)
        assert [part.kind for part in kept] == [PartKind.HEADING] + [PartKind.STATEMENT] * len(topic.statements)


def test_citation_opens_a_page_that_holds_the_quoted_words(library: Library) -> None:
    missed = []
    for topic in library.topics.values():
        for support in (support for statement in topic.statements for support in statement.support):
            citation = cite_support(support, library)
            if find_quote(library.page(citation.document, citation.page).text, support.quote) is None:
                missed.append((topic.id, support.quote))
    assert len(missed) <= MOST_OVER_A_PAGE_BREAK, missed[:5]


def test_card_about_one_place_says_so(library: Library) -> None:
    headings = {topic.id: next(card(topic, library, "da")).text for topic in library.topics.values()}
    assert headings["emne-pit"].endswith("(gælder lokalt i Rødovre Kommune)")
    assert "gælder lokalt" not in headings["emne-stuk-syv-anbefalinger"]


@pytest.mark.parametrize(
    ("change", "to"), [("syv", "otte"), (" og ", " og ikke "), ("Styrelsen for", "Ministeriet for Uddannelse og")]
)
def test_statement_that_says_more_than_its_quotations_is_dropped(library: Library, change: str, to: str) -> None:
    heading, first, *_ = card(library.topics["emne-stuk-syv-anbefalinger"], library, "da")
    forged = replace(first, text=first.text.replace(change, to))
    assert forged.text != first.text
    assert verify([heading, forged], library) == ((), 1)


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Hvad er et PIT?", "Hvad er et PIT?"),
        ("Hvad går STUK's syv anbefalinger ud på?", "syv anbefalinger"),
    ],
)
def test_question_that_fits_a_card_gets_it_first(engine: Engine, question: str, title: str) -> None:
    parts = engine.ask(question).parts
    assert title in parts[0].text
    assert parts[1].kind is PartKind.STATEMENT
    assert any(part.kind is PartKind.QUOTE for part in parts)


def test_card_about_another_place_than_the_one_named_is_not_shown(engine: Engine) -> None:
    for part in engine.ask("Hvad er mellemformer på Fløng Skole?").parts:
        assert "Haderslev" not in part.text or part.kind is not PartKind.HEADING or "side" in part.text


def test_who_asks_for_a_card_by_its_title_gets_all_of_it(engine: Engine) -> None:
    for topic in engine.library.catalogue.topics:
        told = [part.text for part in engine.ask(topic.title).parts]
        assert [one.text for one in topic.statements if one.text not in told] == [], topic.id


def test_card_that_compares_hears_each_source_that_is_named(engine: Engine) -> None:
    parts = engine.ask("Hvad er forskellen på Haderslevs trin og Rødovres niveauer?").parts
    first = [part.kind for part in parts].index(PartKind.QUOTE)
    told = [citation.document for part in parts[:first] for citation in part.citations]
    assert {"haderslev", "vive"} <= {*told}


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("Hvad siger inklusionseftersynet om forældre?", "inklusion"),
        ("Hvad siger VIVE om mellemformer?", "vive"),
        ("Hvad siger inklusionseftersynet om PPR?", "inklusion"),
    ],
)
def test_of_a_card_on_all_sources_the_one_that_is_named_is_heard_alone(
    engine: Engine, question: str, document: str
) -> None:
    statements = [part for part in engine.ask(question).parts if part.kind is PartKind.STATEMENT]
    assert statements
    assert {citation.document for part in statements for citation in part.citations} == {document}
