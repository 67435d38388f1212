"""Putting tensors together and taking them apart along an axis."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from minigrad.composite import composite
from minigrad.dtype_like import DTypeLike
from minigrad.ops.indexing.places import getitem
from minigrad.ops.shape.reshaping import atleast_1d, atleast_2d, atleast_3d, ravel, reshape
from minigrad.ops.typing import Array
from minigrad.primitive import primitive
from minigrad.tensor import Tensor

Shape = tuple[int, ...]
Cuts = int | Sequence[int]
Casting = Literal["no", "equiv", "safe", "same_kind", "unsafe"]


@primitive
def _concatenate(
    *arrays: Array, axis: int | None, dtype: DTypeLike | None = None, casting: Casting = "same_kind"
) -> Array:
    return np.concatenate(arrays, axis, dtype=dtype, casting=casting)


def _concatenate_vjp(g: Array, i: int, arrays_shape: tuple[Shape, ...], axis: int | None) -> Array:
    if axis is None:
        sizes = [int(np.prod(shape)) for shape in arrays_shape]
        start = sum(sizes[:i])
        return g[start : start + sizes[i]].reshape(arrays_shape[i])
    along = axis % len(arrays_shape[i])
    start = sum(shape[along] for shape in arrays_shape[:i])
    part = slice(start, start + arrays_shape[i][along])
    return g[(slice(None),) * along + (part,)]


_concatenate.vjp(arrays=_concatenate_vjp)


@composite
def concatenate(
    arrays: Sequence[Array],
    axis: int | None = 0,
    *,
    dtype: DTypeLike | None = None,
    casting: Casting = "same_kind",
) -> Tensor:
    """Arrays end to end along an axis that they have (flattened if None).  ∂arrays[i]: its slice of g.

    `dtype` is that of the result, which `casting` must allow; integers end the graph.
    """
    return _concatenate(*arrays, axis=axis, dtype=dtype, casting=casting)


@primitive
def _stack(
    *arrays: Array, axis: int, dtype: DTypeLike | None = None, casting: Casting = "same_kind"
) -> Array:
    return np.stack(arrays, axis, dtype=dtype, casting=casting)


def _stack_vjp(g: Array, i: int, axis: int) -> Array:
    return g[(slice(None),) * (axis % g.ndim) + (i,)]


_stack.vjp(arrays=_stack_vjp)


@composite
def stack(
    arrays: Sequence[Array],
    axis: int = 0,
    *,
    dtype: DTypeLike | None = None,
    casting: Casting = "same_kind",
) -> Tensor:
    """Arrays of one shape side by side along a new axis, as `dtype`.  ∂arrays[i]: its slice of g."""
    return _stack(*arrays, axis=axis, dtype=dtype, casting=casting)


@composite
def vstack(
    arrays: Sequence[Array], *, dtype: DTypeLike | None = None, casting: Casting = "same_kind"
) -> Tensor:
    """Arrays on top of one another, as `dtype`: 1-D ones are rows."""
    parts = [x if np.ndim(x) > 1 else atleast_2d(x) for x in arrays]
    return concatenate(parts, axis=0, dtype=dtype, casting=casting)


@composite
def hstack(
    arrays: Sequence[Array], *, dtype: DTypeLike | None = None, casting: Casting = "same_kind"
) -> Tensor:
    """Arrays next to one another, as `dtype`: along the second axis, or the first of 1-D ones."""
    parts = [x if np.ndim(x) > 0 else atleast_1d(x) for x in arrays]
    along = 0 if parts and np.ndim(parts[0]) == 1 else 1
    return concatenate(parts, axis=along, dtype=dtype, casting=casting)


@composite
def dstack(arrays: Sequence[Array]) -> Tensor:
    """Arrays behind one another, along the third axis, which matrices get."""
    return concatenate([x if np.ndim(x) > 2 else atleast_3d(x) for x in arrays], axis=2)


@composite
def column_stack(arrays: Sequence[Array]) -> Tensor:
    """Arrays next to one another: 1-D ones are columns."""
    return concatenate([reshape(x, (-1, 1)) if np.ndim(x) < 2 else x for x in arrays], axis=1)


@composite
def append(x: Array, values: Array, axis: int | None = None) -> Tensor:
    """x with `values` after it along `axis`; both flattened if None."""
    if isinstance(values, (int, float)):  # a Python number takes x's dtype where it can
        values = np.asarray(values, np.result_type(x, values))
    if axis is None:
        return concatenate([ravel(x), ravel(values)])
    return concatenate([x, values], axis)


@composite
def block(arrays: Any) -> Tensor:
    """Blocks in nested lists, joined from the inside out: the innermost lists along the last axis.

    Raises ValueError for lists that are empty or nested to different depths, TypeError for a tuple.
    """
    depth = _depth(arrays)
    ndim = max(depth, *(np.ndim(x) for x in _blocks(arrays)))
    return _joined(arrays, depth, ndim)


def _depth(part: Any) -> int:
    if isinstance(part, tuple):
        raise TypeError("block got a tuple: nest the blocks in lists")
    if not isinstance(part, list):
        return 0
    depths = {_depth(inner) for inner in part}
    if len(depths) != 1:
        what = "lists nested to different depths" if depths else "an empty list"
        raise ValueError(f"block got {what}: every block must lie at the same depth")
    return 1 + depths.pop()


def _blocks(part: Any) -> list[Array]:
    return [x for inner in part for x in _blocks(inner)] if isinstance(part, list) else [part]


def _joined(part: Any, depth: int, ndim: int) -> Tensor:
    if isinstance(part, list):
        return concatenate([_joined(inner, depth - 1, ndim) for inner in part], axis=-depth)
    return reshape(part, (1,) * (ndim - np.ndim(part)) + np.shape(part))


# -- taking apart: each part is a slice, and its gradient lies in that slice -----------------------


@composite
def split(x: Array, indices_or_sections: Cuts, axis: int = 0) -> list[Tensor]:
    """x cut along `axis`, into so many equal parts or before each of the given indices."""
    n = np.shape(x)[normalize_axis_index(axis, np.ndim(x))]
    if (
        isinstance(indices_or_sections, (int, np.integer))
        and indices_or_sections > 0
        and n % indices_or_sections
    ):
        raise ValueError(
            f"split of an axis of length {n} into {indices_or_sections} equal parts is not "
            "possible: give the indices to cut at, split(x, [2, 5]), or take mg.array_split"
        )
    return array_split(x, indices_or_sections, axis)


@composite
def array_split(x: Array, indices_or_sections: Cuts, axis: int = 0) -> list[Tensor]:
    """x cut along `axis` as by `split`, into parts of which the first may be longer by one."""
    along = normalize_axis_index(axis, np.ndim(x))
    n = np.shape(x)[along]
    if isinstance(indices_or_sections, (int, np.integer)):
        if indices_or_sections <= 0:
            raise ValueError(f"split into {indices_or_sections} parts: there must be one at least")
        width, longer = divmod(n, int(indices_or_sections))
        cuts = [width * i + min(i, longer) for i in range(1, int(indices_or_sections))]
    else:
        cuts = list(indices_or_sections)
    lead = (slice(None),) * along
    return [getitem(x, (*lead, slice(start, end))) for start, end in zip([0, *cuts], [*cuts, n], strict=True)]


@composite
def hsplit(x: Array, indices_or_sections: Cuts) -> list[Tensor]:
    """x cut into columns: along axis 1, or axis 0 of a 1-D x."""
    return split(_with_axes(x, 1, "hsplit"), indices_or_sections, axis=0 if np.ndim(x) == 1 else 1)


@composite
def vsplit(x: Array, indices_or_sections: Cuts) -> list[Tensor]:
    """x cut into rows: along axis 0.  Raises ValueError for fewer than two axes."""
    return split(_with_axes(x, 2, "vsplit"), indices_or_sections, axis=0)


@composite
def dsplit(x: Array, indices_or_sections: Cuts) -> list[Tensor]:
    """x cut along axis 2.  Raises ValueError for fewer than three axes."""
    return split(_with_axes(x, 3, "dsplit"), indices_or_sections, axis=2)


def _with_axes(x: Array, needed: int, name: str) -> Array:
    if np.ndim(x) < needed:
        raise ValueError(
            f"{name} needs at least {needed} axes, and x has {np.ndim(x)}: write mg.split(x, cuts, axis)"
        )
    return x


@composite
def unstack(x: Array, axis: int = 0) -> tuple[Tensor, ...]:
    """The slices of x along `axis`, without that axis: the inverse of `stack`."""
    lead = (slice(None),) * normalize_axis_index(axis, np.ndim(x))
    return tuple(getitem(x, (*lead, i)) for i in range(np.shape(x)[axis]))
