"""Elements in reverse order, moved on or turned: the derivative goes the other way."""

from collections.abc import Sequence

import numpy as np

from minigrad.composite import composite
from minigrad.ops.typing import Array, Axis
from minigrad.primitive import primitive


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


@composite
def fliplr(x: Array) -> Array:
    """Columns in reverse order: flip along axis 1.  Raises ValueError for fewer than two axes."""
    return flip(_with_axes(x, 2, "fliplr"), 1)


@composite
def flipud(x: Array) -> Array:
    """Rows in reverse order: flip along axis 0.  Raises ValueError for a 0-d x."""
    return flip(_with_axes(x, 1, "flipud"), 0)


def _with_axes(x: Array, needed: int, name: str) -> Array:
    if np.ndim(x) < needed:
        raise ValueError(f"{name} needs at least {needed}-d input, and x is {np.ndim(x)}-d: write mg.flip(x)")
    return x


@primitive
def rot90(x: Array, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Array:
    """x turned k times by 90°, in the plane and the direction from axes[0] to axes[1].  ∂x: g turned back."""
    return np.rot90(x, k, axes)


rot90.vjp(x=lambda g, k, axes: np.rot90(g, -k, axes))
