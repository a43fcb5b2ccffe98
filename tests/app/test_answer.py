import pytest

from app.answer import _stands_alone, also, compose, page_label
from app.engine import Engine
from app.texts import texts
from app.turn import PartKind
from corpus.schema import Sentence
from retrieval.search import prepare, search


def test_what_is_told_already_is_not_quoted_again(engine: Engine) -> None:
    query = prepare("Hvad siger kilderne om samarbejdet med PPR?", engine.embedder, engine.library)
    hits = search(query, engine.library)
    quoted = [
        citation.passage for part in also(query, hits, set(), engine.library, "da") for citation in part.citations
    ]
    again = also(query, hits, {quoted[0]}, engine.library, "da")
    assert quoted[0] not in [citation.passage for part in again for citation in part.citations]


def test_quotes_no_sentence_twice(engine: Engine) -> None:
    for question in ("Hvem har erfaringer med co-teaching?", "Hvad kan vi gøre ved fravær?"):
        turn = engine.ask(question)
        quotes = [
            (part.citations[0].document, part.text)
            for part in turn.parts
            if part.citations and part.kind is not PartKind.STATEMENT
        ]
        assert len(quotes) == len(set(quotes))


def test_gives_nothing_without_hits(engine: Engine) -> None:
    query = prepare("mellemform", engine.embedder, engine.library)
    assert compose(query, [], engine.library, "da") == []
    assert also(query, [], set(), engine.library, "da") == []


def test_names_local_rules_as_local(engine: Engine) -> None:
    turn = engine.ask("Hvad er kriterierne for en mellemform?")
    assert "gælder lokalt i Haderslev Kommune" in turn.parts[0].text


def test_names_the_section_where_pages_have_no_number(engine: Engine) -> None:
    passage = next(passage for passage in engine.library.catalogue.passages if passage.document == "inklusion")
    assert page_label(passage, "da").startswith("afsnit: ")


def test_names_one_page_or_a_range(engine: Engine) -> None:
    labels = {page_label(passage, "da") for passage in engine.library.catalogue.passages}
    assert "side 9" in labels
    assert any("–" in label and label.startswith("side ") for label in labels)


def test_keeps_the_quotation_danish_in_english(engine: Engine) -> None:
    turn = engine.ask("Hvad kan vi prøve, når timerne efter frokost ender i konflikter?", language="en")
    assert any(texts("en")["fields"]["steps"] in part.text for part in turn.parts)
    assert any("konflikter" in citation.quote for citation in turn.citations)


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("At tværgående faglige værksteder giver eleverne flere at være sammen med.", False),
        ("at eleverne keder sig og ikke kommer i gang med noget.", False),
        ("Vores udfordringer var mange, og de var:", False),
        ("Eleverne siger selv, at de er blevet gladere for at gå i skole.", True),
        ("Atter andre siger, at de er blevet gladere for at gå i skole.", True),
    ],
)
def test_only_what_is_a_sentence_by_itself_is_shown_as_a_schools_own_words(text: str, alone: bool) -> None:
    assert _stands_alone(Sentence(text, (1,))) is alone
