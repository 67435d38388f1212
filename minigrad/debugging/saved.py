"""The arrays that nodes have saved, each with a checksum, which tells whether somebody wrote to it since."""

import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np

from minigrad.as_given import without_repeats


class Saved:
    """An array as nodes have saved it, and who has written to it since, where that is known."""

    __slots__ = ("__weakref__", "_checksum", "array", "writer")

    def __init__(self, array: np.ndarray, checksum: int) -> None:
        self.array = array
        self.writer = ""
        self._checksum = checksum

    @property
    def is_whole(self) -> bool:
        return _checksum(self.array) == self._checksum


def saved(array: np.ndarray) -> Saved:
    """`array` as it is now."""
    return Saved(array, _checksum(array))


class SavedArrays:
    """Everything saved that is still to be read, also to be found by the memory in which it lies.

    What many nodes save alike, a weight that a loop reads in every step, is here once.
    """

    def __init__(self) -> None:
        # By whose memory it is, then by where and what it is there.
        self._in_memory: dict[int, weakref.WeakValueDictionary[Any, Saved]] = {}
        self._limit = 100

    def add(self, array: np.ndarray) -> Saved:
        """Known for as long as the caller keeps what this gives."""
        if len(self._in_memory) > self._limit:
            self._in_memory = {key: entries for key, entries in self._in_memory.items() if entries}
            self._limit = 2 * len(self._in_memory) + 100
        entries = self._in_memory.setdefault(_owner(array), weakref.WeakValueDictionary())
        checksum = _checksum(array)
        key = (array.ctypes.data, array.shape, array.strides, array.dtype.str, checksum)
        saved = entries.get(key)
        if saved is None or saved.writer:
            saved = entries[key] = Saved(array, checksum)
        return saved

    def beside(self, value: Any) -> list[Saved]:
        """What lies in the memory that `value`, an array or a buffer, shows all of or a part."""
        return list(self._in_memory.get(_owner(value), _NONE).values())


_NONE: dict[Any, Saved] = {}


def arrays_in(value: Any) -> Iterator[np.ndarray]:
    """Every array inside what a node has saved."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from arrays_in(part)


def _owner(value: Any) -> int:
    """Whose memory it is: of views, the array or buffer they were taken from in the end."""
    while True:
        if issubclass(type(value), np.ndarray) and value.base is not None:
            value = value.base
        elif type(value) is memoryview:
            value = value.obj
        else:
            return id(value)


def _checksum(array: np.ndarray) -> int:
    import zlib  # for this alone

    return zlib.crc32(np.ascontiguousarray(without_repeats(array)).data.cast("B")) if array.size else 0
