"""ingest/passages.py: what is searched and shown is whole sentences of one section, evenly cut."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llama_index.core.schema import Document as SourceNode

from corpus import manifest
from corpus.schema import Page, Passage, Section, Sentence
from corpus.text import key
from ingest.passages import TARGET_TOKENS, WholeSentenceParser, passages

PAGES = (Page("x", 1, 1, ""),)


def count_words(text: str) -> int:
    return len(text.split())


def cut(*parts: Section) -> list[Passage]:
    return passages(parts, PAGES, count_words)


def section(*sentences: Sentence, path: tuple[str, ...] = ("Kapitel",), **more: str) -> Section:
    return Section("x", path, sentences, **more)


def sentence(words: int, kind: str = "text", end: str = ".", start: str = "Ord") -> Sentence:
    return Sentence(" ".join([start] * (words - 1) + [f"slut{end}"]), (1,), kind)


def test_every_quotable_sentence_stands_in_its_document(library, bundled_keys) -> None:
    for passage in library.catalogue.passages:
        for found in passage.sentences:
            if found.quotable:
                assert key(found.text) in bundled_keys[passage.document], found.text


def test_almost_every_sentence_is_quotable(library) -> None:
    told = Counter(found.quotable for passage in library.catalogue.passages for found in passage.sentences)
    assert told[False] <= 12


def test_sentence_stands_on_the_pages_it_names(library) -> None:
    for passage in library.catalogue.passages:
        texts = {page.number: key(page.text) for page in library.pages(passage.document)}
        assert passage.pages == tuple(sorted({number for found in passage.sentences for number in found.pages}))
        for found in passage.sentences:
            if found.quotable:
                assert key(found.text) in "".join(texts[number] for number in found.pages), found.text


def test_passages_hold_the_sentences_of_one_section_in_order(library, bundled_sections) -> None:
    for passage in library.catalogue.passages:
        homes = [
            each
            for each in bundled_sections[passage.document]
            if (each.path, each.record, each.field) == (passage.path, passage.record, passage.field)
        ]
        kinds = {found.kind == "note" for found in passage.sentences}
        assert len(kinds) == 1, passage.id
        count = len(passage.sentences)
        bodies = [tuple(s for s in each.sentences if (s.kind == "note") in kinds) for each in homes]
        starts = [body[at : at + count] for body in bodies for at in range(len(body))]
        assert passage.sentences in starts, passage.id


def test_no_sentence_is_lost_between_sections_and_passages(library, bundled_sections) -> None:
    for found in manifest.load():
        cut_up = {s.text for p in library.catalogue.passages if p.document == found.id for s in p.sentences}
        assert cut_up == {s.text for part in bundled_sections[found.id] for s in part.sentences}


def test_passages_fit_the_embedder(library, bundled) -> None:
    assert max(bundled.count_tokens(passage.text) for passage in library.catalogue.passages) <= 285


def test_most_passages_of_running_text_have_100_to_250_tokens(library, bundled) -> None:
    sizes = [bundled.count_tokens(each.text) for each in library.catalogue.passages if each.record is None]
    assert sum(100 <= size <= 250 for size in sizes) >= 0.8 * len(sizes)


def test_ids_are_unique_and_name_their_document(library) -> None:
    ids = [passage.id for passage in library.catalogue.passages]
    assert len(ids) == len(set(ids))
    assert all(passage.id.startswith(f"{passage.document}-") for passage in library.catalogue.passages)


def test_ids_are_the_same_in_every_run(library, bundled_sections, bundled_pages, bundled) -> None:
    for found in manifest.load():
        again = passages(bundled_sections[found.id], bundled_pages[found.id], bundled.count_tokens)
        assert tuple(again) == tuple(p for p in library.catalogue.passages if p.document == found.id)


def test_id_changes_with_text_and_headings_only() -> None:
    base = cut(section(sentence(5)))[0].id
    assert cut(section(sentence(5)))[0].id == base
    assert cut(section(sentence(6)))[0].id != base
    assert cut(section(sentence(5), path=("Andet kapitel",)))[0].id != base


def test_text_said_twice_in_a_section_gives_one_passage() -> None:
    assert len(cut(section(sentence(5)), section(sentence(5)))) == 1


def test_two_records_with_the_same_words_keep_a_passage_each() -> None:
    same = [section(sentence(5), record=name) for name in ("x-1", "x-2")]
    assert [passage.record for passage in cut(*same)] == ["x-1", "x-2"]


def test_only_documents_without_printed_numbers_hide_their_pages(library) -> None:
    for passage in library.catalogue.passages:
        assert passage.printed == (passage.document != "inklusion"), passage.id
        assert bool(passage.printed_pages) == passage.printed


def test_long_section_is_cut_into_passages_of_like_size() -> None:
    sizes = [count_words(passage.text) for passage in cut(section(*(sentence(20, start=f"O{n}") for n in range(40))))]
    assert max(sizes) <= TARGET_TOKENS
    assert max(sizes) - min(sizes) <= 20


def test_passages_never_cross_a_section() -> None:
    found = cut(section(sentence(3)), section(sentence(4), field="gjort"), section(sentence(5), path=("B",)))
    assert [len(passage.sentences) for passage in found] == [1, 1, 1]


def test_notes_are_passages_of_their_own() -> None:
    found = cut(section(sentence(5), Sentence("1 Kilde (2023).", (1,), "note"), sentence(6)))
    assert [[each.kind for each in passage.sentences] for passage in found] == [["text", "text"], ["note"]]


def test_colon_stays_with_the_first_thing_it_introduces() -> None:
    parts = [sentence(100), sentence(109, end=":"), sentence(100, "item"), sentence(100, "item", start="Andet")]
    for passage in cut(section(*parts)):
        assert not passage.sentences[-1].text.endswith(":")


def test_sentence_longer_than_a_passage_is_kept_whole() -> None:
    found = cut(section(sentence(TARGET_TOKENS * 2), sentence(5)))
    assert count_words(found[0].text) >= TARGET_TOKENS * 2


def test_no_sections_give_no_passages() -> None:
    assert cut() == []


@given(
    st.lists(
        st.tuples(st.integers(2, 120), st.sampled_from(["text", "item", "note"]), st.sampled_from(".:")), max_size=30
    )
)
def test_packing_keeps_every_sentence_once_and_in_order(shapes: list[tuple[int, str, str]]) -> None:
    sentences = [sentence(words, kind, end) for words, kind, end in shapes]
    groups = WholeSentenceParser(count_tokens=count_words).pack(sentences)
    body = [at for at, (_, kind, _) in enumerate(shapes) if kind != "note"]
    notes = [at for at, (_, kind, _) in enumerate(shapes) if kind == "note"]
    assert [place for group in groups for place in group] == body + notes
    assert all(groups)


@pytest.mark.parametrize("target", [10, 50])
def test_parser_cuts_llama_index_documents_into_nodes(target: int) -> None:
    source = SourceNode(text="", id_="7", metadata={"sentences": [sentence(8), sentence(8)]})
    nodes = WholeSentenceParser(count_tokens=count_words, target_tokens=target).get_nodes_from_documents([source])
    assert [node.ref_doc_id for node in nodes] == ["7"] * (2 if target == 10 else 1)
