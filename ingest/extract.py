"""A source file to its pages. Doors: pypdf; plain text needs none."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pypdf

from corpus.errors import (
    BinaryDocument,
    DamagedDocument,
    EmptyDocument,
    EncryptedDocument,
    MissingDocument,
    ScannedDocument,
    UnsupportedDocument,
    WrongEncoding,
)
from corpus.schema import Document, Page
from corpus.text import normalise

Heading = dict[str, object]
"""One heading with the keys of corpus/outlines/README.md."""


@dataclass(frozen=True)
class Extract:
    """The pages of a file, and the headings the file itself names (a PDF's bookmarks), in order."""

    pages: tuple[Page, ...]
    headings: tuple[Heading, ...] = ()


def extract(path: Path, document: Document) -> Extract:
    """Read the file at `path` as `document`.

    Raises a DocumentError that says what is wrong with the file: missing, empty, of an unknown kind, binary,
    not UTF-8, encrypted, scanned or damaged.
    """
    if not path.is_file():
        raise MissingDocument(f"Filen {path} findes ikke.", "Kontrollér stien.")
    if path.stat().st_size == 0:
        raise EmptyDocument(f"Filen {path.name} er tom.", "Vælg en fil med tekst.")
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        kinds = ", ".join(sorted(READERS))
        raise UnsupportedDocument(
            f"Filer af typen {path.suffix or '(uden endelse)'} kan ikke læses: {path.name}.",
            f"Brug en af typerne {kinds}.",
        )
    return reader(path, document)


def _read_text(path: Path, document: Document) -> Extract:
    text = normalise(decode(path))
    splitters = {"leading-space": _split_at_leading_space, "form-feed": _split_at_form_feed}
    texts = splitters[document.page_breaks](text, document.first_page)
    return Extract(_number(document, texts))


def decode(path: Path) -> str:
    """Return the text of the UTF-8 file at `path`, line ends as newlines.

    Raises BinaryDocument, WrongEncoding or EmptyDocument.
    """
    data = path.read_bytes()
    if data.startswith((b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff")):
        raise BinaryDocument(
            f"Filen {path.name} er ikke tekst, selv om navnet siger det.", "Giv den sin rigtige endelse."
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise WrongEncoding(f"Filen {path.name} er gemt som UTF-16.", "Gem den som UTF-8, og prøv igen.")
    if b"\x00" in data:
        raise BinaryDocument(
            f"Filen {path.name} er ikke tekst: den indeholder nul-tegn.", "Vælg en tekstfil eller en PDF."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongEncoding(
            f"Filen {path.name} er ikke UTF-8 (byte {error.start}).",
            "Gem den som UTF-8, og prøv igen. I Notesblok: Gem som, kodning UTF-8.",
        ) from error
    if not text.strip():
        raise EmptyDocument(f"Filen {path.name} har ingen tekst.", "Vælg en fil med tekst.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _split_at_form_feed(text: str, first_page: int | None) -> list[str]:
    return text.split("\f")


def _split_at_leading_space(text: str, first_page: int | None) -> list[str]:
    """Begin a page at a line of one space and text, or at a running head that carries the next number.

    A line of one space and text with another such line right below is a label of a drawing, not a page:
    counted so, every printed number that survived in the bundled documents agrees.
    """
    lines = text.split("\n")
    starts = [0]
    for at in range(1, len(lines)):
        following = lines[at + 1] if at + 1 < len(lines) else ""
        begins = _begins_with_one_space(lines[at]) and not _begins_with_one_space(following)
        expected = None if first_page is None else first_page + len(starts)
        blank_above = at >= 2 and not lines[at - 1].strip() and not lines[at - 2].strip()
        if begins or (expected and blank_above and is_running_head(lines[at], expected)):
            starts.append(at)
    ends = [*starts[1:], len(lines)]
    return ["\n".join(lines[start:end]) for start, end in zip(starts, ends, strict=True)]


def _begins_with_one_space(line: str) -> bool:
    return bool(re.match(r" \S", line))


def is_running_head(line: str, number: int) -> bool:
    """Tell whether `line` is a page's head or foot: the page number alone, or after a title."""
    return bool(re.fullmatch(rf"\s*(?:[^\d\s].{{3,120}}\s)?{number}\s*", line))


def _read_pdf(path: Path, document: Document) -> Extract:
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise EncryptedDocument(
                f"PDF-filen {path.name} er låst med adgangskode.", "Gem en kopi uden adgangskode, og prøv igen."
            )
        texts = [_sound(page.extract_text()) for page in reader.pages]
        headings = tuple(_bookmarks(reader.outline))
    except EncryptedDocument:
        raise
    except Exception as error:  # a damaged file makes pypdf raise nearly anything
        raise DamagedDocument(
            f"PDF-filen {path.name} er beskadiget og kan ikke læses ({type(error).__name__}).",
            "Åbn den i et PDF-program, gem den igen, og prøv med den nye fil.",
        ) from error
    if not any(any(char.isalnum() for char in text) for text in texts):
        raise ScannedDocument(
            f"PDF-filen {path.name} har ingen tekst; siderne er formentlig scannede billeder.",
            "Kør tekstgenkendelse (OCR) på den, og prøv igen.",
        )
    return Extract(_number(document, texts), headings)


def _sound(text: str) -> str:
    """Return text in NFC, half letters (lone surrogates) replaced."""
    return normalise(text.encode("utf-8", "replace").decode("utf-8"))


def _bookmarks(outline: object, level: int = 1) -> list[Heading]:
    headings: list[Heading] = []
    for entry in outline if isinstance(outline, list) else []:
        if isinstance(entry, list):
            headings += _bookmarks(entry, level + 1)
        elif title := str(getattr(entry, "title", "") or "").strip():
            headings.append({"title": _sound(title), "level": level})
    return headings


def _number(document: Document, texts: list[str]) -> tuple[Page, ...]:
    first = document.first_page
    return tuple(
        Page(document.id, position, None if first is None else first + position - 1, text)
        for position, text in enumerate(texts, start=1)
    )


READERS: dict[str, Callable[[Path, Document], Extract]] = {".txt": _read_text, ".pdf": _read_pdf}
