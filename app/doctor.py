"""Is the installation sound? Each check says what it found, and what to do where something is wrong."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.config import Config, load
from corpus import manifest
from corpus.errors import ProevError
from retrieval.library import Library

ENOUGH_DISK = 500_000_000


@dataclass(frozen=True)
class Finding:
    """What one check found. `text` is for the person at the keyboard."""

    name: str
    fine: bool
    text: str


def checkup() -> Iterator[Finding]:
    """Yield the findings one by one; a check that fails does not stop the next."""
    yield _run("Python", _python)
    try:
        config = load()
    except ProevError as error:
        yield Finding("Indstillinger", False, str(error))
        return
    yield Finding("Indstillinger", True, f"data i {config.data}, model {config.model}")
    checks: tuple[tuple[str, Callable[[Config], str]], ...] = (
        ("Datamappe", _folder),
        ("Kilder", _documents),
        ("Model", _model),
        ("Qdrant", _engine),
        ("Indeks", _index),
        ("Lokale numre", _numbers),
    )
    for name, check in checks:
        yield _run(name, check, config)


def _run(name: str, check: Callable[..., str], *arguments: object) -> Finding:
    try:
        return Finding(name, True, check(*arguments))
    except ProevError as error:
        return Finding(name, False, str(error))
    except OSError as error:
        return Finding(name, False, f"{error.strerror or type(error).__name__}.")


def _python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"


def _folder(config: Config) -> str:
    folder = config.data
    parent = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not os.access(parent, os.W_OK):
        raise ProevError(f"Der kan ikke skrives i {parent}.", "Ret rettighederne, eller vælg en anden med PROEV_DATA.")
    free = shutil.disk_usage(parent).free
    if free < ENOUGH_DISK:
        raise ProevError(f"Der er kun {free // 1_000_000} MB fri plads ved {parent}.", "Frigør mindst 500 MB.")
    return f"{folder}, {free // 1_000_000_000} GB fri plads"


def _documents(config: Config) -> str:
    documents = manifest.load()
    for document in documents:
        manifest.verify(document)
    return f"{len(documents)} dokumenter, alle uændrede"


def _model(config: Config) -> str:
    embedder = config.embedder()
    vector = embedder.embed_query("prøve")
    return f"{embedder.name}, {vector.shape[0]} tal pr. tekst"


def _engine(config: Config) -> str:
    config.connect()
    return config.qdrant_url or "indbygget motor"


def _index(config: Config) -> str:
    library = Library.open(config.storage, config.connect(), config.embedder().name)
    points, passages, aids = library.index.count(), len(library.passages), _aids(library)
    library.close()
    if points != library.catalogue.points:
        raise ProevError(
            f"Indekset har {points} punkter, men skulle have {library.catalogue.points}.",
            "Kør: proev ingest --rebuild.",
        )
    return f"{len(library.documents)} dokumenter, {passages} passager, {aids}"


def _aids(library: Library) -> str:
    """Return which documents are found by their own words alone, with what would make it better."""
    aided = library.catalogue.aided
    without = [document.title for document in library.documents.values() if document.id not in aided]
    if not without:
        return "alle med spørgsmål i hverdagens ord"
    return f"uden spørgsmål i hverdagens ord: {', '.join(without)} (docs/knowledge.md fortæller, hvordan de kan få det)"


def _numbers(config: Config) -> str:
    if not config.local_numbers:
        return "ikke udfyldt – sæt [local_numbers] i proev.toml, så de vises ved akut bekymring"
    return ", ".join(config.local_numbers)
