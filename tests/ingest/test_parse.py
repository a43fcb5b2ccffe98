"""ingest/parse.py: one document from its file to its passages and records, or why it cannot be used."""

from pathlib import Path

import pytest

from corpus import manifest
from corpus.errors import EmptyDocument, OutlineMismatch
from ingest import local
from ingest.parse import Parsed, Problem, try_parse
from retrieval.storage import Storage
from tests.fakes import HashEmbedder
from tests.files import write_pdf


def test_bundled_document_becomes_pages_passages_and_records(
    small_corpus: Path, storage: Storage, fake: HashEmbedder
) -> None:
    found = try_parse(manifest.load()[0], storage, fake)
    assert isinstance(found, Parsed)
    assert [page.printed for page in found.pages] == [1, 2]
    assert {passage.document for passage in found.passages} == {"skolen"}
    assert [record.id for record in found.records] == ["skolen-skovskolen", "skolen-aaskolen"]
    assert "lærere og pædagoger på mellemtrinnet" in found.passages[0].text


def test_local_document_is_read_from_the_data_folder(
    small_corpus: Path, storage: Storage, fake: HashEmbedder, tmp_path: Path
) -> None:
    found = try_parse(local.add(storage, write_pdf(tmp_path / "guide.pdf")), storage, fake)
    assert isinstance(found, Parsed)
    assert [passage.path for passage in found.passages] == [("Indledning",), ("Frikvarterer",), ("Forældre",)]
    assert found.records == ()


def test_fault_of_a_local_document_is_returned(
    small_corpus: Path, storage: Storage, fake: HashEmbedder, tmp_path: Path
) -> None:
    local.add(storage, write_pdf(tmp_path / "guide.pdf"))
    (storage.documents / "guide.pdf").write_bytes(b"")
    found = try_parse(local.documents(storage)[0], storage, fake)
    assert isinstance(found, Problem)
    assert found.document == "guide"
    assert isinstance(found.error, EmptyDocument)


def test_fault_of_a_bundled_document_is_raised(small_corpus: Path, storage: Storage, fake: HashEmbedder) -> None:
    (small_corpus / "outlines" / "skolen.toml").write_text('heading = [{ level = 1, title = "Væk" }]', "utf-8")
    with pytest.raises(OutlineMismatch, match="Væk"):
        try_parse(manifest.load()[0], storage, fake)
