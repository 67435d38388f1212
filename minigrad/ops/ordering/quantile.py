"""Medians, quantiles and percentiles: sorting, then interpolating between two neighbours.

g goes to the two elements that the result lies between, by their weights, or to the one that it is.
Of equal elements the earlier stands first.  A NaN makes the result NaN, except in the nan-functions,
which pass over it.
"""

import math
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from minigrad.composite import composite
from minigrad.ops.elementwise.selection import where
from minigrad.ops.floats import as_floats
from minigrad.ops.indexing.places import getitem
from minigrad.ops.ordering.sorting import sort
from minigrad.ops.shape.reshaping import reshape, transpose
from minigrad.ops.typing import Array, Axis
from minigrad.tensor import Tensor

METHODS = ("linear", "lower", "higher", "midpoint", "nearest")
CHOOSING = ("lower", "higher", "nearest")  # an element itself, so that integers stay integers


@composite
def median(a: Array, axis: Axis = None, *, keepdims: bool = False) -> Tensor:
    """The middle element over `axis`.  g goes to it; of an even number to the two middle ones, half each."""
    return quantile(a, 0.5, axis, keepdims=keepdims)


@composite
def nanmedian(a: Array, axis: Axis = None, *, keepdims: bool = False) -> Tensor:
    """The middle one of the numbers over `axis`.  g goes to it, or half to each of the two middle ones."""
    return nanquantile(a, 0.5, axis, keepdims=keepdims)


@composite
def percentile(
    a: Array, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Tensor:
    """The `quantile` at q/100."""
    return quantile(a, np.asarray(q, float) / 100, axis, method=method, keepdims=keepdims)


@composite
def nanpercentile(
    a: Array, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Tensor:
    """The `nanquantile` at q/100."""
    return nanquantile(a, np.asarray(q, float) / 100, axis, method=method, keepdims=keepdims)


@composite
def quantile(
    a: Array, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Tensor:
    """The value at the share q, from 0 to 1, of the way through the sorted elements over `axis`.

    An array of q gives an array of results along new first axes.  Between two elements, `method` is
    "linear", "lower", "higher", "midpoint" or "nearest".  ∂a: g by the weights of those two; q is a constant.
    """
    rows = _rows(a, axis, method)
    out = _at(rows, _plain(q), rows.shape[1], method)
    last = getitem(rows, (slice(None), -1))  # where sorting puts NaN
    if np.isnan(last).any():
        out = where(np.isnan(last), last, out)
    return reshape(out, _result_shape(a, q, axis, keepdims))


@composite
def nanquantile(
    a: Array, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Tensor:
    """The `quantile` of those elements over `axis` that are not NaN; NaN where there are none."""
    rows = _rows(a, axis, method)
    numbers = rows.shape[1] - np.isnan(rows).sum(axis=1)
    return reshape(_at(rows, _plain(q), numbers, method), _result_shape(a, q, axis, keepdims))


def _plain(q: Any) -> np.ndarray:
    shares = np.asarray(q, float)  # a recorded tensor refuses
    if ((shares < 0) | (shares > 1)).any():
        raise ValueError(f"quantile got q = {q}: it runs from 0 to 1, and that of percentile from 0 to 100")
    return shares


def _reduced(ndim: int, axis: Axis) -> list[int]:
    return sorted(normalize_axis_tuple(range(ndim) if axis is None else axis, ndim))


def _rows(a: Array, axis: Axis, method: str) -> Array:
    """What each result is taken from, sorted, as the rows of a matrix."""
    shape = np.shape(a)
    reduced = _reduced(len(shape), axis)
    others = [i for i in range(len(shape)) if i not in reduced]
    length = math.prod(shape[i] for i in reduced)
    if length == 0:
        raise ValueError(f"no elements have no quantile: the array has shape {shape}, and axis is {axis}")
    rows = reshape(transpose(a, [*others, *reduced]), (math.prod(shape[i] for i in others), length))
    return sort(rows if method in CHOOSING else as_floats(rows))


def _result_shape(a: Array, q: Any, axis: Axis, keepdims: bool) -> tuple[int, ...]:
    reduced = _reduced(np.ndim(a), axis)
    kept = [1 if i in reduced else n for i, n in enumerate(np.shape(a)) if keepdims or i not in reduced]
    return (*np.shape(q), *kept)


def _at(rows: Array, q: np.ndarray, count: Any, method: str) -> Tensor:
    """The quantiles of each row's first `count` elements, one line to each of q."""
    place = q.reshape(-1, 1) * np.maximum(np.broadcast_to(count, rows.shape[0]) - 1, 0)
    below, above, share = _neighbours(place, method)
    row = np.arange(rows.shape[0])
    first = getitem(rows, (row, below))
    if method in CHOOSING:
        return first
    second = getitem(rows, (row, above))
    weight = np.asarray(share, rows.dtype)
    with np.errstate(invalid="ignore"):  # an infinite neighbour of weight 0 is not looked at
        return first * (1 - weight) + where(weight == 0, 0.0, second * weight)


def _neighbours(place: np.ndarray, method: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The elements before and after `place`, and how far it is from the one to the other."""
    if method not in METHODS:
        raise ValueError(f"quantile has the methods {', '.join(METHODS)}, not {method!r}: write one of those")
    below, above = np.floor(place), np.ceil(place)
    if method == "lower":
        above = below
    elif method == "higher":
        below = above
    elif method == "nearest":
        below = above = np.rint(place)
    share = np.where(above > below, 0.5 if method == "midpoint" else place - below, 0.0)
    return below.astype(np.intp), above.astype(np.intp), share
