"""retrieval/weights.py: what is packed, patched and merged comes back as it was."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corpus.errors import ConfigError
from retrieval.embed import BUNDLED_FILE, PATCH, BundledEmbedder
from retrieval.weights import BLOCK, checksum, directory, merge, pack, read_shape, read_tensor, unpack, write_patch

FLOATS = st.floats(-4, 4, width=32, allow_subnormal=False)


@given(arrays(np.float32, 4 * BLOCK, elements=FLOATS))
def test_packed_numbers_are_off_by_half_a_step_at_most(numbers: np.ndarray) -> None:
    blocks = numbers.reshape(-1, BLOCK)
    step = np.abs(blocks).max(axis=1, keepdims=True) / 8
    # The eighth step on the far side of the largest number does not exist: it is cut to the seventh.
    assert np.all(np.abs(unpack(pack(numbers)).reshape(-1, BLOCK) - blocks) <= step * 1.01 + 1e-6)


@given(arrays(np.float32, 2 * BLOCK, elements=FLOATS))
def test_what_came_out_of_packing_goes_back_unchanged(numbers: np.ndarray) -> None:
    packed = pack(unpack(pack(numbers)))
    assert np.array_equal(unpack(packed), unpack(pack(numbers)))


def test_bundled_model_is_read_as_the_network_it_is() -> None:
    shape = read_shape(BUNDLED_FILE)
    assert (shape.hidden, shape.layers, shape.heads, shape.inner) == (384, 12, 12, 1536)
    tensors = directory(BUNDLED_FILE)
    assert len(tensors) == 5 + 16 * shape.layers
    assert tensors["l0.fi.w"].packed
    assert not tensors["l0.fi.b"].packed
    assert read_tensor(BUNDLED_FILE, tensors["l11.oln.w"]).shape == (384,)
    raw = np.fromfile(BUNDLED_FILE, np.uint8, tensors["l3.q.w"].length, offset=tensors["l3.q.w"].offset)
    assert np.array_equal(pack(read_tensor(BUNDLED_FILE, tensors["l3.q.w"])), raw)


def test_merged_file_differs_from_the_bundled_one_in_the_changed_tensors_alone(tmp_path: Path) -> None:
    tensors = directory(BUNDLED_FILE)
    changed = {name: read_tensor(BUNDLED_FILE, tensors[name]) * 2 for name in ("l5.q.w", "l5.q.b")}
    write_patch(tmp_path / "patch.npz", BUNDLED_FILE, changed)
    merged = merge(BUNDLED_FILE, tmp_path / "patch.npz", tmp_path / "new" / "model.bin")
    assert directory(merged) == tensors
    before, after = (np.fromfile(path, np.uint8) for path in (BUNDLED_FILE, merged))
    different = np.flatnonzero(before != after)
    inside = [(tensors[name].offset, tensors[name].offset + tensors[name].length) for name in changed]
    assert len(different)
    assert all(any(start <= at < end for start, end in inside) for at in different[:: max(1, len(different) // 500)])
    assert np.allclose(read_tensor(merged, tensors["l5.q.b"]), changed["l5.q.b"])


def test_merging_again_keeps_the_file_that_is_there(tmp_path: Path) -> None:
    target = tmp_path / "model.bin"
    merge(BUNDLED_FILE, PATCH, target)
    before = target.stat().st_mtime_ns
    merge(BUNDLED_FILE, PATCH, target)
    assert target.stat().st_mtime_ns == before


def test_half_written_file_is_written_anew(tmp_path: Path) -> None:
    target = tmp_path / "model.bin"
    target.write_bytes(b"E5S1 half")
    assert merge(BUNDLED_FILE, PATCH, target).stat().st_size == BUNDLED_FILE.stat().st_size
    assert [path.name for path in tmp_path.iterdir()] == ["model.bin"]


def test_patch_of_another_base_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.bin"
    other.write_bytes(BUNDLED_FILE.read_bytes()[:-1] + b"\x00")
    with pytest.raises(ConfigError, match="passer ikke"):
        merge(other, PATCH, tmp_path / "model.bin")


def test_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(b"noget andet")
    with pytest.raises(ConfigError, match=r"x\.bin"):
        directory(path)


def test_shipped_patch_is_small_and_makes_another_model(bundled: BundledEmbedder) -> None:
    assert PATCH.stat().st_size <= 15_000_000
    plain = BundledEmbedder()
    assert bundled.name == f"{plain.name}+{checksum(PATCH)[:12]}"
    likeness = float(bundled.embed_query("uro efter frokost") @ plain.embed_query("uro efter frokost"))
    assert 0.5 < likeness < 0.9999
