import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from corpus import knowledge
from corpus.errors import KnowledgeError
from corpus.knowledge.evidence import evidence
from corpus.schema import EVIDENCE_NAMES, EvidenceLabel
from retrieval.library import Library
from tests.corpus.knowledge.conftest import ACTION, PASSAGES

DOCUMENT = '[[label]]\nid = "kl"\nlabel = "D"\nreason = "Egne beskrivelser."\n'
RECORD = '[[label]]\nid = "kl-x"\nlabel = "B"\nreason = "En evaluering."\n'
SECTION = '[[label]]\ndocument = "kl"\nsection = "Kapitel › Afsnit"\nlabel = "C"\nreason = "Et skøn."\n'
CHAPTER = '[[label]]\ndocument = "kl"\nsection = "Kapitel"\nlabel = "E"\nreason = "Lokalt."\n'


def _read(tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / "evidence.toml"
    path.write_text(text, "utf-8")
    return {name: mark.label.value for name, mark in evidence(PASSAGES, [ACTION], path).items()}


def test_documents_records_and_sections_are_labelled_the_deeper_section_first(tmp_path: Path) -> None:
    found = _read(tmp_path, DOCUMENT + RECORD + SECTION + CHAPTER)
    assert found == {"kl": "D", "kl-x": "B", "kl-1": "C", "kl-2": "E"}


def test_weaker_label_of_a_record_and_its_section_wins(tmp_path: Path) -> None:
    def label_of_first(section: str) -> str:
        path = tmp_path / "evidence.toml"
        path.write_text(RECORD + SECTION.replace('"C"', section), "utf-8")
        marks = evidence([replace(PASSAGES[0], record="kl-x")], [ACTION], path)
        return marks.get("kl-1", marks["kl-x"]).label.value

    assert [label_of_first(f'"{label}"') for label in "ABCD"] == ["B", "B", "C", "D"]


def test_labels_of_documents_that_are_not_indexed_are_passed_over(tmp_path: Path) -> None:
    assert _read(tmp_path, DOCUMENT.replace('"kl"', '"stuk"') + SECTION.replace('"kl"', '"stuk"')) == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (DOCUMENT + DOCUMENT, "'kl' står også i"),
        (SECTION + SECTION, "står også i"),
        (DOCUMENT.replace('"D"', '"F"'), "label kan ikke bruges"),
        (DOCUMENT.replace('reason = "Egne beskrivelser."', ""), "reason mangler"),
        (DOCUMENT.replace("Egne beskrivelser.", "  "), "reason er tom"),
        (RECORD.replace("kl-x", "kl-y"), "'kl-y' findes ikke"),
        (SECTION.replace("› Afsnit", "› Intet"), "har intet afsnit"),
        (DOCUMENT.replace("[[label]]", '[[label]]\ndocument = "kl"'), "enten id, eller document og section"),
    ],
)
def test_wrong_label_is_told_with_file_line_and_reason(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(KnowledgeError, match=r"evidence\.toml, linje \d+") as caught:
        _read(tmp_path, text)
    assert reason in caught.value.what


def test_every_document_record_and_section_has_a_label_of_its_own(library: Library) -> None:
    marks = library.catalogue.evidence
    assert set(library.documents) <= set(marks)
    assert set(library.trial_actions) <= set(marks)
    unmarked = [p.id for p in library.catalogue.passages if p.record not in marks and p.id not in marks]
    assert unmarked == []


def test_every_reason_is_a_sentence_of_its_own() -> None:
    entries = tomllib.loads((knowledge.KNOWLEDGE / "evidence.toml").read_text("utf-8"))["label"]
    reasons = [entry["reason"] for entry in entries]
    assert all(reason.endswith(".") and len(reason) > 20 for reason in reasons)
    assert len(set(reasons)) == len(reasons)


def test_every_label_has_a_name() -> None:
    assert set(EVIDENCE_NAMES) == set(EvidenceLabel)
