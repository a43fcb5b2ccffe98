"""corpus/manifest.py: the documents are the bytes they should be, and a wrong manifest is explained."""

import hashlib
from pathlib import Path

import pytest

from corpus import manifest
from corpus.errors import ChangedDocument, KnowledgeError, MissingDocument
from tests.fakes import document

ENTRY = '[[document]]\nid = "{id}"\nfile = "a.txt"\ntitle = "En guide"\npublisher = "Os"\nsha256 = "00"\n{more}\n'
PUBLISHED = {
    "stuk": "1c9859c3736dc4acfdf86aef34817ebcb790b8df85a68c9af4a2395916b5cbfd",
    "kl": "423bb4032f619b685747d700e77bf49f2600abf8be6262ca7bf99b0466daba64",
    "inklusion": "75766127972312c0c268321610e30d1a2c9c9e1b255c2437d996469f4bee6d5b",
    "haderslev": "5c925dc7ce26f803e9613883703941feee2d4b502ee76918978c3e023a1a2aa9",
    "vive": "6cd0cda2596166d23bb6c18b5fac509cf94593964eb5d15d965394b6f7df836b",
}


@pytest.fixture
def write(tmp_path: Path):
    def write_manifest(text: str) -> Path:
        path = tmp_path / "manifest.toml"
        path.write_text(text, "utf-8")
        return path

    return write_manifest


def entry(name: str = "guide", more: str = "") -> str:
    return ENTRY.format(id=name, more=more)


def test_the_five_documents_are_there_byte_for_byte() -> None:
    found = {
        document.id: hashlib.sha256((manifest.DOCUMENTS / document.file).read_bytes()).hexdigest()
        for document in manifest.load()
    }
    assert found == PUBLISHED


def test_every_document_passes_verification() -> None:
    for found in manifest.load():
        assert manifest.verify(found) == manifest.DOCUMENTS / found.file


def test_no_file_lies_in_the_folder_without_an_entry() -> None:
    assert {path.name for path in manifest.DOCUMENTS.iterdir()} == {found.file for found in manifest.load()}


def test_every_document_names_title_publisher_year_and_rights() -> None:
    for found in manifest.load():
        assert all((found.title, found.short_title, found.publisher, found.year, found.licence_note)), found.id


def test_first_printed_pages_are_those_of_the_publications() -> None:
    assert {found.id: found.first_page for found in manifest.load()} == {
        "stuk": 3,
        "kl": 5,
        "inklusion": None,
        "haderslev": 2,
        "vive": 4,
    }


def test_only_local_documents_name_a_place() -> None:
    assert {found.id: found.local for found in manifest.load() if found.local} == {
        "haderslev": "Haderslev Kommune",
        "vive": "Rødovre Kommune",
    }


def test_refuses_a_changed_document_and_tells_both_hashes(tmp_path: Path) -> None:
    (tmp_path / "lokal.txt").write_text("Ny tekst", "utf-8")
    changed = document(sha256="ab" * 32)
    with pytest.raises(ChangedDocument) as caught:
        manifest.verify(changed, tmp_path)
    assert "abababababab" in caught.value.what
    assert manifest.sha256(tmp_path / "lokal.txt")[:12] in caught.value.what
    assert caught.value.fix


def test_one_changed_byte_is_enough(tmp_path: Path) -> None:
    original = manifest.load()[0]
    copy = tmp_path / original.file
    copy.write_bytes((manifest.DOCUMENTS / original.file).read_bytes())
    assert manifest.verify(original, tmp_path) == copy
    copy.write_bytes(copy.read_bytes().replace(b"\r\n", b"\n") + b"\n")
    with pytest.raises(ChangedDocument):
        manifest.verify(original, tmp_path)


def test_names_the_path_of_a_missing_document(tmp_path: Path) -> None:
    with pytest.raises(MissingDocument, match=r"lokal\.txt"):
        manifest.verify(document(), tmp_path)


def test_reads_documents_in_order_and_fills_in_what_is_left_out(write) -> None:
    found = manifest.load(write(entry("b") + entry("a", "first_page = 7")))
    assert [each.id for each in found] == ["b", "a"]
    assert found[0].short_title == "En guide"
    assert found[0].first_page is None
    assert found[1].first_page == 7


@pytest.mark.parametrize("name", ["Guide", "min guide", "å", "../a", "", "-a", "a" * 65])
def test_refuses_an_id_that_cannot_stand_in_an_address(write, name: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        manifest.load(write(entry() + entry(name)))
    assert "manifest.toml" in caught.value.what
    assert "dokument 2" in caught.value.what


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (entry() + entry(), "to gange"),
        (entry(more='colour = "blue"'), "colour"),
        (entry().replace('title = "En guide"\n', ""), "title"),
        (entry().replace('sha256 = "00"', 'sha256 = ""'), "sha256"),
    ],
    ids=["duplicate", "unknown key", "missing key", "empty value"],
)
def test_tells_file_entry_and_reason_of_a_wrong_entry(write, text: str, reason: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        manifest.load(write(text))
    assert "manifest.toml" in caught.value.what
    assert "dokument" in caught.value.what
    assert reason in caught.value.what
    assert caught.value.fix


@pytest.mark.parametrize(
    "text",
    [
        "[[document]\n",
        "[document]\nid = 'a'\n",
        "[[documents]]\nid = 'a'\n",
        entry(more='page_breaks = "pages"'),
        entry(more='first_page = "3"'),
    ],
    ids=["not TOML", "a single table", "a misspelt table", "unknown page breaks", "a page number in quotes"],
)
def test_refuses_a_manifest_that_would_not_work(write, text: str) -> None:
    with pytest.raises(KnowledgeError, match=r"manifest\.toml"):
        manifest.load(write(text))


def test_names_a_manifest_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"nowhere\.toml"):
        manifest.load(tmp_path / "nowhere.toml")


def test_names_a_manifest_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "manifest.toml").write_bytes("titel = 'Børn'".encode("latin-1"))
    with pytest.raises(KnowledgeError, match=r"manifest\.toml"):
        manifest.load(tmp_path / "manifest.toml")


def test_a_document_without_outline_has_no_headings() -> None:
    assert list(manifest.outline_entries(document("findes-ikke"))) == []


@pytest.mark.parametrize("found", manifest.load(), ids=lambda each: each.id)
def test_every_bundled_document_has_an_outline_with_titles_and_levels(found) -> None:
    entries = list(manifest.outline_entries(found))
    assert entries
    for heading in entries:
        assert heading["title"]
        assert heading.get("kind", "heading") in ("heading", "caption", "skip", "continue")
        assert heading.get("kind") or heading["level"] in (1, 2, 3, 4)


def test_names_an_outline_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lokal.toml").write_text("heading = [", "utf-8")
    monkeypatch.setattr(manifest, "OUTLINES", tmp_path)
    with pytest.raises(KnowledgeError, match=r"lokal\.toml"):
        list(manifest.outline_entries(document()))
