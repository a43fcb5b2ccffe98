from app.answer import compose, page_label
from app.engine import Engine
from app.texts import texts
from app.turn import PartKind
from retrieval.search import prepare, search
from retrieval.suggest import suggest


def test_shows_trial_actions_only_when_asked(engine: Engine) -> None:
    query = prepare("Hvad er PIT i Rødovre?", engine.embedder, engine.library)
    hits = search(query, engine.library)
    plain = compose(query, hits, (), engine.library, "da")
    full = compose(query, hits, suggest(query, engine.library), engine.library, "da")
    heading = f"**{texts('da')['answer']['actions']}**"
    assert heading not in [part.text for part in plain]
    assert heading in [part.text for part in full]


def test_says_that_a_practice_example_is_not_measured(engine: Engine) -> None:
    query = prepare("Hvad kan vi prøve mod uro efter frokost?", engine.embedder, engine.library)
    parts = compose(query, search(query, engine.library), suggest(query, engine.library), engine.library, "da")
    assert any("Effekten er ikke målt" in part.text for part in parts if part.kind is PartKind.NOTE)


def test_quotes_no_sentence_twice(engine: Engine) -> None:
    for question in ("Hvem har erfaringer med co-teaching?", "Hvad kan vi gøre ved fravær?"):
        turn = engine.ask(question)
        quotes = [(part.citations[0].document, part.text) for part in turn.parts if part.citations]
        assert len(quotes) == len(set(quotes))


def test_gives_nothing_without_hits(engine: Engine) -> None:
    query = prepare("mellemform", engine.embedder, engine.library)
    assert compose(query, [], (), engine.library, "da") == []


def test_names_local_rules_as_local(engine: Engine) -> None:
    turn = engine.ask("Hvad er kriterierne for en mellemform?")
    assert "gælder lokalt i Haderslev Kommune" in turn.parts[0].text


def test_names_the_section_where_pages_have_no_number(engine: Engine) -> None:
    passage = next(passage for passage in engine.library.catalogue.passages if passage.document == "inklusion")
    assert page_label(passage, texts("da")["answer"]).startswith("afsnit: ")


def test_names_one_page_or_a_range(engine: Engine) -> None:
    words = texts("da")["answer"]
    labels = {page_label(passage, words) for passage in engine.library.catalogue.passages}
    assert "side 9" in labels
    assert any("–" in label and label.startswith("side ") for label in labels)


def test_keeps_the_quotation_danish_in_english(engine: Engine) -> None:
    turn = engine.ask("Hvad kan vi prøve, når timerne efter frokost ender i konflikter?", language="en")
    assert any(part.text == f"**{texts('en')['answer']['actions']}**" for part in turn.parts)
    assert any("konflikter" in citation.quote for citation in turn.citations)
