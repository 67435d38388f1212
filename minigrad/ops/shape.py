"""Functions that move elements about and compute nothing: their derivatives move g back."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.ops.typing import Array, Axis
from minigrad.primitive import composite, primitive

Shape = tuple[int, ...]


@primitive
def reshape(x: Array, shape: int | Sequence[int]) -> Array:
    """The same elements in another shape, where -1 is worked out.  ∂x: g in x's shape."""
    return np.reshape(x, shape)


reshape.vjp(x=lambda g, x_shape: g.reshape(x_shape))


@composite
def ravel(x: Array) -> Array:
    """All elements along one axis."""
    return reshape(x, (-1,))


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
    return np.transpose(x, axes)


def _transpose_vjp(g: Array, x_shape: Shape, axes: Sequence[int] | None) -> Array:
    if axes is None:
        return np.transpose(g)
    places = [axis % len(x_shape) for axis in axes]
    return np.transpose(g, [places.index(i) for i in range(len(places))])


transpose.vjp(x=_transpose_vjp)


@primitive
def swapaxes(x: Array, axis1: int, axis2: int) -> Array:
    """Two axes exchanged.  ∂x: g with the same two exchanged."""
    return np.swapaxes(x, axis1, axis2)


swapaxes.vjp(x=lambda g, axis1, axis2: np.swapaxes(g, axis1, axis2))


@primitive
def moveaxis(x: Array, source: Any, destination: Any) -> Array:
    """Axes `source` moved to `destination`.  ∂x: g with them moved back."""
    return np.moveaxis(x, source, destination)


moveaxis.vjp(x=lambda g, source, destination: np.moveaxis(g, destination, source))


@primitive
def broadcast_to(x: Array, shape: int | Sequence[int]) -> Array:
    """x repeated along new axes and those of length 1, as a view.  ∂x: g summed over them."""
    return np.broadcast_to(x, shape)


broadcast_to.vjp(x=lambda g: g)  # the walk sums over what was broadcast


@primitive
def flip(x: Array, axis: Axis = None) -> Array:
    """Elements in reverse order along `axis` (all axes if None).  ∂x: g reversed."""
    return np.flip(x, axis)


flip.vjp(x=lambda g, axis: np.flip(g, axis))


@primitive
def roll(x: Array, shift: int | Sequence[int], axis: Axis = None) -> Array:
    """Elements moved on by `shift`, those pushed out coming in again.  ∂x: g moved back."""
    return np.roll(x, shift, axis)


def _roll_vjp(g: Array, shift: int | Sequence[int], axis: Axis) -> Array:
    return np.roll(g, np.negative(shift), axis)


roll.vjp(x=_roll_vjp)


@primitive
def tril(x: Array, k: int = 0) -> Array:
    """The last two axes' lower triangle up to diagonal k, zeros above.  ∂x: that of g."""
    return np.tril(x, k)


tril.vjp(x=lambda g, k: np.tril(g, k))


@primitive
def triu(x: Array, k: int = 0) -> Array:
    """The last two axes' upper triangle from diagonal k on, zeros below.  ∂x: that of g."""
    return np.triu(x, k)


triu.vjp(x=lambda g, k: np.triu(g, k))


@primitive
def _pad(x: Array, widths: tuple[tuple[int, int], ...], value: float) -> Array:
    return np.pad(x, widths or 0, constant_values=value)  # a 0-d x has no widths


def _pad_vjp(g: Array, x_shape: Shape, widths: tuple[tuple[int, int], ...]) -> Array:
    return g[tuple(slice(before, before + n) for (before, _), n in zip(widths, x_shape, strict=True))]


_pad.vjp(x=_pad_vjp)


@composite
def pad(x: Array, pad_width: Any, mode: str = "constant", constant_values: float = 0) -> Array:
    """x with `constant_values` around it: `pad_width` is n, (before, after), or one such pair per axis.

    ∂x: g without the border.  Raises ValueError for NumPy's other modes, which are not here.
    """
    if mode != "constant":
        raise ValueError(
            f"pad(mode={mode!r}) is not here: pad with a constant, or join slices with mg.concatenate"
        )
    pairs = np.broadcast_to(np.asarray(pad_width, dtype=int), (np.ndim(x), 2))
    return _pad(x, tuple((int(before), int(after)) for before, after in pairs), constant_values)


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


@primitive
def copy(x: Array) -> Array:
    """The same values in memory of their own.  ∂x: g."""
    return np.copy(x)


copy.vjp(x=lambda g: g)


@primitive
def astype(x: Array, dtype: Any) -> Array:
    """The same values as `dtype`.  ∂x: g as x's dtype; a conversion to integers ends the graph."""
    if np.dtype(dtype).kind not in "fiub":
        raise TypeError(f"astype({np.dtype(dtype)}): a tensor holds real numbers or booleans")
    return np.asarray(x).astype(dtype)


astype.vjp(x=lambda g: g)  # the walk casts
