"""ingest/local.py: a municipality's own documents are taken in, replaced and removed."""

import errno
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import manifest
from corpus.errors import (
    EmptyDocument,
    MissingDocument,
    StorageFull,
    UnknownDocument,
    UnsupportedDocument,
    UnusableName,
)
from ingest import local
from retrieval.storage import Storage
from tests.files import write_pdf

TEXT = "Vores retningslinje\n\nVi taler med forældrene, før vi gør noget andet.\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "Vores guide.txt"
    path.write_text(TEXT, "utf-8")
    return path


def stored(storage: Storage) -> set[str]:
    return {path.name for path in storage.documents.iterdir()}


def test_there_are_no_local_documents_at_first(storage: Storage) -> None:
    assert local.documents(storage) == ()


def test_added_document_is_listed_with_its_hash(storage: Storage, source: Path) -> None:
    added = local.add(storage, source)
    assert local.documents(storage) == (added,)
    assert added.id == "vores-guide"
    assert added.title == "Vores guide"
    assert manifest.verify(added, storage.documents).read_text("utf-8") == TEXT


def test_title_in_one_line_publisher_and_first_page_are_kept(storage: Storage, source: Path) -> None:
    local.add(storage, source, title='Guide "A"\nto', publisher="Ærø Kommune", first_page=3)
    found = local.documents(storage)[0]
    assert (found.title, found.publisher, found.local, found.first_page) == (
        'Guide "A" to',
        "Ærø Kommune",
        "Ærø Kommune",
        3,
    )


def test_local_document_is_marked_as_local_even_without_publisher(storage: Storage, source: Path) -> None:
    assert local.add(storage, source).local


def test_document_of_the_same_name_is_replaced(storage: Storage, source: Path) -> None:
    local.add(storage, source)
    source.write_text("Ny tekst om noget andet.", "utf-8")
    local.add(storage, source)
    assert len(local.documents(storage)) == 1
    assert (storage.documents / "vores-guide.txt").read_text("utf-8") == "Ny tekst om noget andet."


def test_document_replaced_by_another_kind_of_file_leaves_nothing_behind(storage: Storage, source: Path) -> None:
    local.add(storage, source)
    local.add(storage, write_pdf(source.with_suffix(".pdf")))
    assert stored(storage) == {"manifest.toml", "vores-guide.pdf"}


def test_documents_are_kept_in_the_order_they_came(storage: Storage, tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        (tmp_path / f"{name}.txt").write_text(TEXT, "utf-8")
        local.add(storage, tmp_path / f"{name}.txt")
    assert [found.id for found in local.documents(storage)] == ["b", "a", "c"]


def test_file_that_cannot_be_used_changes_nothing(storage: Storage, source: Path, tmp_path: Path) -> None:
    local.add(storage, source)
    before = stored(storage), local.documents(storage)
    (tmp_path / "tom.txt").touch()
    (tmp_path / "ark.xlsx").write_bytes(b"PK\x03\x04")
    for path, error in (
        (tmp_path / "tom.txt", EmptyDocument),
        (tmp_path / "ark.xlsx", UnsupportedDocument),
        (tmp_path / "væk.txt", MissingDocument),
    ):
        with pytest.raises(error):
            local.add(storage, path)
    assert (stored(storage), local.documents(storage)) == before


@pytest.mark.parametrize("name", ["kl.txt", "VIVE.txt", "???.txt"])
def test_name_that_cannot_be_an_id_or_is_taken_is_refused(storage: Storage, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(TEXT, "utf-8")
    with pytest.raises(UnusableName):
        local.add(storage, tmp_path / name)
    assert local.documents(storage) == ()


def test_removed_document_and_its_file_are_gone(storage: Storage, source: Path) -> None:
    local.add(storage, source)
    local.remove(storage, "vores-guide")
    assert local.documents(storage) == ()
    assert stored(storage) == {"manifest.toml"}


def test_unknown_document_is_not_removed_and_the_known_are_named(storage: Storage, source: Path) -> None:
    local.add(storage, source)
    with pytest.raises(UnknownDocument, match="vores-guide"):
        local.remove(storage, "kl")


def test_hash_follows_a_file_that_was_changed_in_place(storage: Storage, source: Path) -> None:
    added = local.add(storage, source)
    (storage.documents / added.file).write_text("Rettet tekst.", "utf-8")
    assert local.documents(storage)[0].sha256 != added.sha256


def test_full_disk_leaves_the_documents_as_they_were(
    storage: Storage, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local.add(storage, source)
    before = stored(storage), local.documents(storage)

    def no_space(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(local.shutil, "copyfileobj", no_space)
    other = source.with_name("anden.txt")
    other.write_text(TEXT, "utf-8")
    with pytest.raises(StorageFull):
        local.add(storage, other)
    assert (stored(storage), local.documents(storage)) == before


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Vores guide", "vores-guide"),
        ("Børn på Ærø", "boern-paa-aeroe"),
        ("  2024_Plan (endelig).v2 ", "2024-plan-endelig-v2"),
        ("---", ""),
        ("x" * 80, "x" * 64),
    ],
)
def test_slug_holds_small_letters_digits_and_hyphens(name: str, expected: str) -> None:
    assert local.slug(name) == expected


@given(st.text())
def test_slug_is_a_valid_id_or_empty(name: str) -> None:
    assert manifest.re.fullmatch(r"(?:[a-z0-9][a-z0-9-]{0,63})?", local.slug(name))
    assert local.slug(local.slug(name)) == local.slug(name)


@given(st.text(alphabet="abcæøåÆØÅé "))
def test_slug_is_the_same_for_composed_and_decomposed_letters(name: str) -> None:
    assert local.slug(unicodedata.normalize("NFD", name)) == local.slug(name)
