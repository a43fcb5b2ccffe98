"""Stand-ins for what is slow or large: an embedder without a model and a corpus of two short documents."""

import hashlib
import json
import re
import threading
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from corpus import manifest
from corpus.schema import Document
from retrieval.embed import Vectors

SKOLEN = """ Forord
Denne guide samler, hvad to skoler har prøvet, før de henviste. Den er skrevet til lærere og pædago-
ger på mellemtrinnet, som vil styrke fællesskabet i klassen.

Eksempel Kommune – Skovskolen
Rolige frikvarterer
På Skovskolen spiser klasserne nu frokost sammen. Det giver færre konflikter i frikvarteret.

Det har vi gjort
Vi har lavet legegrupper i frikvarteret, og en voksen går med. Grupperne skifter hver måned.
 Eksempel Kommune – Åskolen
Makkerlæsning
På Åskolen læser eleverne i par, så flere får læst hver dag.

Det har vi gjort
Hver elev har en makker, og parrene læser ti minutter efter frokost.
"""

OUTLINE = """heading = [
    { level = 1, title = "Forord" },
    { level = 1, title = "Eksempel Kommune – Skovskolen: Rolige frikvarterer", match = "Eksempel Kommune – \
Skovskolen Rolige frikvarterer", record = "skolen-skovskolen", field = "resume", name = "Eksempel Kommune – \
Skovskolen", theme = "Frikvarter" },
    { level = 2, title = "Det har vi gjort", record = "skolen-skovskolen", field = "gjort" },
    { level = 1, title = "Eksempel Kommune – Åskolen: Makkerlæsning", match = "Eksempel Kommune – Åskolen \
Makkerlæsning", record = "skolen-aaskolen", field = "resume", name = "Eksempel Kommune – Åskolen", \
theme = "Læsning" },
    { level = 2, title = "Det har vi gjort", record = "skolen-aaskolen", field = "gjort" },
]
"""

GUIDEN = """Guide til fravær

En elev med stigende fravær skal mødes tidligt. Klasselæreren taler med eleven og ringer hjem samme dag.
\fSkolevægring

Skolevægring kræver en fælles plan. Skolen, hjemmet og PPR mødes og aftaler det næste lille skridt.
"""


def document(name: str = "lokal", file: str = "lokal.txt", **more: object) -> Document:
    """Return a document with everything but what a test cares about filled in."""
    values: dict[str, object] = {
        "id": name,
        "file": file,
        "title": name.capitalize(),
        "short_title": name.capitalize(),
        "publisher": "Eksempel Kommune",
        "year": "uden årstal",
        "sha256": "",
        "licence_note": "",
    }
    return Document(**{**values, **more})  # type: ignore[arg-type]


def write_corpus(folder: Path) -> Path:
    """Write a corpus of two short documents into `folder` and return it."""
    for name in ("documents", "outlines"):
        (folder / name).mkdir(parents=True)
    entries = []
    for name, text, breaks in (("skolen", SKOLEN, "leading-space"), ("guiden", GUIDEN, "form-feed")):
        path = folder / "documents" / f"{name}.txt"
        path.write_text(text, "utf-8")
        entries.append(
            f'[[document]]\nid = "{name}"\nfile = "{path.name}"\nsha256 = "{manifest.sha256(path)}"\n'
            f'title = "{name.capitalize()}"\npublisher = "Eksempel Kommune"\nfirst_page = 1\npage_breaks = "{breaks}"\n'
        )
    (folder / "manifest.toml").write_text("\n".join(entries), "utf-8")
    (folder / "outlines" / "skolen.toml").write_text(OUTLINE, "utf-8")
    return folder


def corpus_attributes(folder: Path) -> dict[str, object]:
    """Return the attributes of `corpus.manifest` that make the corpus in `folder` the bundled one."""
    load = manifest.load
    return {
        "DOCUMENTS": folder / "documents",
        "OUTLINES": folder / "outlines",
        "load": lambda path=folder / "manifest.toml": load(path),
    }


class HashEmbedder:
    """An Embedder without a model: each text is the sum of pseudo-random vectors of its words' 4-grams.

    Texts that share words are alike, equal texts equal. `embedded` holds every passage text in order, and
    `before` is called with each batch before it is embedded.
    """

    name = "fake-hash"
    dimensions = 64

    def __init__(self, before: Callable[[Sequence[str]], None] = lambda texts: None) -> None:
        self.embedded: list[str] = []
        self._before = before
        self._lock = threading.Lock()

    def embed_query(self, text: str) -> Vectors:
        """See Embedder."""
        return self._vector(text)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        self._before(texts)
        with self._lock:
            self.embedded += texts
        shape = (len(texts), self.dimensions)
        return np.array([self._vector(text) for text in texts], dtype=np.float32).reshape(shape)

    def count_tokens(self, text: str) -> int:
        """See Embedder."""
        return len(re.findall(r"\w+|[^\w\s]", text)) + 2

    def _vector(self, text: str) -> Vectors:
        total = np.full(self.dimensions, 1e-3)
        for word in re.findall(r"\w+", text.lower()):
            for at in range(max(1, len(word) - 3)):
                gram = word[at : at + 4].encode("utf-8", "replace")
                total += np.random.default_rng(zlib.crc32(gram)).standard_normal(self.dimensions)
        return (total / np.linalg.norm(total)).astype(np.float32)


def digest(folder: Path) -> str:
    """Return a hash of every file of a state; locks aside, and the order of keys, which the engine shuffles."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix == ".lock":
            continue
        content = path.read_bytes()
        if path.suffix == ".json":
            content = json.dumps(json.loads(content), sort_keys=True).encode()
        found.update(str(path.relative_to(folder)).encode() + b"\0" + content)
    return found.hexdigest()
