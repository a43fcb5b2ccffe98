"""The steps of an ingest in order: files to a new state of the index, which then replaces the old one."""

import hashlib
import logging
import shutil
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpus import knowledge, manifest
from corpus.errors import IndexFault
from corpus.schema import Document, Expansion, Measure, Passage, Recommendation, TrialAction
from ingest import local
from ingest.parse import Parsed, Problem, parse, try_parse
from ingest.points import points
from retrieval.analyse import terms, tokens
from retrieval.embed import Embedder, VectorCache, Vectors, write_shipped
from retrieval.index import EdgeIndex, Index, Point, ServerIndex
from retrieval.library import (
    SENTENCES_FILE,
    SHARD_FOLDER,
    Catalogue,
    read_catalogue,
    write_catalogue,
)
from retrieval.storage import Storage

HEADING_WEIGHT = 2
"""How often a heading's words count in the word search."""

SHIPPED_VECTORS = manifest.CORPUS / "vectors.npz"
"""The vectors of the bundled documents, made by `make vectors`, so that a first run takes seconds."""

logger = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""Called with the step, how much of it is done and how much there is."""


def no_progress(step: str, done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class IngestReport:
    """What an ingest did. `embedded` counts texts whose vectors had to be computed."""

    changed: bool
    documents: int
    passages: int
    records: int
    embedded: int
    seconds: float
    problems: tuple[Problem, ...]


def is_current(storage: Storage, embedder_name: str, collection_expected: bool) -> bool:
    """Tell whether the index on disk was made from the documents, the code and the embedder as they are now."""
    try:
        folder = storage.current()
        storage.check(folder)
        catalogue = read_catalogue(folder)
    except IndexFault:
        return False
    same_place = (catalogue.collection is not None) == collection_expected
    return same_place and catalogue.fingerprint == fingerprint(_sources(storage), embedder_name)


def ingest(
    storage: Storage,
    embedder: Embedder,
    *,
    client: Any = None,
    rebuild: bool = False,
    wait: float = 0.0,
    progress: Progress = no_progress,
) -> IngestReport:
    """Bring the index up to date with the bundled and the local documents.

    `client` is a Qdrant client where the vectors belong on a server. With `rebuild` the state is made anew even when
    nothing has changed; `wait` is how many seconds to wait for another ingest to end. A local document that cannot be
    read is left out and reported; a bundled one raises its DocumentError. Raises IndexBusy or StorageFull; the old
    state then stays as it was.
    """
    start = time.perf_counter()
    with storage.building(wait):
        if not rebuild and is_current(storage, embedder.name, client is not None):
            catalogue = read_catalogue(storage.current())
            storage.clean_up()
            return _report(False, catalogue, 0, start, tuple(_left_out(storage, catalogue, embedder)))
        storage.clean_up()
        storage.require_space()
        sources = _sources(storage)
        parsed, problems = _parse_all(sources, storage, embedder, progress)
        with _new_state(storage) as folder:
            catalogue, embedded = _build(folder, sources, parsed, storage, embedder, client, progress)
            storage.seal(folder)
            storage.switch(folder)
        for name in storage.clean_up():
            if client is not None:
                ServerIndex.remove(client, collection_name(name))
    return _report(True, catalogue, embedded, start, tuple(problems))


def _report(
    changed: bool, catalogue: Catalogue, embedded: int, start: float, problems: tuple[Problem, ...]
) -> IngestReport:
    report = IngestReport(
        changed=changed,
        documents=len(catalogue.documents),
        passages=len(catalogue.passages),
        records=len(catalogue.records),
        embedded=embedded,
        seconds=time.perf_counter() - start,
        problems=problems,
    )
    logger.info("ingest: %s", report)
    return report


def _sources(storage: Storage) -> tuple[Document, ...]:
    return manifest.load() + local.documents(storage)


def fingerprint(documents: Sequence[Document], embedder_name: str) -> str:
    """Return a hash of everything an index is made from: documents, hand-written knowledge, code, embedder."""
    digest = hashlib.sha256(embedder_name.encode())
    for document in documents:
        digest.update(repr(document).encode())
    root = manifest.CORPUS.parent
    code = [*(root / "ingest").glob("*.py"), *(root / "retrieval").glob("*.py"), *manifest.CORPUS.rglob("*.py")]
    known = [*manifest.OUTLINES.glob("*.toml"), *knowledge.files()]
    for path in sorted(code + known):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _parse_all(
    sources: Sequence[Document], storage: Storage, embedder: Embedder, progress: Progress
) -> tuple[list[Parsed], list[Problem]]:
    parsed: list[Parsed] = []
    problems: list[Problem] = []
    for done, document in enumerate(sources):
        progress("læser", done, len(sources))
        found = try_parse(document, storage, embedder)
        if isinstance(found, Problem):
            logger.warning("document %s left out: %s", document.id, found.error.code)
            problems.append(found)
        else:
            parsed.append(found)
    progress("læser", len(sources), len(sources))
    return parsed, problems


def _left_out(storage: Storage, catalogue: Catalogue, embedder: Embedder) -> Iterator[Problem]:
    """Yield what is wrong with each document that is not in the index."""
    known = {document.id for document in catalogue.documents}
    for document in _sources(storage):
        if document.id not in known and isinstance(found := try_parse(document, storage, embedder), Problem):
            yield found


@contextmanager
def _new_state(storage: Storage) -> Iterator[Path]:
    folder = storage.index / f"{int(time.time())}-{uuid.uuid4().hex[:8]}"
    folder.mkdir()
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _build(
    folder: Path,
    sources: Sequence[Document],
    parsed: Sequence[Parsed],
    storage: Storage,
    embedder: Embedder,
    client: Any,
    progress: Progress,
) -> tuple[Catalogue, int]:
    catalogue, led = _describe(folder, sources, parsed, embedder, client)
    dense, sentence_vectors, embedded = _embed(catalogue.passages, led, storage, embedder, progress)
    np.save(folder / SENTENCES_FILE, sentence_vectors.astype(np.float16))
    _fill(folder, points(catalogue, led, dense, _terms(catalogue.passages)), catalogue, client, progress)
    return catalogue, embedded


def _describe(
    folder: Path, sources: Sequence[Document], parsed: Sequence[Parsed], embedder: Embedder, client: Any
) -> tuple[Catalogue, tuple[Expansion, ...]]:
    """Return everything but the vectors, and the expansions."""
    all_records = [record for part in parsed for record in part.records]
    passages = tuple(passage for part in parsed for passage in part.passages)
    pages = tuple(page for part in parsed for page in part.pages)
    known = knowledge.read(passages, pages, all_records)
    led = known.expansions
    headed = _terms(passages)
    catalogue = Catalogue(
        fingerprint=fingerprint(sources, embedder.name),
        embedder=embedder.name,
        dimensions=embedder.dimensions,
        collection=collection_name(folder.name) if client is not None else None,
        documents=tuple(part.document for part in parsed),
        pages=pages,
        passages=passages,
        trial_actions=tuple(record for record in all_records if isinstance(record, TrialAction)),
        recommendations=tuple(record for record in all_records if isinstance(record, Recommendation)),
        measures=(*(record for record in all_records if isinstance(record, Measure)), *known.measures),
        topics=known.topics,
        traits=known.traits,
        terms=known.terms,
        facets=known.facets,
        facet_names=known.facet_names,
        evidence=known.evidence,
        guides=known.guides,
        anywhere=known.anywhere,
        paths=known.paths,
        frequencies=Counter(term for found in headed for term in set(found)),
        words=Counter(tokens("\n".join([*(passage.text for passage in passages), *(text.text for text in led)]))),
        points=len(passages) + len(led),
        aided=knowledge.documents(known, passages, [*all_records, *known.measures]),
    )
    return catalogue, led


def _terms(passages: Sequence[Passage]) -> list[list[str]]:
    """Return the index terms of each passage with its headings."""
    return [terms(passage.text) + HEADING_WEIGHT * terms(" ".join(passage.path)) for passage in passages]


def collection_name(state: str) -> str:
    """Return the name on a Qdrant server of the collection of a state."""
    return f"proev_{state.replace('-', '_')}"


def _fill(folder: Path, filling: Sequence[Point], catalogue: Catalogue, client: Any, progress: Progress) -> None:
    progress("gemmer", 0, len(filling))
    write_catalogue(catalogue, folder)
    index: Index
    if catalogue.collection is None:
        index = EdgeIndex.create(folder / SHARD_FOLDER, catalogue.dimensions)
    else:
        index = ServerIndex.create(client, catalogue.collection, catalogue.dimensions)
    index.add(filling)
    index.finish()
    if catalogue.collection is None:
        index.close()
    progress("gemmer", len(filling), len(filling))


def _embed(
    passages: Sequence[Passage], led: Sequence[Expansion], storage: Storage, embedder: Embedder, progress: Progress
) -> tuple[Vectors, Vectors, int]:
    """Return the vectors of passages and expansions together, of the sentences, and how many were computed."""
    texts, sentences = _texts(passages, led)
    total = len(texts) + len(sentences)
    done = 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        progress("regner", done, total)

    cache = VectorCache(storage.vector_cache, embedder, SHIPPED_VECTORS)
    vectors, embedded = cache.embed_passages(texts + sentences, advance)
    progress("regner", total, total)
    return vectors[: len(texts)], vectors[len(texts) :], embedded


def _texts(passages: Sequence[Passage], led: Sequence[Expansion]) -> tuple[list[str], list[str]]:
    """Return the texts that get vectors: the passages and then the expansions, and the passages' sentences."""
    texts = [passage.text for passage in passages] + [expansion.text for expansion in led]
    return texts, [sentence.text for passage in passages for sentence in passage.sentences]


def ship_vectors(storage: Storage, embedder: Embedder) -> int:
    """Write the vectors of the bundled documents and their expansions to SHIPPED_VECTORS; return how many."""
    parsed = [parse(document, manifest.verify(document), embedder, strict=True) for document in manifest.load()]
    passages = [passage for part in parsed for passage in part.passages]
    pages = [page for part in parsed for page in part.pages]
    known = knowledge.read(passages, pages, [record for part in parsed for record in part.records])
    texts, sentences = _texts(passages, known.expansions)
    found = texts + sentences
    return write_shipped(SHIPPED_VECTORS, found, VectorCache(storage.vector_cache, embedder, SHIPPED_VECTORS))
