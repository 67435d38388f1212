"""Longer and shorter arrays: slices left out, put in between, and zeros cut off the ends."""

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from minigrad.composite import composite
from minigrad.ops.assembly.joining import concatenate
from minigrad.ops.indexing.places import getitem, plain_index
from minigrad.ops.shape.reshaping import astype, broadcast_to, moveaxis, ravel, reshape
from minigrad.ops.typing import Array, Axis
from minigrad.tensor import Tensor


@composite
def delete(x: Array, obj: Any, axis: int | None = None) -> Tensor:
    """x without the slices across `axis` (elements of the flattened x if None) that `obj` names.

    `obj` is an index, a slice, indices or a mask.  ∂x: g at what is left, 0 at what is not.
    """
    flat = ravel(x) if axis is None else x
    along = 0 if axis is None else normalize_axis_index(axis, np.ndim(x))
    left = np.delete(np.arange(np.shape(flat)[along]), plain_index(obj))
    return getitem(flat, (slice(None),) * along + (left,))


@composite
def insert(x: Array, obj: Any, values: Array, axis: int | None = None) -> Tensor:
    """x with `values` before the places `obj` along `axis` (of the flattened x if None), in x's dtype.

    ∂x: g where x went;  ∂values: g where they went.  Raises TypeError for fractions among integers.
    """
    flat = ravel(x) if axis is None else x
    along = 0 if axis is None else normalize_axis_index(axis, np.ndim(x))
    n = np.shape(flat)[along]
    rows = _as_rows(flat, plain_index(obj), values, along)
    places = _woven(n, plain_index(obj), np.shape(rows)[along])
    shape = (*np.shape(flat)[:along], int(np.sum(places >= n)), *np.shape(flat)[along + 1 :])
    both = concatenate([flat, broadcast_to(rows, shape)], axis=along)
    return getitem(both, (slice(None),) * along + (places,))


def _as_rows(x: Array, obj: Any, values: Array, along: int) -> Array:
    """`values` with x's axes and dtype.  With a single place, their first axis runs along `along`."""
    dtype = getattr(x, "dtype", None)
    given = values if isinstance(values, Tensor) else np.asarray(values)
    if np.dtype(dtype).kind != "f" == given.dtype.kind:
        raise TypeError(
            f"insert of {given.dtype} values among {dtype} would cut their fractions off: "
            "write insert(x.astype(values.dtype), obj, values)"
        )
    rows = astype(given, dtype)
    rows = reshape(rows, (1,) * (np.ndim(x) - np.ndim(rows)) + np.shape(rows))
    return moveaxis(rows, 0, along) if not isinstance(obj, slice) and np.ndim(obj) == 0 else rows


def _woven(n: int, obj: Any, count: int) -> np.ndarray:
    """Which slice of (x, values) comes where: i < n is x's i-th, n + j the j-th inserted."""
    if np.asarray(obj).dtype == bool:  # NumPy 2.0 would take it for numbers
        obj = np.flatnonzero(obj)
    slots = len(np.insert(np.arange(n), obj, -1)) - n
    inserted = slots if slots != 1 else count  # at one place any number goes in
    woven: np.ndarray = np.insert(np.arange(n), obj, n + np.arange(inserted))
    return woven


@composite
def trim_zeros(x: Array, trim: str = "fb", axis: Axis = None) -> Tensor:
    """x without the zeros before ("f") and behind ("b") its other elements, along `axis` or all axes.

    ∂x: g at what is left; where the zeros end is a constant of the derivative.
    """
    trim = trim.lower()
    if trim not in ("f", "b", "fb", "bf"):
        raise ValueError(f"trim_zeros(trim={trim!r}): write 'f' for the front, 'b' for the back, or 'fb'")
    ndim = np.ndim(x)
    axes = range(ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    trimmed = {normalize_axis_index(a, ndim) for a in axes}
    kept = np.nonzero(plain_index(x))
    return getitem(x, tuple(_span(p, trim) if i in trimmed else slice(None) for i, p in enumerate(kept)))


def _span(places: np.ndarray, trim: str) -> slice:
    if places.size == 0:
        return slice(0, 0)
    return slice(int(places.min()) if "f" in trim else None, int(places.max()) + 1 if "b" in trim else None)
