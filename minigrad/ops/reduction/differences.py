"""Differences between neighbours, and what is made of them: slopes and areas under curves."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from minigrad.composite import composite
from minigrad.convert import as_array
from minigrad.ops.assembly.joining import concatenate
from minigrad.ops.floats import as_floats
from minigrad.ops.indexing.places import getitem
from minigrad.ops.shape.reshaping import astype, broadcast_to, moveaxis, ravel, reshape
from minigrad.ops.typing import Array, Axis
from minigrad.tensor import Tensor


@composite
def diff(a: Array, n: int = 1, axis: int = -1, prepend: Array = None, append: Array = None) -> Tensor:
    """aᵢ₊₁ - aᵢ along `axis`, n times over; `prepend` and `append` are put before and behind a first.

    Of booleans: whether they differ.
    """
    if n < 0:
        raise ValueError(f"diff got n = {n}: it is how many times to take differences, 0 or more")
    a = a if isinstance(a, Tensor) else as_array(a)
    parts = [_end(prepend, a, axis), a, _end(append, a, axis)]
    out = concatenate([part for part in parts if part is not None], axis)
    for _ in range(n):
        after, before = _along(out, axis, slice(1, None)), _along(out, axis, slice(None, -1))
        out = Tensor(after.data != before.data) if out.dtype == np.bool else after - before
    return out


def _end(value: Array, a: Array, axis: int) -> Array:
    """What is put before or behind a: a number stands for a slice of it."""
    if value is None or np.ndim(value) != 0:
        return value
    along = axis % np.ndim(a)
    shape = [1 if i == along else n for i, n in enumerate(np.shape(a))]
    whole = a.dtype if a.dtype.kind == "f" else np.result_type(a.dtype, np.asarray(value).dtype)
    return np.zeros(shape, whole) + value


def _along(x: Array, axis: int, part: Any) -> Tensor:
    return getitem(x, (slice(None),) * (axis % np.ndim(x)) + (part,))


@composite
def ediff1d(ary: Array, to_end: Array = None, to_begin: Array = None) -> Tensor:
    """The differences of the flattened array, between `to_begin` and `to_end` where those are given."""
    parts = [to_begin, diff(ravel(ary)), to_end]
    return concatenate([ravel(part) for part in parts if part is not None])


@composite
def gradient(f: Array, *varargs: Array, axis: Axis = None, edge_order: int = 1) -> Any:
    """The slope of f along each of `axis`, by central differences, by one-sided ones at the edges.

    `varargs` are the spacings: one number for all axes, or for each axis a number or the coordinates.
    `edge_order` is 1 or 2.  The result is linear in f and has its dtype (float64 for integers); one Tensor
    for one axis, else a tuple of them.
    """
    f = as_floats(f)
    axes = _axes(np.ndim(f), axis)
    if len(varargs) not in (0, 1, len(axes)) or (len(varargs) == 1 < len(axes) and np.ndim(varargs[0])):
        raise TypeError(
            f"gradient got {len(varargs)} spacings for {len(axes)} axes: give one number, or one spacing "
            "an axis"
        )
    if edge_order not in (1, 2):
        raise ValueError(f"gradient has edge_order 1 and 2, not {edge_order}: write one of those")
    spacings = varargs * len(axes) if len(varargs) == 1 else varargs or (1.0,) * len(axes)
    slopes = tuple(_slope(f, h, i, edge_order) for h, i in zip(spacings, axes, strict=True))
    return slopes[0] if len(slopes) == 1 else slopes


def _axes(ndim: int, axis: Axis) -> Sequence[int]:
    return normalize_axis_tuple(range(ndim) if axis is None else axis, ndim)


def _slope(f: Array, spacing: Array, axis: int, edge_order: int) -> Tensor:
    n = np.shape(f)[axis]
    if n <= edge_order:
        raise ValueError(
            f"gradient along an axis of length {n} with edge_order={edge_order} needs at least "
            f"{edge_order + 1} elements: give more, or name other axes"
        )
    y = moveaxis(f, axis, 0)
    steps = _steps(spacing, n, y)
    rise = diff(y, axis=0) / steps
    before, after = steps[:-1], steps[1:]
    within = (rise[:-1] * after + rise[1:] * before) / (before + after)
    first, last = rise[:1], rise[-1:]
    if edge_order == 2:
        first = first - (rise[1:2] - rise[:1]) * before[:1] / (before[:1] + after[:1])
        last = last + (rise[-1:] - rise[-2:-1]) * after[-1:] / (before[-1:] + after[-1:])
    return moveaxis(concatenate([first, within, last]), 0, axis)


def _steps(spacing: Array, n: int, y: Tensor) -> Array:
    """The distance from each place to the next, to be broadcast against differences along the first axis."""
    if np.ndim(spacing) == 0:
        step = astype(spacing if isinstance(spacing, Tensor) else np.asarray(spacing), y.dtype)
        return broadcast_to(step, (n - 1,) + (1,) * (y.ndim - 1))
    if np.shape(spacing) != (n,):
        raise ValueError(
            f"gradient got coordinates of shape {np.shape(spacing)} for an axis of length {n}: "
            f"they must be ({n},)"
        )
    return reshape(astype(diff(as_floats(spacing)), y.dtype), (n - 1,) + (1,) * (y.ndim - 1))


@composite
def trapezoid(y: Array, x: Array = None, dx: Array = 1.0, axis: int = -1) -> Tensor:
    """The area under y along `axis` by the trapezoidal rule, at the coordinates x or in steps of dx.

    ∂y: g·(half of the steps beside it);  ∂x: g·(the slope of the area), where x is given.
    """
    steps = dx if x is None else diff(x, axis=axis if np.ndim(x) > 1 else -1)
    if x is not None and np.ndim(x) == 1:
        steps = reshape(steps, [-1 if i == axis % np.ndim(y) else 1 for i in range(np.ndim(y))])
    pairs = _along(y, axis, slice(1, None)) + _along(y, axis, slice(None, -1))
    return (pairs * steps * 0.5).sum(axis=axis)
