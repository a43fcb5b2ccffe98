"""What tests share: the real index, built once; the sections of the bundled documents; a small, fast corpus."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from corpus import manifest
from corpus.schema import Page, Section
from corpus.text import key
from ingest.extract import extract
from ingest.records import split_coded_recommendations
from ingest.run import ingest
from ingest.sections import sections
from retrieval.embed import BundledEmbedder
from retrieval.library import Library
from retrieval.storage import Storage
from tests.fakes import HashEmbedder, corpus_attributes, write_corpus

ROOT = Path(__file__).parent.parent
VECTORS = ROOT / ".cache" / "test-vectors.sqlite"
"""The passage vectors of earlier runs: the five documents take over a minute to embed."""

settings.register_profile("proev", deadline=None)
settings.load_profile("proev")


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> BundledEmbedder:
    """The model that comes with the system."""
    return BundledEmbedder(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def corpus_storage(tmp_path_factory: pytest.TempPathFactory, bundled: BundledEmbedder) -> Storage:
    """A data folder with the index of the five bundled documents. Read it, never change it."""
    storage = Storage(tmp_path_factory.mktemp("corpus-data"))
    if VECTORS.is_file():
        storage.vector_cache.parent.mkdir(parents=True)
        shutil.copyfile(VECTORS, storage.vector_cache)
    if ingest(storage, bundled).embedded:
        VECTORS.parent.mkdir(exist_ok=True)
        fresh = VECTORS.with_name(f"{VECTORS.name}.{time.time_ns()}")
        shutil.copyfile(storage.vector_cache, fresh)
        fresh.replace(VECTORS)
    return storage


@pytest.fixture(scope="session")
def library(corpus_storage: Storage) -> Iterator[Library]:
    """The index of the five bundled documents, opened."""
    opened = Library.open(corpus_storage)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def bundled_pages() -> dict[str, tuple[Page, ...]]:
    """The pages of each bundled document by its id."""
    return {document.id: extract(manifest.verify(document), document).pages for document in manifest.load()}


@pytest.fixture(scope="session")
def bundled_keys(bundled_pages: dict[str, tuple[Page, ...]]) -> dict[str, str]:
    """The key (corpus/text.py) of each bundled document by its id."""
    return {name: key("\n".join(page.text for page in pages)) for name, pages in bundled_pages.items()}


@pytest.fixture(scope="session")
def bundled_sections(bundled_pages: dict[str, tuple[Page, ...]]) -> dict[str, list[Section]]:
    """The sections of each bundled document by its id, as they are cut into passages."""
    found = {}
    for document in manifest.load():
        outline = manifest.outline_entries(document)
        parts = sections(document, bundled_pages[document.id], outline, strict=True)
        found[document.id] = split_coded_recommendations(parts)
    return found


@pytest.fixture
def small_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two short documents in place of the bundled ones; the folder they are in."""
    folder = write_corpus(tmp_path / "corpus")
    for name, value in corpus_attributes(folder).items():
        monkeypatch.setattr(manifest, name, value)
    return folder


@pytest.fixture
def fake() -> HashEmbedder:
    """An embedder that needs no model and remembers what it embedded."""
    return HashEmbedder()


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """An empty data folder."""
    return Storage(tmp_path / "data")


@pytest.fixture
def small_index(small_corpus: Path, storage: Storage, fake: HashEmbedder) -> Storage:
    """A data folder with the index of the small corpus."""
    ingest(storage, fake)
    return storage


@pytest.fixture
def start_child() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start `tests/child.py` with the given arguments; children still running at the end are killed."""
    children: list[subprocess.Popen[str]] = []

    def start(*arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.child", *map(str, arguments)]
        child = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        children.append(child)
        return child

    yield start
    for child in children:
        child.kill()
        child.communicate()


@pytest.fixture
def run_child(start_child: Callable[..., subprocess.Popen[str]]) -> Callable[..., Any]:
    """Run `tests/child.py` to its end and return what it printed."""

    def run(*arguments: object) -> Any:
        child = start_child(*arguments)
        output, errors = child.communicate(timeout=120)
        assert child.returncode == 0, errors[-3000:]
        return json.loads(output.splitlines()[-1])

    return run


@pytest.fixture
def wait_for() -> Callable[[Path], None]:
    """Wait until a file is there, at most half a minute."""

    def wait(path: Path) -> None:
        end = time.monotonic() + 30
        while not path.exists():
            assert time.monotonic() < end, f"{path} never came"
            time.sleep(0.02)

    return wait
