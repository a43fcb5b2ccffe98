"""retrieval/library.py: an opened state gives documents, pages, passages and records, and tells what it lacks."""

import dataclasses
import shutil

import pytest
from qdrant_client import QdrantClient

from corpus.errors import IndexDamaged, IndexFault, UnknownDocument, UnknownPage
from corpus.schema import EvidenceLabel
from ingest.run import ingest
from retrieval import library as module
from retrieval.library import Library, read_catalogue, write_catalogue
from retrieval.search import prepare, search
from retrieval.storage import Storage
from tests.fakes import HashEmbedder


def test_catalogue_comes_back_as_it_was_written(library: Library, tmp_path) -> None:
    write_catalogue(library.catalogue, tmp_path)
    assert read_catalogue(tmp_path) == library.catalogue


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[]", b'{"documents": 3}', b"\xff\xfe"])
def test_catalogue_that_cannot_be_read_is_damage(tmp_path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "catalogue.json").write_bytes(content)
    with pytest.raises(IndexDamaged, match="--rebuild"):
        read_catalogue(tmp_path)


def test_index_holds_a_point_for_every_passage(library: Library) -> None:
    assert library.index.count() == library.catalogue.points >= len(library.passages)


def test_catalogue_counts_the_five_documents_and_their_records(library: Library) -> None:
    assert list(library.documents) == ["stuk", "kl", "inklusion", "haderslev", "vive"]
    catalogue = library.catalogue
    assert len(catalogue.trial_actions) == len(library.trial_actions) == 24
    assert len(catalogue.recommendations) == 7 + 97
    assert len(catalogue.measures) == 11 + 5
    assert len(catalogue.records) == 139 + 5
    assert len(catalogue.pages) == 15 + 26 + 30 + 20 + 31


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        ("kl-esbjerg", "trial_action"),
        ("stuk-3", "recommendation"),
        ("inklusion-5.3.4.h", "recommendation"),
        ("haderslev-pku", "measure"),
        ("vive-niveau-2", "measure"),
        (None, "text"),
        ("ukendt", "text"),
    ],
)
def test_kind_of_a_record(library: Library, record: str | None, kind: str) -> None:
    assert library.catalogue.kind(record) == kind


@pytest.mark.parametrize(
    ("record", "document", "label"),
    [
        ("kl-odense", "kl", EvidenceLabel.B),
        ("kl-esbjerg", "kl", EvidenceLabel.D),
        ("stuk-1", "stuk", EvidenceLabel.C),
        (None, "vive", EvidenceLabel.B),
        (None, "haderslev", EvidenceLabel.E),
        (None, "ukendt", EvidenceLabel.D),
    ],
)
def test_label_is_that_of_the_record_else_of_the_document(library, record, document, label) -> None:
    passage = dataclasses.replace(library.catalogue.passages[0], id="ny", record=record, document=document)
    assert library.catalogue.label(passage) is label


def test_label_of_a_section_that_is_weaker_than_its_record_is_the_passages_own(library: Library) -> None:
    labels = {p.field: library.catalogue.label(p) for p in library.catalogue.passages if p.record == "kl-odense"}
    assert labels["forandring"] is EvidenceLabel.B
    assert labels["laert"] is EvidenceLabel.D


def test_frequencies_count_the_passages_a_term_stands_in(library: Library) -> None:
    frequencies = library.catalogue.frequencies
    assert 1 <= frequencies["pku"] < frequencies["elev"] <= len(library.passages)


def test_document_and_page_are_found_by_id_and_number(library: Library) -> None:
    assert library.document("vive").publisher.startswith("VIVE")
    assert library.page("kl", 9).text.strip().startswith("Værkstedsundervisning i indskolingen")
    assert [page.number for page in library.pages("haderslev")] == list(range(2, 22))


def test_unknown_document_is_told_with_the_known(library: Library) -> None:
    with pytest.raises(UnknownDocument, match="haderslev") as caught:
        library.document("x" * 1000)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("number", [0, 4, 31, -1])
def test_unknown_page_is_told_with_the_range(library: Library, number: int) -> None:
    with pytest.raises(UnknownPage, match="5–30"):
        library.page("kl", number)


def test_page_of_an_unknown_document_is_an_unknown_document(library: Library) -> None:
    with pytest.raises(UnknownDocument):
        library.page("ukendt", 1)


@pytest.mark.parametrize(
    ("document", "quote", "expected"),
    [
        ("kl", "Der er sat flere ressourcer af, så hver elevgruppe typisk er mindre", True),
        ("kl", "der er sat FLERE ressourcer af så hver elev-gruppe", True),
        ("vive", "Der er sat flere ressourcer af", False),
        ("kl", "", False),
        ("kl", "– …", False),
        ("ukendt", "Der er sat flere ressourcer af", False),
    ],
)
def test_quotation_is_known_to_its_document_only(library: Library, document: str, quote: str, expected: bool) -> None:
    assert library.contains(document, quote) is expected


def test_every_sentence_has_a_vector_near_itself(library: Library, bundled) -> None:
    for passage in library.catalogue.passages[::60]:
        vectors = library.sentence_vectors(passage)
        assert vectors.shape == (len(passage.sentences), bundled.dimensions)
        fresh = bundled.embed_passages([sentence.text for sentence in passage.sentences])
        assert ((vectors * fresh).sum(axis=1) > 0.98).all()


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("haderslev", {"haderslev"}),
        ("rødovre", {"vive"}),
        ("stuk", {"stuk"}),
        ("esbjerg", {"kl-esbjerg"}),
        ("fløng skole", {"kl-hoeje-taastrup-floeng-skole"}),
        ("tangsø", {"kl-lemvig-tangsoe-skole"}),
        ("bækkegården", {"kl-egedal-baekkegaarden"}),
        ("gåsetårnskolen", {"kl-vordingborg-gaasetaarnskolen-kalvehave"}),
        ("aabenraa", {"kl-aabenraa-genner-univers", "kl-aabenraa-kongehoejskolen", "kl-aabenraa-tinglev-skole"}),
    ],
)
def test_names_point_to_documents_and_trial_actions(library: Library, name: str, ids: set[str]) -> None:
    assert library.names.get(name) == ids


def test_library_that_is_closed_lets_its_state_be_removed(small_index: Storage) -> None:
    first = Library.open(small_index)
    ingest(small_index, HashEmbedder(), rebuild=True)
    assert first.folder.is_dir()
    first.close()
    assert small_index.clean_up() == [first.folder.name]


def test_damaged_state_is_let_go_of_again(small_index: Storage) -> None:
    state = small_index.current()
    (state / "sentences.npy").unlink()
    small_index.seal(state)
    with pytest.raises(IndexDamaged):
        Library.open(small_index)
    ingest(small_index, HashEmbedder(), rebuild=True)
    assert not state.exists()


def test_state_replaced_while_it_is_opened_is_not_missed(small_index: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    original = module.mark_in_use
    old = small_index.current()

    def replace_first(folder):
        if folder == old and old.exists():
            ingest(small_index, HashEmbedder(), rebuild=True)
            shutil.rmtree(old, ignore_errors=True)
        return original(folder)

    monkeypatch.setattr(module, "mark_in_use", replace_first)
    library = Library.open(small_index)
    assert library.folder == small_index.current() != old
    library.close()


@pytest.fixture
def server_index(small_corpus, storage: Storage) -> tuple[Storage, QdrantClient]:
    client = QdrantClient(":memory:")
    ingest(storage, HashEmbedder(), client=client)
    return storage, client


def collections(client: QdrantClient) -> list[str]:
    return [found.name for found in client.get_collections().collections]


def test_vectors_on_a_server_answer_like_those_on_disk(server_index, tmp_path) -> None:
    on_server = Library.open(*server_index)
    ingest(Storage(tmp_path / "other"), HashEmbedder())
    on_disk = Library.open(Storage(tmp_path / "other"))
    for question in ("konflikter i frikvarteret", "læsning i par", "plan ved skolevægring"):
        hits = [search(prepare(question, HashEmbedder(), each), each, 5) for each in (on_server, on_disk)]
        assert [hit.passage.id for hit in hits[0]] == [hit.passage.id for hit in hits[1]]
    on_disk.close()


def test_move_from_disk_to_server_and_back_is_a_change(server_index) -> None:
    storage, client = server_index
    assert not ingest(storage, HashEmbedder(), client=client).changed
    assert ingest(storage, HashEmbedder()).changed
    assert ingest(storage, HashEmbedder(), client=client).changed


def test_collection_of_a_state_that_was_replaced_is_removed(server_index) -> None:
    storage, client = server_index
    ingest(storage, HashEmbedder(), client=client, rebuild=True)
    assert collections(client) == [read_catalogue(storage.current()).collection]


def test_library_on_a_server_leaves_its_client_open(server_index) -> None:
    storage, client = server_index
    first, second = Library.open(storage, client), Library.open(storage, client)
    first.close()
    query = prepare("konflikter i frikvarteret", HashEmbedder(), second)
    assert search(query, second, 1)


def test_collection_lost_on_the_server_is_told(server_index) -> None:
    storage, client = server_index
    client.delete_collection(collections(client)[0])
    with pytest.raises(IndexDamaged, match="--rebuild"):
        Library.open(storage, client)


def test_index_on_a_server_without_a_client_is_told(server_index) -> None:
    storage, _ = server_index
    with pytest.raises(IndexFault):
        Library.open(storage)
