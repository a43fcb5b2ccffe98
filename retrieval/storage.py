"""Where the index lives on disk, and how one state of it replaces another.

    <data>/
      index/current          the name of the state in use, replaced atomically
      index/<state>/         one finished state, never changed:
        catalogue.json         documents, pages, passages, records
        sentences.npy          sentence vectors, float16, in the order of the catalogue
        files.json             size of every file, to tell damage
        shard/                 the engine's folder
        in-use.lock            shared lock of every process that reads the state
      cache/                 passage vectors by content, and the tuned model
      documents/             local documents and their manifest
      ingest.lock            held by the one process that builds

A state is built in a folder beside the others and becomes current by one rename, so that a crash at any moment
leaves the old one whole, and a reader never sees two states mixed.
"""

import errno
import fcntl
import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from corpus.errors import IndexBusy, IndexDamaged, IndexMissing, StorageFull, StorageUnusable

ROOM_FOR_A_STATE = 250_000_000
"""Bytes that must be free before a new state is built."""

OUT_OF_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True)
class Storage:
    """The folders under one data folder."""

    root: Path

    @property
    def documents(self) -> Path:
        """Local documents and their manifest."""
        return self.root / "documents"

    @property
    def vector_cache(self) -> Path:
        """The file with passage vectors by content."""
        return self.root / "cache" / "vectors.sqlite"

    @property
    def models(self) -> Path:
        """The folder of the tuned model's file."""
        return self.root / "cache"

    @property
    def index(self) -> Path:
        """The folder of the states."""
        return self.root / "index"

    @property
    def pointer(self) -> Path:
        """The file that names the current state."""
        return self.index / "current"

    def current(self) -> Path:
        """Return the folder of the current state. Raises IndexMissing or IndexDamaged."""
        try:
            name = self._name()
        except FileNotFoundError as error:
            raise IndexMissing("Der er intet indeks endnu.", "Byg det med: proev ingest.") from error
        except OSError as error:
            raise IndexDamaged(
                f"Indekset i {self.index} kan ikke læses: {error.strerror}.",
                "Ret mappen, og byg det igen med: proev ingest --rebuild.",
            ) from error
        folder = self.index / name
        if not re.fullmatch(r"[\w-]{1,80}", name) or not (folder / "files.json").is_file():
            raise IndexDamaged(f"Indekset i {self.index} mangler filer.", "Byg det igen med: proev ingest --rebuild.")
        return folder

    def _name(self) -> str:
        return self.pointer.read_bytes().decode("utf-8", "replace").strip()

    def require_space(self) -> None:
        """Raise StorageFull unless there is room for a new state.

        The engine writes through memory-mapped files: a disk that fills up under them ends the process.
        """
        free = shutil.disk_usage(self.root).free
        if free < ROOM_FOR_A_STATE:
            raise StorageFull(
                f"Disken med {self.root} er fuld: der er {free // 1_000_000} MB fri.",
                f"Frigør mindst {ROOM_FOR_A_STATE // 1_000_000} MB, og prøv igen. Det gamle indeks er urørt.",
            )

    def check(self, folder: Path) -> None:
        """Raise IndexDamaged when a file of the state is missing or has not the size it was written with."""
        try:
            expected: dict[str, int] = json.loads((folder / "files.json").read_text("utf-8"))
            wrong = [name for name, size in expected.items() if (folder / name).stat().st_size != size]
        except (OSError, ValueError, AttributeError) as error:
            raise IndexDamaged(
                f"Indekset i {folder} mangler filer ({type(error).__name__}).",
                "Byg det igen med: proev ingest --rebuild.",
            ) from error
        if wrong:
            raise IndexDamaged(
                f"Filen {wrong[0]} i indekset {folder} er beskadiget.", "Byg det igen med: proev ingest --rebuild."
            )

    def seal(self, folder: Path) -> None:
        """Write down the sizes of the files of a finished state, and force everything to disk."""
        free_to_change = {"files.json", "in-use.lock", "open.lock", "edge_config.json"}
        sizes = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name not in free_to_change:
                sizes[str(path.relative_to(folder))] = path.stat().st_size
                with path.open("rb") as file:
                    os.fsync(file.fileno())
        (folder / "files.json").write_text(json.dumps(sizes, indent=1), "utf-8")

    def switch(self, folder: Path) -> None:
        """Make `folder` the current state, in one step."""
        fresh = self.pointer.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(folder.name)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.pointer)

    def clean_up(self) -> list[str]:
        """Remove the states that are neither current nor in use; return their names."""
        keep = self._name() if self.pointer.is_file() else ""
        removed = []
        for folder in sorted(self.index.iterdir()):
            if folder.is_dir() and folder.name != keep and _unused(folder):
                shutil.rmtree(folder, ignore_errors=True)
                removed.append(folder.name)
        return removed

    @contextmanager
    def building(self, wait: float = 0.0) -> Iterator[None]:
        """Hold the right to change what is under the data folder.

        Raises IndexBusy when another process still has it after `wait` seconds, StorageFull when the disk is full.
        """
        with storage_errors(self.root):
            self.index.mkdir(parents=True, exist_ok=True)
            lock = (self.root / "ingest.lock").open("a+")
        try:
            _take(lock, wait)
        except BlockingIOError as error:
            lock.seek(0)
            holder = lock.read().strip() or "ukendt"
            lock.close()
            raise IndexBusy(
                f"En anden proces ({holder}) er ved at indeksere i {self.root}.",
                "Vent, til den er færdig, og prøv igen.",
            ) from error
        with lock:
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            with storage_errors(self.root):
                yield


def _take(lock: IO[str], wait: float) -> None:
    """Take a lock. Raises BlockingIOError when another process still has it after `wait` seconds."""
    end = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= end:
                raise
            time.sleep(0.1)


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Turn the operating system's "disk full" into StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno in OUT_OF_SPACE:
            raise StorageFull(
                f"Disken med {folder} er fuld.", "Frigør plads, og prøv igen. Det gamle indeks er urørt."
            ) from error
        raise StorageUnusable(
            f"Mappen {folder} kan ikke bruges: {error.strerror or type(error).__name__}.",
            "Ret rettighederne, eller vælg en anden med PROEV_DATA.",
        ) from error


def mark_in_use(folder: Path) -> IO[str]:
    """Return an open lock that keeps the state from being removed for as long as it is open."""
    lock = (folder / "in-use.lock").open("a")
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


def _unused(folder: Path) -> bool:
    try:
        with (folder / "in-use.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
