"""Arrays that may not be written to as long as a derivative is still to read them."""

import weakref
from typing import Any

import numpy as np

from minigrad.graph import Node


class Locks:
    """Arrays made read-only as long as any node has them saved."""

    def __init__(self) -> None:
        self._counts: dict[int, list[Any]] = {}  # by id: the array, how many nodes have it
        self._held: dict[int, weakref.finalize[..., Any]] = {}  # by id of the node

    def lock(self, node: Node, arrays: list[np.ndarray]) -> None:
        """Until `unlock(node)`, or until the node is gone."""
        taken = [array for array in arrays if array.flags.writeable or id(array) in self._counts]
        for array in taken:
            self._counts.setdefault(id(array), [array, 0])[1] += 1
            array.flags.writeable = False
        # The finalizer must hold neither the node nor this object's dict entry alive for longer.
        release = weakref.finalize(node, self._release, taken)
        release.atexit = False
        self._held[id(node)] = release

    def unlock(self, node: Node) -> None:
        release = self._held.pop(id(node), None)
        if release is not None:
            release()

    def close(self) -> None:
        for release in self._held.values():
            release()
        self._held.clear()

    def _release(self, arrays: list[np.ndarray]) -> None:
        for array in arrays:
            entry = self._counts[id(array)]
            entry[1] -= 1
            if entry[1] == 0:
                del self._counts[id(array)]
                array.flags.writeable = True
