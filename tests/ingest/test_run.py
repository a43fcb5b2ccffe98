"""ingest/run.py: the index follows the documents, and only what is new is computed."""

from pathlib import Path

import numpy as np
import pytest

from corpus import manifest
from corpus.errors import ChangedDocument, EmptyDocument, MissingDocument
from ingest import local
from ingest.run import fingerprint, ingest, is_current
from retrieval.library import Library, read_catalogue
from retrieval.search import prepare, search
from retrieval.storage import Storage
from tests.fakes import HashEmbedder
from tests.files import CHAPTERS, write_pdf


def first_hit(storage: Storage, question: str) -> str:
    embedder = HashEmbedder()
    library = Library.open(storage)
    hits = search(prepare(question, embedder, library), library, 1)
    library.close()
    return hits[0].passage.text if hits else ""


def documents_in(storage: Storage) -> dict[str, int]:
    library = Library.open(storage)
    found = dict.fromkeys(library.documents, 0)
    for passage in library.catalogue.passages:
        found[passage.document] += 1
    library.close()
    return found


@pytest.fixture
def with_local(small_index: Storage, tmp_path: Path) -> Storage:
    local.add(small_index, write_pdf(tmp_path / "Lokal guide.pdf"))
    ingest(small_index, HashEmbedder())
    return small_index


def test_first_ingest_reports_what_it_did(small_corpus: Path, storage: Storage, fake: HashEmbedder) -> None:
    report = ingest(storage, fake)
    assert (report.changed, report.documents, report.records, report.problems) == (True, 2, 2, ())
    assert report.passages == sum(documents_in(storage).values())
    assert report.embedded == len(fake.embedded) == len(set(fake.embedded))
    assert report.seconds > 0


def test_second_ingest_changes_and_embeds_nothing(small_index: Storage, fake: HashEmbedder) -> None:
    state, before = small_index.current(), len(fake.embedded)
    report = ingest(small_index, fake)
    assert (report.changed, report.embedded, report.documents) == (False, 0, 2)
    assert len(fake.embedded) == before
    assert small_index.current() == state


def test_rebuild_makes_a_new_state_without_embedding_again(small_index: Storage, fake: HashEmbedder) -> None:
    state = small_index.current()
    report = ingest(small_index, fake, rebuild=True)
    assert (report.changed, report.embedded) == (True, 0)
    assert small_index.current() != state
    assert not state.exists()


def test_index_finds_what_the_documents_say(small_index: Storage) -> None:
    assert "konflikter i frikvarteret" in first_hit(small_index, "konflikter i frikvarteret")
    assert "Skolevægring kræver en fælles plan" in first_hit(small_index, "plan ved skolevægring")


def test_vectors_stand_beside_their_sentences(small_index: Storage, fake: HashEmbedder) -> None:
    library = Library.open(small_index)
    for passage in library.catalogue.passages:
        expected = fake.embed_passages([sentence.text for sentence in passage.sentences])
        assert np.allclose(library.sentence_vectors(passage), expected, atol=1e-3)
    library.close()


def test_only_the_texts_of_an_added_pdf_are_embedded(small_index: Storage, fake: HashEmbedder, tmp_path: Path) -> None:
    before = len(fake.embedded)
    local.add(small_index, write_pdf(tmp_path / "Lokal guide.pdf"))
    report = ingest(small_index, fake)
    fresh = fake.embedded[before:]
    assert (report.changed, report.documents, report.embedded) == (True, 3, len(fresh))
    chapters = " ".join(text for _, text in CHAPTERS)
    assert fresh
    assert all(text in chapters for text in fresh)


def test_added_pdf_is_found_with_page_and_heading(with_local: Storage) -> None:
    library = Library.open(with_local)
    query = prepare("to voksne ude i frikvarteret", HashEmbedder(), library)
    passage = search(query, library, 1)[0].passage
    assert (passage.document, passage.path, passage.pages) == ("lokal-guide", ("Frikvarterer",), (2,))
    assert not passage.printed
    library.close()


def test_replaced_document_leaves_no_passage_behind(with_local: Storage, tmp_path: Path) -> None:
    chapters = [("Lektier", "Lektierne laves i skoletiden. Alle får hjælp af en voksen i en time.")]
    local.add(with_local, write_pdf(tmp_path / "Lokal guide.pdf", chapters))
    report = ingest(with_local, HashEmbedder())
    assert report.changed
    library = Library.open(with_local)
    texts = [passage.text for passage in library.catalogue.passages if passage.document == "lokal-guide"]
    assert texts == ["Lektierne laves i skoletiden. Alle får hjælp af en voksen i en time."]
    assert library.index.count() == library.catalogue.points >= len(library.catalogue.passages)
    library.close()


def test_removed_document_leaves_no_passage_behind(with_local: Storage) -> None:
    local.remove(with_local, "lokal-guide")
    assert ingest(with_local, HashEmbedder()).changed
    assert set(documents_in(with_local)) == {"skolen", "guiden"}
    assert "To voksne er altid ude" not in first_hit(with_local, "to voksne ude i frikvarteret")


def test_document_changed_in_place_is_read_again(with_local: Storage, tmp_path: Path) -> None:
    chapters = [("Lektier", "Lektierne laves i skoletiden. Alle får hjælp af en voksen i en time.")]
    write_pdf(tmp_path / "ny.pdf", chapters).replace(with_local.documents / "lokal-guide.pdf")
    assert ingest(with_local, HashEmbedder()).changed
    assert "Lektierne" in first_hit(with_local, "lektier i skoletiden")


def test_broken_local_document_is_left_out_and_reported(with_local: Storage) -> None:
    (with_local.documents / "lokal-guide.pdf").write_bytes(b"")
    report = ingest(with_local, HashEmbedder())
    assert [problem.document for problem in report.problems] == ["lokal-guide"]
    assert isinstance(report.problems[0].error, EmptyDocument)
    assert set(documents_in(with_local)) == {"skolen", "guiden"}


def test_missing_local_document_is_left_out_and_reported(with_local: Storage) -> None:
    (with_local.documents / "lokal-guide.pdf").unlink()
    report = ingest(with_local, HashEmbedder())
    assert isinstance(report.problems[0].error, MissingDocument)
    assert set(documents_in(with_local)) == {"skolen", "guiden"}


def test_broken_local_document_is_reported_every_time(with_local: Storage) -> None:
    (with_local.documents / "lokal-guide.pdf").write_bytes(b"%PDF-1.7 ...")
    ingest(with_local, HashEmbedder())
    report = ingest(with_local, HashEmbedder())
    assert [problem.document for problem in report.problems] == ["lokal-guide"]


def test_mended_local_document_comes_back(with_local: Storage, tmp_path: Path) -> None:
    (with_local.documents / "lokal-guide.pdf").write_bytes(b"")
    ingest(with_local, HashEmbedder())
    write_pdf(tmp_path / "igen.pdf").replace(with_local.documents / "lokal-guide.pdf")
    report = ingest(with_local, HashEmbedder())
    assert (report.changed, report.problems) == (True, ())
    assert "lokal-guide" in documents_in(with_local)


def test_document_changed_while_it_is_read_is_read_again_next_time(with_local: Storage, tmp_path: Path) -> None:
    chapters = [("Lektier", "Lektierne laves i skoletiden. Alle får hjælp af en voksen i en time.")]

    def change(step: str, done: int, total: int) -> None:
        if step == "læser" and done == total:
            write_pdf(tmp_path / "ny.pdf", chapters).replace(with_local.documents / "lokal-guide.pdf")

    ingest(with_local, HashEmbedder(), rebuild=True, progress=change)
    assert ingest(with_local, HashEmbedder()).changed
    assert "Lektierne" in first_hit(with_local, "lektier i skoletiden")


@pytest.mark.parametrize(("change", "error"), [(b"andet", ChangedDocument), (None, MissingDocument)])
def test_bundled_document_that_is_not_as_published_stops_the_ingest(
    small_index: Storage, small_corpus: Path, change: bytes | None, error: type[Exception]
) -> None:
    path = small_corpus / "documents" / "guiden.txt"
    path.unlink() if change is None else path.write_bytes(change)
    with pytest.raises(error, match=r"guiden\.txt"):
        ingest(small_index, HashEmbedder(), rebuild=True)
    assert "Skolevægring" in first_hit(small_index, "plan ved skolevægring")


def test_other_embedder_makes_a_new_index(small_index: Storage) -> None:
    other = HashEmbedder()
    other.name = "another"
    assert not is_current(small_index, "another", collection_expected=False)
    report = ingest(small_index, other)
    assert report.changed
    assert report.embedded > 0
    assert read_catalogue(small_index.current()).embedder == "another"


def test_fingerprint_follows_documents_and_embedder(small_corpus: Path) -> None:
    documents = manifest.load()
    marks = {fingerprint(documents, "a"), fingerprint(documents, "b"), fingerprint(documents[:1], "a")}
    assert len(marks) == 3
    assert fingerprint(documents, "a") == fingerprint(manifest.load(), "a")


def test_fingerprint_follows_the_outlines(small_corpus: Path) -> None:
    before = fingerprint(manifest.load(), "a")
    outline = small_corpus / "outlines" / "skolen.toml"
    outline.write_text(outline.read_text("utf-8") + "# rettet\n", "utf-8")
    assert fingerprint(manifest.load(), "a") != before


def test_progress_is_told_for_every_step_to_its_end(small_corpus: Path, storage: Storage) -> None:
    told: list[tuple[str, int, int]] = []
    ingest(storage, HashEmbedder(), progress=lambda *step: told.append(step))
    assert list(dict.fromkeys(step for step, _, _ in told)) == ["læser", "regner", "gemmer"]
    for step in ("læser", "regner", "gemmer"):
        counts = [(done, total) for name, done, total in told if name == step]
        assert counts == sorted(counts)
        assert counts[-1][0] == counts[-1][1] > 0


def test_library_that_is_open_keeps_its_state_while_another_is_built(small_index: Storage) -> None:
    library = Library.open(small_index)
    ingest(small_index, HashEmbedder(), rebuild=True)
    query = prepare("konflikter i frikvarteret", HashEmbedder(), library)
    assert "konflikter" in search(query, library, 1)[0].passage.text
    assert library.folder.is_dir()
    library.close()
    ingest(small_index, HashEmbedder(), rebuild=True)
    assert not library.folder.exists()
