"""Load a folder's manifest and verify its files against it."""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from corpus.errors import ChangedDocument, KnowledgeError, MissingDocument
from corpus.schema import Document

CORPUS = Path(__file__).parent
DOCUMENTS = CORPUS / "documents"
OUTLINES = CORPUS / "outlines"

PAGE_BREAKS = ("form-feed", "leading-space")
_REQUIRED = ("id", "file", "title", "publisher", "sha256")
_OPTIONAL = {f.name for f in fields(Document)} - set(_REQUIRED)


def sha256(path: Path) -> str:
    """Return the SHA-256 of the file at `path` in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def load(manifest: Path = CORPUS / "manifest.toml") -> tuple[Document, ...]:
    """Return the documents named in `manifest`, in its order.

    Raises KnowledgeError with file, entry and reason for a manifest that cannot be read, an unknown or missing
    key, an id that cannot stand in an address, or an id used twice.
    """
    try:
        entries = read_tables(manifest, "document")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise KnowledgeError(f"{manifest} kan ikke læses: {error}.", "Ret filen, og prøv igen.") from error
    documents: list[Document] = []
    for place, entry in enumerate(entries, start=1):
        problem = _problem(entry, {document.id for document in documents})
        if problem:
            raise KnowledgeError(f"{manifest}, dokument {place}: {problem}.", "Ret filen, og prøv igen.")
        defaults = {"short_title": entry["title"], "year": "uden årstal", "licence_note": ""}
        aliases = tuple(entry.get("aliases", ()))
        documents.append(Document(**{**defaults, **entry, "aliases": aliases}))
    return tuple(documents)


def read_tables(path: Path, name: str) -> list[dict[str, Any]]:
    """Return the array of tables called `name` that a TOML file holds, and nothing else.

    Raises OSError, UnicodeDecodeError, or ValueError for TOML of another form.
    """
    read = tomllib.loads(path.read_text("utf-8"))
    entries = read.get(name, [])
    if set(read) - {name} or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError(f"filen må kun bestå af [[{name}]]")
    return entries


def _problem(entry: dict[str, object], seen: set[str]) -> str | None:
    missing = [name for name in _REQUIRED if not entry.get(name)]
    unknown = sorted(set(entry) - set(_REQUIRED) - _OPTIONAL)
    if missing:
        return f"mangler {', '.join(missing)}"
    if unknown:
        return f"kender ikke {', '.join(unknown)}"
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", str(entry["id"])):
        return f"id {entry['id']!r} må kun have små bogstaver a-z, tal og bindestreg"
    if entry["id"] in seen:
        return f"id {entry['id']!r} er brugt to gange"
    if entry.get("page_breaks", PAGE_BREAKS[0]) not in PAGE_BREAKS:
        return f"page_breaks {entry['page_breaks']!r} skal være en af {', '.join(PAGE_BREAKS)}"
    if not isinstance(entry.get("first_page", 1), int):
        return f"first_page {entry['first_page']!r} skal være et helt tal"
    return None


def verify(document: Document, folder: Path = DOCUMENTS) -> Path:
    """Return the path of the document's file, once it is known to hold the bytes the manifest names.

    Raises MissingDocument or ChangedDocument.
    """
    path = folder / document.file
    if not path.is_file():
        raise MissingDocument(f"Filen {path} mangler.", "Læg den tilbage, eller fjern den fra manifestet.")
    found = sha256(path)
    if found != document.sha256:
        raise ChangedDocument(
            f"Filen {path} er ændret: manifestet nævner {document.sha256[:12]}…, filen har {found[:12]}….",
            "Læg den oprindelige fil tilbage, eller opdatér sha256 i manifestet.",
        )
    return path


def outline_entries(document: Document) -> Iterator[dict[str, object]]:
    """Yield the hand-written headings of `document` in reading order; none where it has no outline.

    Raises KnowledgeError when the outline cannot be read.
    """
    path = OUTLINES / f"{document.id}.toml"
    if not path.is_file():
        return
    try:
        yield from read_tables(path, "heading")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise KnowledgeError(f"{path} kan ikke læses: {error}.", "Ret filen, og prøv igen.") from error
