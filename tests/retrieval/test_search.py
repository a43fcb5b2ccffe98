"""retrieval/search.py: everyday questions find the page that answers them, with the sentence that says it."""

import time
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.schema import EvidenceLabel
from retrieval.index import LEGS, ScoredPassage
from retrieval.library import Library
from retrieval.search import CONTEXT, Hit, expand, prepare, search
from retrieval.storage import Storage
from tests.fakes import HashEmbedder

AFTER_LUNCH = "Eleverne er urolige, og der er mange konflikter i timerne efter frokost i indskolingen"
ABBREVIATIONS = {"PKU": "Pædagogisk Koordinationsudvalg", "PPR": "pædagogisk-psykologisk rådgivning"}


@pytest.fixture(scope="module")
def ask(library, bundled):
    def asked(question: str, limit: int = 5) -> list[Hit]:
        return search(prepare(question, bundled, library), library, limit)

    return asked


def test_finds_the_page_of_haderslev_that_says_how_to_refer(ask) -> None:
    hits = ask("Hvad skal der til for at henvise til PKU")
    assert ("haderslev", (21,)) in [(hit.passage.document, hit.passage.pages) for hit in hits]


@pytest.mark.parametrize(
    "question",
    [
        AFTER_LUNCH,
        "timerne efter frokost",
        "TIMERNE EFTER FROKOST?",
        "Hvad kan vi gøre ved timerne efter frokost?",
        "Hvad har andre skoler prøvet i timerne efter frokost?",
    ],
)
def test_finds_baekkegaarden_first_for_the_lessons_after_lunch(ask, question: str) -> None:
    hit = ask(question)[0]
    assert (hit.passage.record, hit.passage.pages) == ("kl-egedal-baekkegaarden", (9,))


@pytest.mark.parametrize(
    ("question", "document", "page"),
    [
        ("Hvad er mellemformer i Haderslev?", "haderslev", 16),
        ("Hvor mange lærere svarede på VIVEs spørgeskema?", "vive", 10),
        ("Hvad siger Rødovre om PIT-teamet?", "vive", None),
        ("Hvad anbefaler STUK om overgange og personaleskift?", "stuk", 13),
        ("Hvad sagde ekspertgruppen om to lærere i klassen?", "inklusion", None),
        ("Hvordan bruger Sorø EModellen ved skolevægring?", "kl", 23),
    ],
)
def test_finds_the_document_that_is_asked_about(ask, question: str, document: str, page: int | None) -> None:
    found = [(hit.passage.document, hit.passage.pages) for hit in ask(question)]
    assert any(name == document and (page is None or page in pages) for name, pages in found), found


def test_misspelt_question_still_finds_its_page(ask) -> None:
    assert "kl-egedal-baekkegaarden" in [hit.passage.record for hit in ask("tiemrne efter frokst i indskolngen")]


def test_best_sentence_is_the_one_that_answers(ask) -> None:
    assert "efter frokost" in ask("undervisningstimerne efter frokost var præget af konflikter")[0].best.text


def test_hits_come_best_first_without_repeats(ask) -> None:
    hits = ask("Hvordan samarbejder vi med forældre?", 20)
    assert len(hits) == 20
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.passage.id for hit in hits}) == 20
    assert all(len(hit.similarities) == len(hit.passage.sentences) for hit in hits)


def test_hit_stands_in_its_context_and_no_passage_stands_twice(ask, library) -> None:
    shown: list[str] = []
    for hit in ask("Hvordan samarbejder vi med forældre?", 20):
        assert hit.passage in hit.context
        assert hit.passage.text in hit.text
        assert set(hit.passage.printed_pages) <= set(hit.pages)
        assert {passage.document for passage in hit.context} == {hit.passage.document}
        places = [library.places[passage.id] for passage in hit.context]
        assert places == list(range(places[0], places[0] + len(places)))
        assert len(hit.text) <= max(CONTEXT + len(places), len(hit.passage.text))
        shown += [passage.id for passage in hit.context]
    assert len(shown) == len(set(shown))


def test_same_question_gives_the_same_hits(ask) -> None:
    assert [hit.passage.id for hit in ask(AFTER_LUNCH)] == [hit.passage.id for hit in ask(AFTER_LUNCH)]


@pytest.mark.parametrize("limit", [0, 1, 3, 60])
def test_no_more_hits_than_asked_for(ask, limit: int) -> None:
    assert len(ask("Hvad er inklusion?", limit)) == limit


@pytest.mark.parametrize(
    "question", ["", "?", "og i det", "\x00", "xyzzyx", "\ud83d", "ord " * 500, "§§§ 12", "'; DROP"]
)
def test_odd_questions_are_answered_without_fault(ask, question: str) -> None:
    assert len(ask(question, 3)) <= 3


def test_search_of_a_prepared_question_takes_a_fraction_of_a_second(library, bundled) -> None:
    query = prepare(AFTER_LUNCH, bundled, library)
    search(query, library)
    start = time.perf_counter()
    for _ in range(5):
        search(query, library)
    assert (time.perf_counter() - start) / 5 < 0.2


def test_preparing_tells_how_long_it_took(library, bundled) -> None:
    query = prepare(AFTER_LUNCH, bundled, library)
    assert set(query.timings_ms) == {"embed", "analyse"}
    assert all(taken >= 0 for taken in query.timings_ms.values())
    assert query.text == AFTER_LUNCH


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Hvad gør Haderslev ved fravær?", {"haderslev"}),
        ("hvad siger stuk om fravær", {"stuk"}),
        ("Hvad har Esbjerg Kommune prøvet med PPR?", {"kl-esbjerg"}),
        ("Hvad har Tinglevs skole gjort ved fravær?", {"kl-aabenraa-tinglev-skole"}),
        ("Hvad gør vi ved fravær?", set()),
        ("Hvad gør vi kl. 12, når alle er trætte?", set()),
        ("Det er en odderlig historie om fravær", set()),
        ("Hvad siger anbefaling 5.1.1.a?", {"inklusion-5.1.1.a"}),
        ("hvad går 5.2.3.f ud på", {"inklusion-5.2.3.f"}),
        ("Hvad er STUK's anbefaling 3?", {"stuk", "stuk-3"}),
        ("anbefaling nr. 7", {"stuk-7"}),
        ("Vi har 30 elever i 5.1 og 5.2", set()),
        ("Hvad har Fløng Skole i Høje-Taastrup prøvet?", {"kl-hoeje-taastrup-floeng-skole", "kl-hoeje-taastrup"}),
    ],
)
def test_names_in_a_question_are_noticed(library, fake: HashEmbedder, question: str, named: set[str]) -> None:
    assert prepare(question, fake, library).named == named


@pytest.mark.parametrize("question", ["Hvad står der på side 21 i Haderslev?", "haderslevs handleguide s. 21 om PKU"])
def test_page_of_a_named_document_is_looked_up(library, bundled, question: str) -> None:
    query = prepare(question, bundled, library)
    assert query.named
    assert {library.passages[name].pages for name in query.named} <= {(20, 21), (21,), (21, 22)}
    assert 21 in search(query, library)[0].passage.pages


@pytest.mark.parametrize("question", ["Hvad står der på side 21?", "side 210 i Haderslev", "Haderslev side 20-22"])
def test_page_that_cannot_be_told_is_left_in_the_question(library, fake: HashEmbedder, question: str) -> None:
    assert not prepare(question, fake, library).named & library.passages.keys()


@pytest.mark.parametrize(("code", "record"), [("5.1.1.a", "inklusion-5.1.1.a"), ("5.2.3.F", "inklusion-5.2.3.f")])
def test_recommendation_is_found_by_its_code(ask, code: str, record: str) -> None:
    assert ask(f"Hvad siger {code}?")[0].passage.record == record


def test_names_are_not_searched_for_as_words(library, fake: HashEmbedder) -> None:
    with_name = prepare("Hvad gør Haderslev Kommune med fravær?", fake, library)
    assert with_name.terms == prepare("fravær", fake, library).terms


def test_longer_name_is_taken_whole(library, fake: HashEmbedder) -> None:
    query = prepare("Hvad siger Styrelsen for Undervisning og Kvalitet om fravær?", fake, library)
    assert query.terms == prepare("fravær", fake, library).terms


def test_question_that_is_only_a_name_is_searched_for(library, fake: HashEmbedder) -> None:
    query = prepare("Haderslev", fake, library)
    assert query.terms
    assert query.named == {"haderslev"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.text(alphabet="aæøåbdefgiklmnoprstuvPKURHS -?", max_size=60))
def test_any_question_reads_the_same_in_any_composition(library, fake: HashEmbedder, question: str) -> None:
    one = prepare(question, fake, library)
    other = prepare(unicodedata.normalize("NFD", question), fake, library)
    assert (one.terms, one.named, one.vectors.lex, one.vectors.c4) == (
        other.terms,
        other.named,
        other.vectors.lex,
        other.vectors.c4,
    )


@pytest.mark.parametrize(
    ("question", "added"),
    [
        ("Hvad er PKU?", "Pædagogisk Koordinationsudvalg"),
        ("hvad er pku", "Pædagogisk Koordinationsudvalg"),
        ("Hvad er PKU's rolle?", "Pædagogisk Koordinationsudvalg"),
        ("en PPR-psykolog", "pædagogisk-psykologisk rådgivning"),
        ("Hvad laver pædagogisk koordinationsudvalg?", "PKU"),
    ],
)
def test_abbreviations_are_spelt_out_and_long_forms_shortened(question: str, added: str) -> None:
    spelt_out = expand(question, ABBREVIATIONS)
    assert spelt_out.startswith(question)
    assert added in spelt_out.removeprefix(question)


@pytest.mark.parametrize(
    ("question", "added"),
    [("hvad er en mellem form", "mellemform"), ("Mellemformerne hos os", "mellemform"), ("mellemformel", None)],
)
def test_other_forms_of_a_term_bring_the_term(question: str, added: str | None) -> None:
    spellings = {"mellem form": "mellemform", "mellemformerne": "mellemform"}
    assert expand(question, {}, spellings) == (f"{question} {added}" if added else question)


@pytest.mark.parametrize("question", ["Hvad gør vi?", "opku", "PKUX", ""])
def test_question_without_abbreviations_is_left_as_it_is(question: str) -> None:
    assert expand(question, ABBREVIATIONS).strip() == question


def test_passage_the_library_does_not_know_is_passed_over(
    small_index: Storage, fake: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library.open(small_index)
    original = library.index.legs
    stranger = ScoredPassage("fremmed-passage", 99.0)

    def legs(*arguments: object) -> dict[str, list[ScoredPassage]]:
        return {leg: [stranger, *found] for leg, found in original(*arguments).items()}

    monkeypatch.setattr(library.index, "legs", legs)
    hits = search(prepare("konflikter i frikvarteret", fake, library), library, 3)
    assert "konflikter" in hits[0].passage.text
    library.close()


def test_empty_index_finds_nothing(small_index: Storage, fake: HashEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library.open(small_index)
    monkeypatch.setattr(library.index, "legs", lambda *arguments: {leg: [] for leg in LEGS})
    assert search(prepare("konflikter", fake, library), library) == []
    library.close()


def test_every_hit_has_an_evidence_label(ask, library) -> None:
    for hit in ask("Hvad virker mod fravær?", 20):
        assert library.catalogue.label(hit.passage) in set(EvidenceLabel) - {EvidenceLabel.A}


def test_only_the_beginning_of_a_very_long_question_is_embedded(library, bundled, monkeypatch) -> None:
    seen: list[str] = []
    original = bundled.embed_query
    monkeypatch.setattr(bundled, "embed_query", lambda text: seen.append(text) or original(text))
    prepare("æ" * 4000, bundled, library)
    assert bundled.count_tokens(seen[0]) <= 410
