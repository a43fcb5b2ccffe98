"""corpus/knowledge/: what is written by hand agrees with the documents, and mistakes in it are explained."""

import tomllib
from pathlib import Path

import pytest

from corpus import knowledge, manifest
from corpus.errors import KnowledgeError
from corpus.schema import EVIDENCE_NAMES, EvidenceLabel, Page, Section
from corpus.text import find_quote, key
from ingest.records import records

ABBREVIATIONS = tomllib.loads((knowledge.KNOWLEDGE / "abbreviations.toml").read_text("utf-8"))["abbreviation"]
LABELS = tomllib.loads((knowledge.KNOWLEDGE / "evidence.toml").read_text("utf-8"))["label"]


@pytest.mark.parametrize("entry", ABBREVIATIONS, ids=lambda entry: entry["short"])
def test_quotation_of_each_abbreviation_stands_in_its_document(
    entry: dict[str, str], bundled_pages: dict[str, tuple[Page, ...]]
) -> None:
    text = "\n".join(page.text for page in bundled_pages[entry["document"]])
    assert find_quote(text, entry["quote"]) is not None


@pytest.mark.parametrize("entry", ABBREVIATIONS, ids=lambda entry: entry["short"])
def test_quotation_of_each_abbreviation_holds_its_short_and_long_form(entry: dict[str, str]) -> None:
    assert entry["short"] in entry["quote"]
    assert key(entry["long"])[:20] in key(entry["quote"])


def test_abbreviations_are_read_with_their_long_forms() -> None:
    found = knowledge.abbreviations()
    assert found["PKU"] == "Pædagogisk Koordinationsudvalg"
    assert len(found) == len(ABBREVIATIONS)


def test_evidence_labels_refer_to_documents_or_records(bundled_sections: dict[str, list[Section]]) -> None:
    known = {document.id for document in manifest.load()}
    known |= {record.id for parts in bundled_sections.values() for record in records(parts)}
    assert set(knowledge.evidence_labels()) <= known


def test_every_document_has_an_evidence_label() -> None:
    assert {document.id for document in manifest.load()} <= set(knowledge.evidence_labels())


def test_no_effect_is_claimed_to_be_measured() -> None:
    assert EvidenceLabel.A not in knowledge.evidence_labels().values()


def test_every_label_gives_a_reason_that_is_a_sentence() -> None:
    for entry in LABELS:
        assert entry["reason"].endswith("."), entry["id"]
        assert len(entry["reason"]) > 20, entry["id"]


def test_every_label_has_a_name() -> None:
    assert set(EVIDENCE_NAMES) == set(EvidenceLabel)


LABEL = '[[label]]\nid = "stuk"\nlabel = "C"\nreason = "Et skøn."\n'
ABBREVIATION = '[[abbreviation]]\nshort = "PPR"\nlong = "rådgivning"\ndocument = "stuk"\nquote = "x"\n'


@pytest.mark.parametrize(
    ("text", "entry", "reason"),
    [
        (LABEL + LABEL, "stuk", "to gange"),
        (LABEL.replace('"C"', '"F"'), "stuk", "'F'"),
        (LABEL + '[[label]]\nid = "kl"\nlabel = "D"\n', "label 2", "reason"),
        (LABEL.replace("Et skøn.", "  "), "label 1", "reason"),
    ],
    ids=["twice", "unknown label", "no reason", "blank reason"],
)
def test_wrong_evidence_label_is_told_with_file_entry_and_reason(
    tmp_path: Path, text: str, entry: str, reason: str
) -> None:
    path = tmp_path / "evidence.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(KnowledgeError) as caught:
        knowledge.evidence_labels(path)
    assert "evidence.toml" in caught.value.what
    assert entry in caught.value.what
    assert reason in caught.value.what
    assert caught.value.fix


@pytest.mark.parametrize(
    ("text", "entry", "reason"),
    [
        (ABBREVIATION + ABBREVIATION, "PPR", "to gange"),
        (ABBREVIATION.replace('quote = "x"', ""), "abbreviation 1", "quote"),
    ],
    ids=["twice", "no quotation"],
)
def test_wrong_abbreviation_is_told_with_file_entry_and_reason(
    tmp_path: Path, text: str, entry: str, reason: str
) -> None:
    path = tmp_path / "abbreviations.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(KnowledgeError) as caught:
        knowledge.abbreviations(path)
    assert "abbreviations.toml" in caught.value.what
    assert entry in caught.value.what
    assert reason in caught.value.what


@pytest.mark.parametrize("read", [knowledge.evidence_labels, knowledge.abbreviations])
@pytest.mark.parametrize(
    "text",
    ["[[label]", "[label]\nid = 'a'\n[abbreviation]\nshort = 'a'\n", "[[labels]]\nid = 'a'\n"],
    ids=["not TOML", "a single table", "a misspelt table"],
)
def test_knowledge_file_of_the_wrong_form_is_named(tmp_path: Path, read, text: str) -> None:
    path = tmp_path / "kendt.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(KnowledgeError, match=r"kendt\.toml"):
        read(path)


@pytest.mark.parametrize("read", [knowledge.evidence_labels, knowledge.abbreviations])
def test_knowledge_file_that_is_missing_or_not_utf8_is_named(tmp_path: Path, read) -> None:
    path = tmp_path / "kendt.toml"
    with pytest.raises(KnowledgeError, match=r"kendt\.toml"):
        read(path)
    path.write_bytes("x = 'få'".encode("latin-1"))
    with pytest.raises(KnowledgeError, match=r"kendt\.toml"):
        read(path)
