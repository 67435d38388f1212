"""An array, or its elements, more than once.  The derivatives add up what came of each element."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from minigrad.composite import composite
from minigrad.ops.assembly.padding import pad
from minigrad.ops.indexing.places import getitem, plain_index
from minigrad.ops.shape.reshaping import broadcast_to, ravel, reshape
from minigrad.ops.typing import Array
from minigrad.tensor import Tensor


@composite
def tile(x: Array, reps: int | Sequence[int]) -> Array:
    """x repeated as a whole `reps` times along each axis.  ∂x: g summed over the repetitions."""
    times = (int(reps),) if isinstance(reps, (int, np.integer)) else tuple(reps)
    ndim = max(len(times), np.ndim(x))
    shape = (1,) * (ndim - np.ndim(x)) + np.shape(x)
    times = (1,) * (ndim - len(times)) + times
    apart = broadcast_to(
        reshape(x, [n for size in shape for n in (1, size)]),
        [n for pair in zip(times, shape, strict=True) for n in pair],
    )
    return reshape(apart, [r * n for r, n in zip(times, shape, strict=True)])


@composite
def repeat(x: Array, repeats: Any, axis: int | None = None) -> Tensor:
    """Each element (or slice across `axis`) `repeats` times in a row, as np.repeat."""
    flat = ravel(x) if axis is None else x
    along = 0 if axis is None else normalize_axis_index(axis, np.ndim(x))
    places = np.repeat(np.arange(np.shape(flat)[along]), plain_index(repeats))
    return getitem(flat, (slice(None),) * along + (places,))


@composite
def resize(x: Array, new_shape: int | Sequence[int]) -> Array:
    """The elements of x from the first on, over and over, until `new_shape` is full; zeros if x is empty."""
    shape = (new_shape,) if isinstance(new_shape, (int, np.integer)) else tuple(new_shape)
    if any(n < 0 for n in shape):
        raise ValueError(f"resize to {shape}: a length cannot be negative; -1 is for mg.reshape")
    size = math.prod(shape)
    flat = ravel(x)
    if np.size(x) == 0:
        return reshape(pad(flat, (0, size)), shape)
    return reshape(getitem(flat, np.arange(size) % np.size(x)), shape)
