"""The documents a municipality adds: kept in the data folder with a manifest of their own."""

import dataclasses
import os
import re
import shutil
import tempfile
from pathlib import Path

import tomlkit

from corpus import manifest
from corpus.errors import UnknownDocument, UnusableName
from corpus.schema import Document
from corpus.text import normalise
from ingest.extract import extract
from retrieval.analyse import fold
from retrieval.storage import Storage, storage_errors

MANIFEST = "manifest.toml"


def documents(storage: Storage) -> tuple[Document, ...]:
    """Return the local documents, each with the hash of its file as it is now, `mangler` where it is gone."""
    path = storage.documents / MANIFEST
    if not path.is_file():
        return ()
    return tuple(_as_it_is(document, storage) for document in manifest.load(path))


def _as_it_is(document: Document, storage: Storage) -> Document:
    path = storage.documents / document.file
    return dataclasses.replace(document, sha256=manifest.sha256(path) if path.is_file() else "mangler")


def add(
    storage: Storage,
    source: Path,
    *,
    title: str | None = None,
    publisher: str | None = None,
    first_page: int | None = None,
) -> Document:
    """Take a file into the local documents, in place of one with the same name, and return its entry.

    The file is read before anything is stored: a file that cannot be used raises a DocumentError and changes
    nothing. Raises UnusableName when its id belongs to a bundled document.
    """
    name = slug(source.stem)
    if not name or name in {document.id for document in manifest.load()}:
        raise UnusableName(
            f"Filnavnet {source.name} kan ikke bruges som id for et dokument.", "Giv filen et andet navn."
        )
    document = Document(
        id=name,
        file=f"{name}{source.suffix.lower()}",
        title=_one_line(title or source.stem),
        short_title=_one_line(title or source.stem),
        publisher=_one_line(publisher or "Tilføjet lokalt"),
        year="uden årstal",
        sha256=manifest.sha256(source) if source.is_file() else "",
        licence_note="Lokalt dokument.",
        first_page=first_page,
        local=_one_line(publisher or "jeres kommune"),
    )
    extract(source, document)
    with storage_errors(storage.root):
        storage.documents.mkdir(parents=True, exist_ok=True)
        _copy(source, storage.documents / document.file)
        before = documents(storage)
        _write([*(other for other in before if other.id != name), document], storage)
        for other in before:
            if other.id == name and other.file != document.file:
                (storage.documents / other.file).unlink(missing_ok=True)
    return document


def remove(storage: Storage, document_id: str) -> None:
    """Remove a local document and its file. Raises UnknownDocument."""
    known = documents(storage)
    found = next((document for document in known if document.id == document_id), None)
    if found is None:
        names = ", ".join(document.id for document in known) or "der er ingen lokale dokumenter"
        raise UnknownDocument(f"Der er intet lokalt dokument {document_id!r}.", f"Kendte: {names}.")
    with storage_errors(storage.root):
        _write([document for document in known if document is not found], storage)
        (storage.documents / found.file).unlink(missing_ok=True)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def slug(name: str) -> str:
    """Return `name` in small letters a-z, digits and hyphens, at most 64 of them."""
    return re.sub(r"[^a-z0-9]+", "-", fold(normalise(name).lower())).strip("-")[:64].strip("-")


def _copy(source: Path, target: Path) -> None:
    if source.resolve() == target.resolve():
        return
    handle, name = tempfile.mkstemp(dir=target.parent)
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as copy, source.open("rb") as file:
            shutil.copyfileobj(file, copy)
        fresh.replace(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _write(entries: list[Document], storage: Storage) -> None:
    tables = tomlkit.aot()
    for document in entries:
        values = {name: value for name, value in dataclasses.asdict(document).items() if value not in (None, ())}
        tables.append(tomlkit.item(values))
    fresh = storage.documents / f"{MANIFEST}.new"
    fresh.write_text(tomlkit.dumps({"document": tables}), "utf-8")
    fresh.replace(storage.documents / MANIFEST)
