"""Measures told of in running text: each sentence stands whole in the source, and what a card points to is theirs."""

from pathlib import Path

import pytest

from app.browse import record_of, source_words
from app.cards import cite_support
from app.turn import Part, PartKind
from corpus.errors import KnowledgeError
from corpus.knowledge.measures import measures
from corpus.knowledge.reading import Sources
from retrieval.library import Library
from tests.corpus.knowledge.conftest import FIRST

ENTRY = f"""
[[measure]]
id = "kl-trin-1"
title = "Trin 1"
tier = "trin 1"
actors = ["Teamet"]
field = [{{ name = "rammen", title = "Hvad det er", quotes = ["{FIRST}"] }}]
"""


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "measures.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_measure_has_the_sentences_and_passages_its_quotations_stand_in(tmp_path: Path, sources: Sources) -> None:
    (found,) = measures(sources, ["kl-x"], _write(tmp_path, ENTRY))
    assert [sentence.text for sentence in found.sentences] == [FIRST]
    assert (found.document, found.pages, found.passages, found.tier) == ("kl", (9,), ("kl-1",), "trin 1")


def test_measures_of_documents_that_are_not_indexed_are_passed_over(tmp_path: Path) -> None:
    assert measures(Sources((), ()), [], _write(tmp_path, ENTRY)) == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (ENTRY.replace("I 2024", "I 2023"), "er ingen hel sætning i kl"),
        (ENTRY.replace(" for 3. klasse.", ""), "er ingen hel sætning i kl"),
        (ENTRY.replace("kl-trin-1", "kl-x"), "står også i"),
        (ENTRY + ENTRY, "står også i"),
        (ENTRY.replace('actors = ["Teamet"]\n', ""), "actors mangler"),
    ],
)
def test_wrong_measures_are_told(tmp_path: Path, sources: Sources, text: str, reason: str) -> None:
    with pytest.raises(KnowledgeError, match=r"measures\.toml, linje") as caught:
        measures(sources, ["kl-x"], _write(tmp_path, text))
    assert reason in str(caught.value)


def test_measures_of_roedovre_are_local_and_each_sentence_opens_its_source(library: Library) -> None:
    own = [one for one in library.catalogue.measures if one.document == "vive"]
    assert [one.tier for one in own] == ["niveau 1–3", "niveau 1", "niveau 2", "niveau 3", "niveau 4 og 5"]
    for one in own:
        assert library.documents[one.document].local == "Rødovre Kommune"
        assert library.catalogue.mark(one.id).label == "E"
        parts = [part for _, told in source_words(one, library) for part in told]
        assert [part.text for part in parts] == [sentence.text for sentence in one.sentences]
        assert all(library.contains("vive", part.citations[0].quote) for part in parts)


def test_a_card_leads_to_the_measure_it_points_to(library: Library) -> None:
    pointed = [
        (pointer.record, record_of(Part(PartKind.QUOTE, "", (cite_support(pointer.support, library),)), library))
        for guide in library.catalogue.guides.values()
        for pointer in guide.local
    ]
    assert {wanted for wanted, _ in pointed} >= {"vive-pit", "vive-niveau-1", "vive-niveau-2", "vive-niveau-3"}
    assert all(wanted == found for wanted, found in pointed)
