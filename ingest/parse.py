"""One document to its pages, passages and records."""

from dataclasses import dataclass
from pathlib import Path

from corpus import manifest
from corpus.errors import DocumentError
from corpus.schema import Document, Page, Passage, Record
from ingest.extract import extract
from ingest.records import records, split_coded_recommendations
from ingest.sections import sections
from retrieval.embed import Embedder
from retrieval.storage import Storage


@dataclass(frozen=True)
class Problem:
    """A document that was left out, and why."""

    document: str
    error: DocumentError


@dataclass(frozen=True)
class Parsed:
    """What a document was parsed into."""

    document: Document
    pages: tuple[Page, ...]
    passages: tuple[Passage, ...]
    records: tuple[Record, ...]


def try_parse(document: Document, storage: Storage, embedder: Embedder) -> Parsed | Problem:
    """Parse a document; the fault of a local one is returned, that of a bundled one raised."""
    is_bundled = document in manifest.load()
    folder = manifest.DOCUMENTS if is_bundled else storage.documents
    try:
        return parse(document, manifest.verify(document, folder), embedder, strict=is_bundled)
    except DocumentError as error:
        if is_bundled:
            raise
        return Problem(document.id, error)


def parse(document: Document, path: Path, embedder: Embedder, *, strict: bool) -> Parsed:
    """Parse the file at `path`; with `strict`, every heading of the document's outline must be found.

    Raises DocumentError.
    """
    from ingest.passages import passages

    extracted = extract(path, document)
    outline = list(manifest.outline_entries(document)) if strict else list(extracted.headings)
    found = split_coded_recommendations(sections(document, extracted.pages, outline, strict=strict))
    return Parsed(
        document,
        extracted.pages,
        tuple(passages(found, extracted.pages, embedder.count_tokens)),
        tuple(records(found)),
    )
