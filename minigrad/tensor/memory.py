"""Which tensors share memory: each piece of memory knows, weakly, the tensors that lie in it.

Only writing in place asks (see inplace.py), and only tensors that do share their memory are noted: views,
and what was detached.  Nothing here keeps a tensor, a graph or an array alive.
"""

import weakref
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import byte_bounds

if TYPE_CHECKING:
    from minigrad.tensor import Tensor


class Memory:
    """The tensors alive that lie in one piece of memory."""

    __slots__ = ("_limit", "_tensors")

    def __init__(self) -> None:
        self._tensors: list[weakref.ref[Tensor]] = []
        self._limit = 8

    def add(self, tensor: "Tensor") -> None:
        if len(self._tensors) >= self._limit:  # a parameter is viewed in every step: forget the dead
            self._tensors = [known for known in self._tensors if known() is not None]
            self._limit = 2 * len(self._tensors) + 8
        self._tensors.append(weakref.ref(tensor))

    def tensors(self) -> list["Tensor"]:
        found = [known() for known in self._tensors]
        return [t for t in found if t is not None and t.family is not None and t.family.memory is self]


class Family:
    """A tensor and its views, which stand for parts of one value.

    What is detached begins a family of its own in the same memory.  It sees what an op writes to the family
    that it comes from; what an op writes to it stays with it.
    """

    __slots__ = ("memory", "origin")

    def __init__(self, memory: Memory, origin: "Family | None" = None) -> None:
        self.memory = memory
        self.origin = origin

    def comes_from(self, other: "Family") -> bool:
        family: Family | None = self
        while family is not None and family is not other:
            family = family.origin
        return family is not None


def note_view(view: "Tensor", operands: Iterable[Any]) -> None:
    """Let `view` join the family of the operand that it shares its memory with, if there is one."""
    base = view.data.base
    for source in operands:
        if hasattr(source, "family") and (base is source.data or base is source.data.base):
            view.family = _family_of(source)
            view.family.memory.add(view)
            return


def note_detached(tensor: "Tensor", source: "Tensor") -> None:
    """Let `tensor`, of the same array, begin a family that comes from that of `source`."""
    origin = _family_of(source)
    tensor.family = Family(origin.memory, origin)
    origin.memory.add(tensor)


def sharing(tensor: "Tensor") -> list["Tensor"]:
    """All tensors alive in the memory of `tensor`, itself included."""
    return [tensor] if tensor.family is None else tensor.family.memory.tensors()


def following(tensor: "Tensor") -> list["Tensor"]:
    """Those other tensors that are to see what an op writes to `tensor`."""
    own = tensor.family
    return [t for t in sharing(tensor) if t is not tensor and t.family.comes_from(own)]  # type: ignore


def leave(tensors: Sequence["Tensor"]) -> None:
    """Put `tensors`, whole families, into a new piece of memory, with their values."""
    memory, new = Memory(), [t.family for t in tensors]
    for tensor, family in zip(tensors, new, strict=True):
        if family is not None:
            if family.origin not in new:
                family.origin = None
            family.memory = memory
            memory.add(tensor)
    if len(tensors) == 1:
        tensors[0].data = tensors[0].data.copy()
        return
    bounds = [byte_bounds(t.data) for t in tensors]
    start = min(low for low, _ in bounds)
    block = np.empty(max(high for _, high in bounds) - start, np.uint8)
    for tensor in tensors:
        old = tensor.data
        moved = np.ndarray(old.shape, old.dtype, block, old.ctypes.data - start, old.strides)
        moved[...] = old
        moved.flags.writeable = old.flags.writeable
        tensor.data = moved


def box(outer: np.ndarray, inner: np.ndarray) -> tuple[int | slice, ...] | None:
    """The numbers and slices for which outer[index] is `inner`, but for axes of length 1; else None."""
    starts = [0] * outer.ndim
    long = [axis for axis in range(outer.ndim) if outer.shape[axis] > 1]
    offset = inner.ctypes.data - outer.ctypes.data
    for axis in sorted(long, key=lambda axis: -outer.strides[axis]):
        if outer.strides[axis] <= 0:
            return None
        starts[axis], offset = divmod(offset, outer.strides[axis])
    if offset or any(not 0 <= start < n for start, n in zip(starts, outer.shape, strict=True)):
        return None
    index: list[int | slice] = [*starts]
    axes = iter(long)
    for n, stride in zip(inner.shape, inner.strides, strict=True):
        if n == 1:
            continue
        place = next((axis for axis in axes if stride and stride % outer.strides[axis] == 0), None)
        if place is None:
            return None
        start, step = starts[place], stride // outer.strides[place]
        if not 0 <= start + (n - 1) * step < outer.shape[place]:
            return None
        stop = start + n * step
        index[place] = slice(start, stop if stop >= 0 else None, step)
    return tuple(index)


def places(array: np.ndarray) -> np.ndarray:
    """The address of each element, in units of its size."""
    axes = [np.arange(n) * stride for n, stride in zip(array.shape, array.strides, strict=True)]
    addresses = array.ctypes.data + sum(np.ix_(*axes), np.zeros((), np.intp))
    return np.broadcast_to(addresses // array.itemsize, array.shape)


def repeats(array: np.ndarray) -> bool:
    """Whether one place of memory shows at several indices, as in what broadcast_to gives."""
    # NumPy gives arrays that do only to be read.
    return not array.flags.writeable and len(np.unique(places(array))) < array.size


def _family_of(tensor: "Tensor") -> Family:
    if tensor.family is None:
        tensor.family = Family(Memory())
        tensor.family.memory.add(tensor)
    return tensor.family
