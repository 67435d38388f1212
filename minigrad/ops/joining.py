"""Putting tensors together and taking them apart along an axis."""

from collections.abc import Sequence

import numpy as np

from minigrad.ops.indexing import getitem
from minigrad.ops.shape import expand_dims, reshape
from minigrad.ops.typing import Array
from minigrad.primitive import composite, primitive
from minigrad.tensor import Tensor

Shape = tuple[int, ...]


@primitive
def _concatenate(*arrays: Array, axis: int | None) -> Array:
    return np.concatenate(arrays, axis)


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
def concatenate(arrays: Sequence[Array], axis: int | None = 0) -> Tensor:
    """Arrays end to end along an axis that they have (flattened if None).  ∂arrays[i]: its slice of g."""
    return _concatenate(*arrays, axis=axis)


@primitive
def _stack(*arrays: Array, axis: int) -> Array:
    return np.stack(arrays, axis)


def _stack_vjp(g: Array, i: int, axis: int) -> Array:
    return g[(slice(None),) * (axis % g.ndim) + (i,)]


_stack.vjp(arrays=_stack_vjp)


@composite
def stack(arrays: Sequence[Array], axis: int = 0) -> Tensor:
    """Arrays of one shape side by side along a new axis.  ∂arrays[i]: its slice of g."""
    return _stack(*arrays, axis=axis)


@composite
def vstack(arrays: Sequence[Array]) -> Tensor:
    """Arrays on top of one another: 1-D ones are rows."""
    return concatenate([_as_rows(x) for x in arrays], axis=0)


@composite
def hstack(arrays: Sequence[Array]) -> Tensor:
    """Arrays next to one another: along the second axis, or the first of 1-D ones."""
    parts = [reshape(x, (1,)) if np.ndim(x) == 0 else x for x in arrays]
    return concatenate(parts, axis=0 if np.ndim(parts[0]) == 1 else 1)


def _as_rows(x: Array) -> Array:
    return reshape(x, (1, -1)) if np.ndim(x) == 0 else expand_dims(x, 0) if np.ndim(x) == 1 else x


@composite
def split(x: Array, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Tensor]:
    """x cut along `axis`, into so many equal parts or before each of the given indices."""
    n = np.shape(x)[axis]
    if isinstance(indices_or_sections, (int, np.integer)):
        if n % indices_or_sections:
            raise ValueError(
                f"split of an axis of length {n} into {indices_or_sections} equal parts is not "
                "possible: give the indices to cut at, split(x, [2, 5])"
            )
        width = n // indices_or_sections
        cuts = [width * i for i in range(1, int(indices_or_sections))]
    else:
        cuts = list(indices_or_sections)
    lead = (slice(None),) * (axis % np.ndim(x))
    return [getitem(x, (*lead, slice(start, end))) for start, end in zip([0, *cuts], [*cuts, n], strict=True)]
