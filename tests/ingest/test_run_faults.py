"""ingest/run.py when something goes wrong: the old index answers on, and the fault is told by its name."""

import errno
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import IndexBusy, IndexDamaged, IndexMissing, StorageFull
from ingest import run
from ingest.run import ingest, is_current
from retrieval.library import Library
from retrieval.search import prepare, search
from retrieval.storage import Storage
from tests.fakes import HashEmbedder, digest

QUESTION = "konflikter i frikvarteret"


def answers(storage: Storage) -> bool:
    library = Library.open(storage)
    hits = search(prepare(QUESTION, HashEmbedder(), library), library, 1)
    library.close()
    return "konflikter" in hits[0].passage.text


def no_space(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def states(storage: Storage) -> list[str]:
    return sorted(path.name for path in storage.index.iterdir() if path.is_dir())


def test_two_ingests_at_once_are_told_apart(small_index: Storage, small_corpus: Path, start_child, wait_for) -> None:
    ready = small_index.root / "ready"
    child = start_child("hold", small_corpus, small_index.root, ready)
    wait_for(ready)
    with pytest.raises(IndexBusy, match=str(child.pid)):
        ingest(small_index, HashEmbedder(), rebuild=True)
    assert answers(small_index)
    child.kill()
    child.wait()
    assert ingest(small_index, HashEmbedder(), rebuild=True).changed


def test_ingest_that_waits_for_nobody_is_refused_in_the_same_process(small_index: Storage) -> None:
    with small_index.building(), pytest.raises(IndexBusy):
        ingest(small_index, HashEmbedder())


@pytest.mark.parametrize("step", ["regner", "gemmer"])
def test_killed_ingest_leaves_the_old_index_whole(
    small_index: Storage, small_corpus: Path, start_child, wait_for, step: str
) -> None:
    state = small_index.current()
    before = digest(state)
    ready = small_index.root / "ready"
    child = start_child("hang", small_corpus, small_index.root, step, ready)
    wait_for(ready)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert len(states(small_index)) == 2
    assert small_index.current() == state
    assert digest(state) == before
    assert answers(small_index)
    ingest(small_index, HashEmbedder())
    assert states(small_index) == [small_index.current().name]
    assert answers(small_index)


def test_killed_first_ingest_leaves_no_index(small_corpus: Path, storage: Storage, start_child, wait_for) -> None:
    storage.root.mkdir()
    ready = storage.root / "ready"
    child = start_child("hang", small_corpus, storage.root, "gemmer", ready)
    wait_for(ready)
    child.kill()
    child.wait()
    with pytest.raises(IndexMissing):
        Library.open(storage)
    assert ingest(storage, HashEmbedder()).changed
    assert states(storage) == [storage.current().name]
    assert answers(storage)


@pytest.mark.parametrize("write", ["write_catalogue", "np.save", "VectorCache", "EdgeIndex.create"])
def test_full_disk_is_told_and_the_old_index_answers(
    small_index: Storage, monkeypatch: pytest.MonkeyPatch, write: str
) -> None:
    state = small_index.current()
    owner, _, name = write.rpartition(".")
    monkeypatch.setattr(getattr(run, owner) if owner else run, name, no_space)
    with pytest.raises(StorageFull, match="fuld"):
        ingest(small_index, HashEmbedder(), rebuild=True)
    monkeypatch.undo()
    assert states(small_index) == [state.name]
    assert answers(small_index)


@pytest.mark.parametrize("limit", [2_000, 12_000, 200_000, 16_000_000])
def test_file_size_limit_is_told_as_a_full_disk(
    small_index: Storage, small_corpus: Path, run_child: Callable[..., dict[str, str]], limit: int
) -> None:
    shutil.rmtree(small_index.vector_cache.parent)
    state = small_index.current()
    assert run_child("build", small_corpus, small_index.root, limit)["error"] == "StorageFull"
    assert states(small_index) == [state.name]
    assert answers(small_index)


@pytest.mark.parametrize("size", ["200k", "4m"])
def test_disk_that_is_really_full_does_not_kill_the_process(
    small_corpus: Path, tmp_path: Path, run_child: Callable[..., dict[str, str]], size: str
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may make a small disk")
    try:
        assert run_child("build", small_corpus, disk / "data")["error"] == "StorageFull"
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def spoil_size(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def spoil_content(path: Path) -> None:
    path.write_bytes(b"\xff" * path.stat().st_size)


@pytest.mark.parametrize("spoil", [Path.unlink, spoil_size, spoil_content], ids=["deleted", "truncated", "garbage"])
@pytest.mark.parametrize("name", ["catalogue.json", "sentences.npy", "files.json"])
def test_damaged_file_is_told_and_rebuild_mends_it(small_index: Storage, name: str, spoil) -> None:
    spoil(small_index.current() / name)
    with pytest.raises(IndexDamaged, match="--rebuild"):
        Library.open(small_index)
    assert ingest(small_index, HashEmbedder(), rebuild=True).changed
    assert answers(small_index)


@pytest.mark.parametrize("spoil", [Path.unlink, spoil_size, spoil_content], ids=["deleted", "truncated", "garbage"])
@pytest.mark.parametrize("name", ["segment.json", "mutable_id_tracker.mappings", "payload_storage/config.json"])
def test_damage_to_the_engine_is_told_and_mended(small_index: Storage, name: str, spoil) -> None:
    spoil(min((small_index.current() / "shard").rglob(name)))
    with pytest.raises(IndexDamaged, match="--rebuild"):
        Library.open(small_index)
    ingest(small_index, HashEmbedder(), rebuild=True)
    assert answers(small_index)


def test_a_damaged_index_of_a_field_is_told_or_answers_as_before(small_index: Storage) -> None:
    before = answers(small_index)
    for path in (small_index.current() / "shard").rglob("*-map/config.json"):
        spoil_content(path)
    try:
        after = answers(small_index)
    except IndexDamaged as error:
        assert "--rebuild" in str(error)
    else:
        assert after == before


def test_lost_payloads_of_the_engine_are_told_when_it_is_asked(small_index: Storage) -> None:
    tracker = next((small_index.current() / "shard").rglob("payload_storage/tracker.dat"))
    tracker.write_bytes(bytes(tracker.stat().st_size))
    with pytest.raises(IndexDamaged, match="--rebuild"):
        answers(small_index)


def test_every_file_of_the_engine_is_watched(small_index: Storage) -> None:
    state = small_index.current()
    files = [path for path in (state / "shard").rglob("*") if path.is_file() and path.name != "edge_config.json"]
    assert files
    for path in files:
        kept = path.read_bytes()
        path.unlink()
        with pytest.raises(IndexDamaged):
            small_index.check(state)
        path.write_bytes(kept)
    small_index.check(state)


def test_lost_configuration_of_the_engine_is_told(small_index: Storage) -> None:
    (small_index.current() / "shard" / "edge_config.json").write_bytes(b"{}garbage")
    with pytest.raises(IndexDamaged, match="--rebuild"):
        Library.open(small_index)


def test_lost_engine_folder_is_told(small_index: Storage) -> None:
    shutil.rmtree(small_index.current() / "shard")
    with pytest.raises(IndexDamaged, match="--rebuild"):
        Library.open(small_index)


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"nowhere", b"\xff\xfe\x00 garbage", b"a" * 5000, b"..", b"x/../y", b"\x00"],
    ids=["empty", "blank", "unknown", "binary", "long", "above", "path", "null"],
)
def test_damaged_pointer_is_told_and_rebuild_mends_it(small_index: Storage, content: bytes) -> None:
    small_index.pointer.write_bytes(content)
    with pytest.raises(IndexDamaged, match="--rebuild"):
        Library.open(small_index)
    assert not is_current(small_index, HashEmbedder.name, collection_expected=False)
    assert ingest(small_index, HashEmbedder(), rebuild=True).changed
    assert answers(small_index)


def test_damage_that_shows_in_sizes_is_mended_by_any_ingest(small_index: Storage) -> None:
    (small_index.current() / "catalogue.json").unlink()
    assert ingest(small_index, HashEmbedder()).changed
    assert answers(small_index)


def test_vectors_that_do_not_fit_the_catalogue_are_damage(small_index: Storage) -> None:
    state = small_index.current()
    np.save(state / "sentences.npy", np.zeros((3, HashEmbedder.dimensions), np.float16))
    small_index.seal(state)
    with pytest.raises(IndexDamaged, match="passer ikke"):
        Library.open(small_index)


def test_index_without_states_is_missing(storage: Storage) -> None:
    with pytest.raises(IndexMissing, match="proev ingest"):
        Library.open(storage)


def test_many_processes_read_the_same_state_at_once(
    small_index: Storage, small_corpus: Path, start_child: Callable[..., subprocess.Popen[str]]
) -> None:
    before = digest(small_index.current())
    children = [start_child("read", small_corpus, small_index.root, 8) for _ in range(4)]
    outputs = {child.communicate(timeout=60)[0].splitlines()[-1] for child in children}
    assert all(child.returncode == 0 for child in children)
    assert len(outputs) == 1
    assert "skolen-" in outputs.pop()
    small_index.check(small_index.current())
    assert digest(small_index.current()) == before


def test_readers_and_a_rebuild_at_once_disturb_nobody(
    small_index: Storage, small_corpus: Path, start_child: Callable[..., subprocess.Popen[str]]
) -> None:
    children = [start_child("read", small_corpus, small_index.root, 40) for _ in range(2)]
    while any(child.poll() is None for child in children):
        ingest(small_index, HashEmbedder(), rebuild=True)
    for child in children:
        output, errors = child.communicate()
        assert child.returncode == 0, errors[-2000:]
        assert "error" not in output, output
