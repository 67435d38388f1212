"""Which tensors share memory: a view and what it was taken from.

Only writing in place asks (see inplace.py).  A family is made where an op gives a view, so tensors
that own their memory, which are nearly all, cost nothing.
"""

import weakref
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from minigrad.tensor import Tensor


class Family:
    """Tensors on one piece of memory, known weakly."""

    __slots__ = ("limit", "members")

    def __init__(self, first: "Tensor") -> None:
        self.members = [weakref.ref(first)]
        self.limit = 8

    def add(self, tensor: "Tensor") -> None:
        if len(self.members) >= self.limit:  # a parameter is viewed in every step: forget the dead
            self.members = [member for member in self.members if member() is not None]
            self.limit = 2 * len(self.members) + 8
        self.members.append(weakref.ref(tensor))


def note(view: "Tensor", sources: Iterable[Any]) -> None:
    """Make `view` one of the family of whichever of `sources` it shares its memory with."""
    base = view.data.base
    for source in sources:
        if hasattr(source, "family") and (base is source.data or base is source.data.base):
            join(view, source)
            return


def join(view: "Tensor", source: "Tensor") -> None:
    """Make `view` one of the family of `source`."""
    family = source.family
    if family is None:
        family = source.family = Family(source)
    family.add(view)
    view.family = family


def sharers(tensor: "Tensor") -> list["Tensor"]:
    """The other tensors alive that see what is written to `tensor`."""
    if tensor.family is None:
        return []
    others = [member() for member in tensor.family.members]
    return [
        other
        for other in others
        if other is not None and other is not tensor and np.may_share_memory(other.data, tensor.data)
    ]
