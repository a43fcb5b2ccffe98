"""ingest/extract.py: a good file gives its pages, a bad one says what is wrong with it."""

import codecs
import random
import unicodedata
from pathlib import Path

import pypdf
import pytest

from corpus.errors import (
    BinaryDocument,
    DamagedDocument,
    DocumentError,
    EmptyDocument,
    EncryptedDocument,
    MissingDocument,
    ScannedDocument,
    UnsupportedDocument,
    WrongEncoding,
)
from corpus.schema import Page
from ingest.extract import extract, is_running_head
from tests.fakes import document
from tests.files import lock, write_pdf, write_scan

DANISH = "Børn på mellemtrinnet får støtte, når de har brug for det.\n"


def pages_with(pages: tuple[Page, ...], text: str) -> list[int]:
    return [page.number for page in pages if text in page.text]


@pytest.mark.parametrize(
    ("name", "first", "count"), [("stuk", 3, 15), ("kl", 5, 26), ("haderslev", 2, 20), ("vive", 4, 31)]
)
def test_pages_of_bundled_documents_are_counted_from_the_first_printed_one(bundled_pages, name, first, count) -> None:
    assert [page.printed for page in bundled_pages[name]] == list(range(first, first + count))


def test_inklusion_has_thirty_pages_without_printed_numbers(bundled_pages) -> None:
    assert [page.position for page in bundled_pages["inklusion"]] == list(range(1, 31))
    assert {page.printed for page in bundled_pages["inklusion"]} == {None}


@pytest.mark.parametrize(
    ("name", "number", "line"),
    [
        ("stuk", 12, "Fælles forståelse og tværfagligt samarbejde 12"),
        ("stuk", 13, "Fælles forståelse og tværfagligt samarbejde 13"),
        ("kl", 13, "Inspirationskatalog 13"),
        ("kl", 21, "Inspirationskatalog 21"),
        ("vive", 15, "\n15"),
        ("haderslev", 4, "\n4"),
    ],
)
def test_printed_numbers_that_survived_agree_with_the_count(bundled_pages, name, number, line) -> None:
    page = next(page for page in bundled_pages[name] if page.printed == number)
    found = [text.strip() for text in f"\n{page.text}".splitlines() if text.strip().endswith(str(number))]
    assert any(text.endswith(line.strip()) and is_running_head(text, number) for text in found), found


@pytest.mark.parametrize(
    ("name", "number", "opening"),
    [
        ("stuk", 3, "Forord"),
        ("kl", 5, "En skole, der"),
        ("kl", 6, "Partnerskab"),
        ("vive", 4, "Forord"),
        ("haderslev", 2, "Indledning"),
        ("stuk", 4, "Indledning"),
        ("vive", 9, "1 Indledning og baggrund"),
    ],
)
def test_pages_open_with_what_stands_at_their_top(bundled_pages, name, number, opening) -> None:
    page = next(page for page in bundled_pages[name] if page.printed == number)
    assert page.text.strip().startswith(opening)


def test_page_texts_joined_are_the_file(bundled_pages) -> None:
    from corpus import manifest

    for found in manifest.load():
        text = unicodedata.normalize("NFC", (manifest.DOCUMENTS / found.file).read_text("utf-8"))
        assert "\n".join(page.text for page in bundled_pages[found.id]) == text


def test_form_feeds_divide_plain_text_into_pages(tmp_path: Path) -> None:
    path = tmp_path / "lokal.txt"
    path.write_text("Side et\n\fSide to\n\fSide tre", "utf-8")
    pages = extract(path, document(first_page=10)).pages
    assert [(page.printed, page.text.strip()) for page in pages] == [(10, "Side et"), (11, "Side to"), (12, "Side tre")]


def test_text_is_composed_and_its_line_ends_are_newlines(tmp_path: Path) -> None:
    path = tmp_path / "lokal.txt"
    path.write_bytes(codecs.BOM_UTF8 + unicodedata.normalize("NFD", "få\r\nså\rgå\n").encode())
    assert extract(path, document()).pages[0].text == "få\nså\ngå\n"


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingDocument, match=r"lokal\.txt"):
        extract(tmp_path / "lokal.txt", document())


def test_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(MissingDocument):
        extract(tmp_path, document())


@pytest.mark.parametrize("name", ["lokal.txt", "lokal.pdf"])
def test_file_without_a_byte_is_empty(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(EmptyDocument, match=name):
        extract(tmp_path / name, document())


@pytest.mark.parametrize("content", [b" \n\t\r\n\f ", codecs.BOM_UTF8])
def test_file_without_a_letter_is_empty(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "lokal.txt").write_bytes(content)
    with pytest.raises(EmptyDocument):
        extract(tmp_path / "lokal.txt", document())


@pytest.mark.parametrize("name", ["lokal.odt", "lokal.xlsx", "lokal", "lokal.docm"])
def test_unknown_kind_of_file_is_told_with_the_kinds_that_are_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04 noget")
    with pytest.raises(UnsupportedDocument) as caught:
        extract(tmp_path / name, document())
    assert ".pdf" in caught.value.fix
    assert ".txt" in caught.value.fix


def test_suffix_may_be_in_capitals(tmp_path: Path) -> None:
    (tmp_path / "LOKAL.TXT").write_text(DANISH, "utf-8")
    assert extract(tmp_path / "LOKAL.TXT", document()).pages[0].text == DANISH


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7 ...", b"PK\x03\x04...", b"\xd0\xcf\x11\xe0 old Word", b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", b"a\x00b"],
)
def test_binary_file_named_txt_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "lokal.txt").write_bytes(content)
    with pytest.raises(BinaryDocument, match=r"lokal\.txt"):
        extract(tmp_path / "lokal.txt", document())


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1", "cp1252"])
def test_text_in_another_encoding_says_how_to_save_it(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "lokal.txt").write_bytes(DANISH.encode(encoding))
    with pytest.raises(WrongEncoding, match="UTF-8"):
        extract(tmp_path / "lokal.txt", document())


def test_pdf_gives_its_pages_bookmarks_and_danish_letters(tmp_path: Path) -> None:
    found = extract(write_pdf(tmp_path / "lokal.pdf"), document(first_page=4))
    assert [page.printed for page in found.pages] == [4, 5, 6]
    assert "Skolen vil styrke fællesskabet på mellemtrinnet." in found.pages[0].text
    assert "Børnene får støtte" in found.pages[0].text
    assert [heading["title"] for heading in found.headings] == ["Indledning", "Frikvarterer", "Forældre"]
    assert {heading["level"] for heading in found.headings} == {1}


def test_bookmarks_below_others_have_deeper_levels(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "lokal.pdf", bookmarks=False)
    writer = pypdf.PdfWriter()
    writer.append(path)
    chapter = writer.add_outline_item("Indledning", page_number=0)
    writer.add_outline_item("Frikvarterer", page_number=1, parent=chapter)
    writer.add_outline_item("Forældre", page_number=2)
    writer.write(str(path))
    assert [(heading["title"], heading["level"]) for heading in extract(path, document()).headings] == [
        ("Indledning", 1),
        ("Frikvarterer", 2),
        ("Forældre", 1),
    ]


def test_pdf_without_bookmarks_gives_no_headings(tmp_path: Path) -> None:
    assert extract(write_pdf(tmp_path / "lokal.pdf", bookmarks=False), document()).headings == ()


def test_pdf_that_needs_a_password_is_told(tmp_path: Path) -> None:
    with pytest.raises(EncryptedDocument, match=r"lokal\.pdf"):
        extract(write_pdf(tmp_path / "lokal.pdf", password="hemmelig"), document())


def test_pdf_that_is_only_locked_against_changes_is_read(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "lokal.pdf")
    lock(path, user="")
    assert pages_with(extract(path, document()).pages, "mellemtrinnet") == [1]


def test_scanned_pdf_is_told_and_sent_to_text_recognition(tmp_path: Path) -> None:
    with pytest.raises(ScannedDocument, match="OCR"):
        extract(write_scan(tmp_path / "lokal.pdf"), document())


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"noget helt andet", b"%PDF-1.4\n1 0 obj\n<<", bytes(range(256))])
def test_file_that_is_no_pdf_is_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "lokal.pdf").write_bytes(content)
    with pytest.raises(DamagedDocument, match=r"lokal\.pdf"):
        extract(tmp_path / "lokal.pdf", document())


@pytest.mark.parametrize("part", [0.1, 0.3, 0.5])
def test_pdf_that_was_cut_off_is_damaged(tmp_path: Path, part: float) -> None:
    path = write_pdf(tmp_path / "lokal.pdf")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    with pytest.raises((DamagedDocument, ScannedDocument)):
        extract(path, document())


def test_no_damage_to_a_pdf_escapes_as_another_error(tmp_path: Path) -> None:
    good = write_pdf(tmp_path / "god.pdf").read_bytes()
    chance = random.Random(5)
    path = tmp_path / "lokal.pdf"
    for _ in range(400):
        content = bytearray(good)
        for _ in range(chance.choice([1, 5, 30])):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(bytes(content[: chance.choice([len(content), chance.randrange(9, len(content))])]))
        try:
            extract(path, document())
        except DocumentError as error:
            assert "lokal.pdf" in error.what


def test_unknown_filter_in_a_pdf_is_damage(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "lokal.pdf")
    path.write_bytes(path.read_bytes().replace(b"/FlateDecode", b"/XlateDecode"))
    with pytest.raises(DamagedDocument):
        extract(path, document())


def test_half_letters_in_a_pdf_do_not_reach_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pypdf.PageObject, "extract_text", lambda page: "Tegnet \ud83d er et halvt.")
    text = extract(write_pdf(tmp_path / "lokal.pdf"), document()).pages[0].text
    text.encode("utf-8")
    assert text.startswith("Tegnet ")


@pytest.mark.parametrize(
    ("line", "number", "expected"),
    [
        ("15", 15, True),
        ("  15 ", 15, True),
        ("Fælles forståelse og tværfagligt samarbejde 12", 12, True),
        ("Fælles forståelse og tværfagligt samarbejde 12", 13, False),
        ("Der er 15 elever", 15, False),
        ("115", 15, False),
        ("", 15, False),
    ],
)
def test_running_head_is_the_page_number_alone_or_after_a_title(line: str, number: int, expected: bool) -> None:
    assert is_running_head(line, number) is expected
