"""retrieval/storage.py: one state replaces another in one step, and none that is in use is removed."""

import errno
from pathlib import Path

import pytest

from corpus.errors import IndexBusy, IndexDamaged, IndexMissing, StorageFull, StorageUnusable
from retrieval.storage import Storage, mark_in_use, storage_errors


def new_state(storage: Storage, name: str) -> Path:
    folder = storage.index / name
    (folder / "shard").mkdir(parents=True)
    (folder / "catalogue.json").write_text("{}", "utf-8")
    (folder / "shard" / "data.bin").write_bytes(b"12345")
    storage.seal(folder)
    return folder


@pytest.fixture
def current(storage: Storage) -> Path:
    folder = new_state(storage, "one")
    storage.switch(folder)
    return folder


def test_everything_lies_under_the_data_folder(storage: Storage) -> None:
    for path in (storage.documents, storage.vector_cache, storage.index, storage.pointer):
        assert storage.root in path.parents


def test_no_index_is_missing_not_damaged(storage: Storage) -> None:
    with pytest.raises(IndexMissing):
        storage.current()


def test_switch_makes_another_state_current(storage: Storage, current: Path) -> None:
    assert storage.current() == current
    other = new_state(storage, "two")
    assert storage.current() == current
    storage.switch(other)
    assert storage.current() == other
    assert not list(storage.index.glob("*.new"))


def test_sealed_state_passes_the_check(storage: Storage, current: Path) -> None:
    storage.check(current)


@pytest.mark.parametrize("name", ["catalogue.json", "shard/data.bin"])
@pytest.mark.parametrize("content", [None, b"", b"longer than it was"])
def test_missing_or_resized_file_is_damage(storage: Storage, current: Path, name: str, content: bytes | None) -> None:
    path = current / name
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(IndexDamaged, match="--rebuild"):
        storage.check(current)


@pytest.mark.parametrize("content", [b"", b"{", b"[1, 2]", b"\xff", b'{"gone": 1}', b'"text"', b"7", b'{"shard": "a"}'])
def test_unreadable_list_of_sizes_is_damage(storage: Storage, current: Path, content: bytes) -> None:
    (current / "files.json").write_bytes(content)
    with pytest.raises(IndexDamaged):
        storage.check(current)


def test_clean_up_keeps_the_current_state_and_those_in_use(storage: Storage, current: Path) -> None:
    used, unused = new_state(storage, "two"), new_state(storage, "three")
    with mark_in_use(used):
        assert storage.clean_up() == ["three"]
    assert current.is_dir()
    assert used.is_dir()
    assert not unused.exists()
    assert storage.clean_up() == ["two"]


def test_state_read_by_two_is_kept_until_both_let_go(storage: Storage, current: Path) -> None:
    used = new_state(storage, "two")
    first, second = mark_in_use(used), mark_in_use(used)
    first.close()
    assert storage.clean_up() == []
    second.close()
    assert storage.clean_up() == ["two"]


def test_clean_up_without_a_pointer_removes_what_is_left(storage: Storage) -> None:
    new_state(storage, "one")
    assert storage.clean_up() == ["one"]


def test_clean_up_takes_a_pointer_that_cannot_be_read(storage: Storage, current: Path) -> None:
    storage.pointer.write_bytes(b"\xff\xfe")
    storage.clean_up()


def test_right_to_build_is_given_to_one_at_a_time(storage: Storage) -> None:
    with storage.building(), pytest.raises(IndexBusy, match=str(storage.root)), Storage(storage.root).building():
        pass
    with storage.building():
        pass


def test_right_to_build_is_let_go_after_an_error(storage: Storage) -> None:
    with pytest.raises(ZeroDivisionError), storage.building():
        raise ZeroDivisionError
    with storage.building():
        pass


def test_lock_left_by_a_dead_process_does_not_block(storage: Storage) -> None:
    storage.index.mkdir(parents=True)
    (storage.root / "ingest.lock").write_text("999999", "utf-8")
    with storage.building():
        pass


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_full_disk_is_told_with_the_folder(tmp_path: Path, number: int) -> None:
    with pytest.raises(StorageFull, match=str(tmp_path)), storage_errors(tmp_path):
        raise OSError(number, "full")


def test_other_errors_of_the_system_are_told_in_our_words(tmp_path: Path) -> None:
    with pytest.raises(StorageUnusable, match="PROEV_DATA"), storage_errors(tmp_path):
        raise PermissionError(errno.EACCES, "no")
