"""The shape of a tensor: the same elements over other axes.  The derivatives put g's axes back."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from minigrad.composite import composite
from minigrad.ops.typing import Array, Axis
from minigrad.primitive import primitive
from minigrad.tensor import Tensor

Shape = tuple[int, ...]
Order = Literal["C", "F"]


@primitive
def reshape(x: Array, shape: int | Sequence[int], order: Order = "C", copy: bool | None = None) -> Array:
    """The same elements in another shape, where -1 is worked out, taken by rows ("C") or columns ("F").

    ∂x: g in x's shape.  Raises ValueError for the orders "A" and "K", which follow the layout in memory,
    and for copy=False where a copy is needed.
    """
    _check_order("reshape", order)
    out = x.reshape(shape, order=order)
    if copy is None:
        return out
    shared = out.size == 0 or np.shares_memory(out, x)
    if copy:
        return out.copy() if shared else out
    if not shared:
        raise ValueError(
            f"reshape(copy=False) of {np.shape(x)} to {shape} must copy, as x lies in memory: omit `copy`"
        )
    return out


reshape.vjp(x=lambda g, x_shape, order: g.reshape(x_shape, order=order))


def _check_order(name: str, order: str) -> None:
    if order not in ("C", "F"):
        raise ValueError(
            f"{name}(order={order!r}): a tensor promises no layout in memory, so only the orders "
            "'C' (by rows) and 'F' (by columns) mean something"
        )


@composite
def ravel(x: Array, order: Order = "C") -> Array:
    """All elements along one axis, row after row, or column after column (order="F")."""
    _check_order("ravel", order)
    return reshape(x, (-1,), order)


@primitive
def expand_dims(x: Array, axis: int | Sequence[int]) -> Array:
    """x with axes of length 1 put in where `axis` says.  ∂x: g without them."""
    return np.expand_dims(x, axis)


expand_dims.vjp(x=lambda g, x_shape: g.reshape(x_shape))


@primitive
def squeeze(x: Array, axis: Axis = None) -> Array:
    """x without its axes of length 1 (or without those that `axis` names).  ∂x: g with them."""
    return np.squeeze(x, axis)


squeeze.vjp(x=lambda g, x_shape: g.reshape(x_shape))


@primitive
def transpose(x: Array, axes: Sequence[int] | None = None) -> Array:
    """The axes in the order `axes`, reversed if None.  ∂x: g with the axes put back."""
    return x.transpose(axes)


def _transpose_vjp(g: Array, x_shape: Shape, axes: Sequence[int] | None) -> Array:
    if axes is None:
        return np.transpose(g)
    places = [axis % len(x_shape) for axis in axes]
    return np.transpose(g, [places.index(i) for i in range(len(places))])


transpose.vjp(x=_transpose_vjp)


@primitive
def swapaxes(x: Array, axis1: int, axis2: int) -> Array:
    """Two axes exchanged.  ∂x: g with the same two exchanged."""
    return x.swapaxes(axis1, axis2)


swapaxes.vjp(x=lambda g, axis1, axis2: np.swapaxes(g, axis1, axis2))


@primitive
def moveaxis(x: Array, source: Any, destination: Any) -> Array:
    """Axes `source` moved to `destination`.  ∂x: g with them moved back."""
    return np.moveaxis(x, source, destination)


moveaxis.vjp(x=lambda g, source, destination: np.moveaxis(g, destination, source))


@composite
def rollaxis(x: Array, axis: int, start: int = 0) -> Array:
    """`axis` moved to lie before what is now axis `start`; moveaxis says it more clearly."""
    ndim = np.ndim(x)
    axis = normalize_axis_index(axis, ndim)
    start = normalize_axis_index(start + ndim if start < 0 else start, ndim + 1)
    return moveaxis(x, axis, start - 1 if axis < start else start)


@composite
def matrix_transpose(x: Array) -> Array:
    """The last two axes exchanged.  Raises ValueError for fewer than two."""
    if np.ndim(x) < 2:
        raise ValueError(
            f"matrix_transpose needs two axes, and x has {np.ndim(x)}: "
            "for a column write mg.expand_dims(x, -1), for a row mg.expand_dims(x, 0)"
        )
    return swapaxes(x, -1, -2)


@primitive
def broadcast_to(x: Array, shape: int | Sequence[int]) -> Array:
    """x repeated along new axes and those of length 1, as a view.  ∂x: g summed over them."""
    return np.broadcast_to(x, shape)


broadcast_to.vjp(x=lambda g: g)  # the walk sums over what was broadcast


@composite
def broadcast_arrays(*arrays: Array) -> tuple[Tensor, ...]:
    """All of `arrays` in the shape that they broadcast to.  ∂arrays[i]: its g summed over what was added."""
    shape = np.broadcast_shapes(*map(np.shape, arrays))
    return tuple(broadcast_to(x, shape) for x in arrays)


@composite
def atleast_1d(*arrays: Array) -> Any:
    """A 0-d array as one of length 1, others as they are; as a tuple for several."""
    return _each(lambda x: reshape(x, np.shape(x) or (1,)), arrays)


@composite
def atleast_2d(*arrays: Array) -> Any:
    """(n,) as (1, n) and 0-d as (1, 1), others as they are; as a tuple for several."""

    def matrix(x: Array) -> Array:
        return reshape(x, (1, np.size(x)) if np.ndim(x) < 2 else np.shape(x))

    return _each(matrix, arrays)


@composite
def atleast_3d(*arrays: Array) -> Any:
    """(n, m) as (n, m, 1), (n,) as (1, n, 1), 0-d as (1, 1, 1), others as they are; a tuple for several."""

    def cube(x: Array) -> Array:
        shape = np.shape(x)
        return reshape(x, (1, np.size(x), 1) if len(shape) < 2 else (*shape, 1) if len(shape) == 2 else shape)

    return _each(cube, arrays)


def _each(function: Any, arrays: tuple[Array, ...]) -> Any:
    results = tuple(map(function, arrays))
    return results[0] if len(results) == 1 else results


@primitive
def copy(x: Array, order: Literal["K", "A", "C", "F"] = "K") -> Array:
    """The same values in memory of their own, in the order of x's or that `order` names.  ∂x: g."""
    return np.copy(x, order)


copy.vjp(x=lambda g: g)


@primitive
def astype(x: Array, dtype: Any) -> Array:
    """The same values as `dtype`.  ∂x: g as x's dtype; a conversion to integers ends the graph."""
    if np.dtype(dtype).kind not in "fiub":
        raise TypeError(f"astype({np.dtype(dtype)}): a tensor holds real numbers or booleans")
    return np.asarray(x).astype(np.dtype(dtype).newbyteorder("="))


astype.vjp(x=lambda g: g)  # the walk casts
