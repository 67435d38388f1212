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
from nn.saving.whole_files import FileError, read_whole, write_whole

# In the metadata: the form of the tree, and a checksum.  It is one text, since safetensors writes several in
# any order, and files of one state are to be the same.
OURS = "minigrad"
LONGEST_HEADER = 100_000_000  # bytes, as safetensors has it
LONGEST_REASON = 100  # characters of what a library says of a file


def save(state: Any, path: str | os.PathLike[str], metadata: dict[str, str] | None = None) -> None:
    """Write `state` to a safetensors file: a module, its state dict, or any tree of arrays and plain values.

    Of a module or a dict of arrays the names are those of its state dict, PyTorch's, and any program that
    knows safetensors reads them.  Trees (dicts, lists and tuples of arrays, tensors, numbers, texts, None)
    have their form in the metadata.  `metadata` are texts to go with it: see `nn.load_metadata`.

    The file takes the place of the one before as a whole: neither a kill nor a full disk leaves half of it.
    Raises FileError where it cannot be written, TypeError for what no file can hold, ImportError without
    safetensors.

        nn.save(model, "weights.safetensors")
        model.load_state_dict(nn.load("weights.safetensors"))
    """
    arrays, form = pack(state.state_dict() if isinstance(state, Module) else state)
    arrays = {name: _contiguous(array) for name, array in arrays.items()}
    facts = dict(metadata or {})
    facts[OURS] = json.dumps({"crc32": _checksum(arrays, form, facts), "form": form}, ensure_ascii=False)
    write_whole(Path(path), require_safetensors().save(arrays, facts))


def load(path: str | os.PathLike[str]) -> Any:
    """What `save` wrote: a dict of arrays, or the tree.  Files of other programs give a dict of arrays.

    Raises FileError, and gives nothing, for what is damaged, cut off, or no safetensors file.
    """
    path = Path(path)
    content = read_whole(path)
    facts = _metadata(path, content)
    try:
        arrays = require_safetensors().load(content)
        if OURS not in facts:
            return arrays
        ours = json.loads(facts.pop(OURS))
        if ours["crc32"] != _checksum(arrays, ours["form"], facts):
            raise ValueError("its checksum is another")
        return unpack(arrays, ours["form"])
    except ImportError:
        raise
    except Exception as error:  # safetensors raises several kinds, of Rust and of NumPy
        raise _damaged(path, error) from None


def load_metadata(path: str | os.PathLike[str]) -> dict[str, str]:
    """The texts that go with a safetensors file.  Raises FileError as `load` does."""
    path = Path(path)
    facts = _metadata(path, read_whole(path))
    return {name: text for name, text in facts.items() if name != OURS}


def _checksum(arrays: Mapping[str, np.ndarray], form: Any, facts: Mapping[str, str]) -> str:
    """A sum over all that is in the file, in which every flipped bit shows."""
    texts = [json.dumps([form, facts], sort_keys=True)]
    texts += [f"{name} {arrays[name].dtype.str} {arrays[name].shape}" for name in sorted(arrays)]
    total = zlib.crc32("\n".join(texts).encode("utf-8", "surrogatepass"))
    for name in sorted(arrays):
        total = zlib.crc32(arrays[name].reshape(-1).view(np.uint8).data, total)
    return f"{total:08x}"


def _contiguous(array: np.ndarray) -> np.ndarray:
    """As safetensors needs it: it writes memory as it lies, whatever strides and order of bytes say."""
    return np.array(array, array.dtype.newbyteorder("="), order="C", copy=None)


def _metadata(path: Path, content: bytes) -> dict[str, str]:
    """The free part of the header: 8 bytes with its length, then JSON.

    The header is looked at first, since it says how much there is to be read.
    """
    length = int.from_bytes(content[:8], "little")
    if len(content) < 8 or length > min(len(content) - 8, LONGEST_HEADER):
        raise FileError(f"{path} is cut off, or no safetensors file: take it from a backup")
    try:
        facts = json.loads(content[8 : 8 + length]).get("__metadata__", {})
        if not all(isinstance(text, str) for text in facts.values()):
            raise ValueError("metadata that are no texts")
    except (ValueError, AttributeError, RecursionError) as error:
        raise _damaged(path, error) from None
    return facts


def _damaged(path: Path, error: Exception) -> FileError:
    what = str(error).splitlines()[0][:LONGEST_REASON] if str(error) else type(error).__name__
    return FileError(f"{path} is damaged ({what}): take it from a backup")


def require_safetensors() -> Any:
    """safetensors.numpy.  Raises ImportError, with what to write, where it is not installed."""
    try:
        from safetensors import numpy
    except ImportError:
        raise ImportError(
            "weights are saved as safetensors, which is not installed: pip install safetensors"
        ) from None
    return numpy
