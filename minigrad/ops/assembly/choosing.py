"""Choosing among several arrays, and elements out of one, by conditions and by numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.composite import composite
from minigrad.ops.assembly.joining import stack
from minigrad.ops.elementwise.selection import where
from minigrad.ops.indexing.places import getitem
from minigrad.ops.shape.reshaping import broadcast_to, reshape
from minigrad.ops.typing import Array
from minigrad.plain import plain_array
from minigrad.tensor import Tensor


@composite
def select(condlist: Sequence[Array], choicelist: Sequence[Array], default: Array = 0) -> Tensor:
    """The choice that stands with the first condition to hold, `default` where none does.

    ∂choicelist[i], ∂default: g where that one was taken, 0 elsewhere.
    """
    if len(condlist) != len(choicelist) or not len(condlist):
        raise ValueError(
            f"select got {len(condlist)} conditions and {len(choicelist)} choices: give one choice to each, "
            "and at least one"
        )
    chosen: Any = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        chosen = where(condition, choice, chosen)
    return chosen


@composite
def choose(a: Any, choices: Sequence[Array], mode: str = "raise") -> Tensor:
    """choices[a[i]][i], everything broadcast together.  ∂choices[k]: g where a is k, 0 elsewhere.

    `mode` says what becomes of numbers out of range: "raise", "wrap" or "clip".
    """
    which, n = plain_array(a), len(choices)
    if mode == "raise" and ((which < 0) | (which >= n)).any():
        raise ValueError(
            f"choose got numbers from {which.min()} to {which.max()} for {n} choices: they run from 0 to "
            f'{n - 1}; write mode="wrap" or mode="clip" to bring others inside'
        )
    which = which % n if mode == "wrap" else np.clip(which, 0, n - 1)
    shape = np.broadcast_shapes(which.shape, *map(np.shape, choices))
    places = np.broadcast_to(which, shape)
    return getitem(stack([broadcast_to(choice, shape) for choice in choices]), (places, *np.indices(shape)))


@composite
def compress(condition: Any, a: Array, axis: int | None = None) -> Tensor:
    """The elements (or slices across `axis`) of a at which `condition`, 1-D, holds.

    ∂a: g there, 0 elsewhere.
    """
    flat = reshape(a, (-1,)) if axis is None else a
    lead = (slice(None),) * (0 if axis is None else axis % np.ndim(a))
    return getitem(flat, (*lead, np.flatnonzero(plain_array(condition))))


@composite
def extract(condition: Any, arr: Array) -> Tensor:
    """The elements of arr at which `condition` holds, in a row.  ∂arr: g there, 0 elsewhere."""
    return getitem(reshape(arr, (-1,)), np.flatnonzero(plain_array(condition)))
