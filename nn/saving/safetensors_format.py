"""safetensors: the length of a header in 8 bytes, the header in JSON, then the arrays as they lie in memory.

The header tells of each array its dtype, shape, and where it begins and ends behind the header;
"__metadata__" has free texts.  Nothing in such a file is run.
"""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "|u1", "BOOL": "|b1",
}  # fmt: skip
NAMES = {dtype: name for name, dtype in DTYPES.items()}
BFLOAT16 = "BF16"  # the upper half of a float32
METADATA = "__metadata__"
LONGEST_HEADER = 100_000_000  # bytes, as others have it
ALIGNMENT = 8  # bytes: where arrays begin


def pieces(arrays: Mapping[str, np.ndarray], metadata: Mapping[str, str]) -> Iterator[bytes | memoryview]:
    """What a file of them is, piece by piece: the header, then each array, those of wide numbers first.

    Arrays are contiguous, and of a dtype that is written in little-endian order.
    """
    names = sorted(arrays, key=lambda name: (-arrays[name].itemsize, name))  # so that each lies at its size
    header: dict[str, Any] = {METADATA: dict(metadata)} if metadata else {}
    end = 0
    for name in names:
        array = arrays[name]
        begin, end = end, end + array.nbytes
        dtype = NAMES[array.dtype.newbyteorder("<").str]
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    yield len(text).to_bytes(8, "little") + text
    for name in names:
        yield _little_endian(arrays[name]).reshape(-1).view(np.uint8).data


def _little_endian(array: np.ndarray) -> np.ndarray:
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


def read(content: np.ndarray) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """The arrays of a file, which lie in `content` (bytes,), and its texts; bfloat16 becomes float32.

    Raises ValueError where they do not fill the file one after the other, and for dtypes that NumPy lacks.
    """
    begin, header = header_of(content)
    metadata = header.pop(METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(text, str) for text in metadata.values()):
        raise ValueError("its metadata are no texts")
    data, arrays, end = content[begin:], {}, 0
    for name, entry in sorted(header.items(), key=_offsets):
        start, stop = entry["data_offsets"]
        if start != end or not start <= stop <= len(data):
            raise ValueError(f"{name} does not begin where the array before it ends, or is cut off")
        arrays[name], end = _array(name, entry, data[start:stop]), stop
    if end != len(data):
        raise ValueError("there is more than its arrays")
    return {name: arrays[name] for name in header}, metadata


def header_of(content: np.ndarray) -> tuple[int, dict[str, Any]]:
    """Where the header ends, and what it says.  Raises ValueError for what is none."""
    length = int.from_bytes(content[:8].tobytes(), "little")
    if len(content) < 8 or length > min(len(content) - 8, LONGEST_HEADER):
        raise ValueError("cut off, or no safetensors file")
    header = json.loads(content[8 : 8 + length].tobytes(), object_pairs_hook=_unique)
    if not isinstance(header, dict):
        raise ValueError("its header is no dict")
    return 8 + length, header


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found


def _offsets(item: tuple[str, Any]) -> tuple[int, int]:
    """By which entries of the header are put in order.  Raises ValueError for what is no entry."""
    name, entry = item
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise ValueError(f"{name} has not dtype, shape and data_offsets")
    for what in ("shape", "data_offsets"):
        if not isinstance(entry[what], list) or not all(type(n) is int and n >= 0 for n in entry[what]):
            raise ValueError(f"the {what} of {name} are no numbers")
    if len(entry["data_offsets"]) != 2:
        raise ValueError(f"the data_offsets of {name} are not two")
    return entry["data_offsets"][0], entry["data_offsets"][1]


def _array(name: str, entry: Mapping[str, Any], data: np.ndarray) -> np.ndarray:
    """Bytes (n,) as the array that an entry of the header tells of, a view where that can be."""
    kind, shape = entry["dtype"], entry["shape"]
    if kind != BFLOAT16 and (not isinstance(kind, str) or kind not in DTYPES):
        raise ValueError(f"{name} is {kind}, which NumPy does not have")
    dtype = np.dtype("<u2" if kind == BFLOAT16 else DTYPES[kind])
    if math.prod(shape) * dtype.itemsize != len(data):
        raise ValueError(f"{name} of shape {shape} is not {len(data)} bytes")
    if not len(data):
        return np.zeros(shape, np.float32 if kind == BFLOAT16 else dtype)
    if data.ctypes.data % dtype.itemsize:
        data = data.copy()
    numbers = data.view(dtype)
    if kind == BFLOAT16:
        numbers = (numbers.astype("<u4") << 16).view("<f4")
    elif kind == "BOOL":
        numbers = data != 0
    return numbers.astype(numbers.dtype.newbyteorder("="), copy=False).reshape(shape)
