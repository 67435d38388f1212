"""Weights and whole states as files: safetensors, numbers and JSON, which run nothing when they are read."""

import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nn.module import Module
from nn.saving.packing import pack, unpack
from nn.saving.safetensors_format import pieces, read
from nn.saving.whole_files import FileError, regular_file, whole_file

OURS = "minigrad"  # in the metadata: the form of the tree, and a checksum
LONGEST_REASON = 100  # characters of what is said of a file


def save(state: Any, path: str | os.PathLike[str], metadata: dict[str, str] | None = None) -> None:
    """Write `state` to a safetensors file: a module, its state dict, or any tree of arrays and plain values.

    Of a module or a dict of arrays the names are those of its state dict, PyTorch's, and any program that
    knows safetensors reads them.  Trees (dicts, lists and tuples of arrays, tensors, numbers, texts, None)
    have their form in the metadata.  `metadata` are texts to go with it: see `nn.load_metadata`.

    The file takes the place of the one before as a whole: neither a kill nor a full disk leaves half of it.
    Raises FileError where it cannot be written, TypeError for what no file can hold.

        nn.save(model, "weights.safetensors")
        model.load_state_dict(nn.load("weights.safetensors"))
    """
    arrays, form = pack(state.state_dict() if isinstance(state, Module) else state)
    arrays = {name: _contiguous(array) for name, array in arrays.items()}
    facts = dict(metadata or {})
    if not all(isinstance(text, str) for item in facts.items() for text in item):
        raise TypeError(f"metadata are texts by name, and these are {metadata!r}: write str(value)")
    facts[OURS] = json.dumps({"crc32": _checksum(arrays, form, facts), "form": form}, ensure_ascii=False)
    with whole_file(Path(path)) as file:
        for piece in pieces(arrays, facts):
            file.write(piece)


def load(path: str | os.PathLike[str]) -> Any:
    """What `save` wrote: a dict of arrays, or the tree.  Files of other programs give a dict of arrays.

    Arrays of bfloat16, which NumPy does not have, become float32, which holds all their numbers.

    Raises FileError, and gives nothing, for what is damaged, cut off, or no safetensors file.
    """
    path = Path(path)
    content = _bytes_of(path)
    try:
        arrays, facts = read(content)
        if OURS not in facts:
            return arrays
        ours = json.loads(facts.pop(OURS))
        if ours["crc32"] != _checksum(arrays, ours["form"], facts):
            raise ValueError("its checksum is another")
        return unpack(arrays, ours["form"])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise _damaged(path, error) from None


def load_metadata(path: str | os.PathLike[str]) -> dict[str, str]:
    """The texts that go with a safetensors file.  Raises FileError as `load` does."""
    path = Path(path)
    try:
        _, facts = read(_bytes_of(path))
    except (ValueError, RecursionError) as error:
        raise _damaged(path, error) from None
    return {name: text for name, text in facts.items() if name != OURS}


def _bytes_of(path: Path) -> np.ndarray:
    """A file as an array of bytes, in which its arrays then lie."""
    with regular_file(path) as file:
        return np.fromfile(file, np.uint8)


def _checksum(arrays: Mapping[str, np.ndarray], form: Any, facts: Mapping[str, str]) -> str:
    """A sum over all that is in the file, in which every flipped bit shows."""
    texts = [json.dumps([form, facts], sort_keys=True)]
    texts += [f"{name} {arrays[name].dtype.str} {arrays[name].shape}" for name in sorted(arrays)]
    total = zlib.crc32("\n".join(texts).encode("utf-8", "surrogatepass"))
    for name in sorted(arrays):
        total = zlib.crc32(arrays[name].reshape(-1).view(np.uint8).data, total)
    return f"{total:08x}"


def _contiguous(array: np.ndarray) -> np.ndarray:
    """As it lies in a file, but for the order of bytes."""
    return np.array(array, array.dtype.newbyteorder("="), order="C", copy=None)


def _damaged(path: Path, error: Exception) -> FileError:
    what = str(error).splitlines()[0][:LONGEST_REASON] if str(error) else type(error).__name__
    return FileError(f"{path} is damaged ({what}): take it from a backup")
