"""Choosing between values, elementwise.  Where a function has a kink, its doc says what is taken."""

import numpy as np

from minigrad.ops.typing import Array
from minigrad.primitive import primitive


@primitive
def absolute(x: Array) -> Array:
    """|x|.  ∂x: g·sign(x), which is 0 at 0."""
    return np.absolute(x)


absolute.vjp(x=lambda g, x: g * np.sign(x))


def _share(g: Array, wins: Array, ties: Array) -> Array:
    return np.where(ties, g * 0.5, np.where(wins, g, 0.0))


@primitive
def maximum(a: Array, b: Array) -> Array:
    """The greater of a and b.  g goes to the greater; at a tie each gets half of it."""
    return np.maximum(a, b)


maximum.vjp(
    a=lambda g, a, b: _share(g, a > b, a == b),
    b=lambda g, a, b: _share(g, b > a, a == b),
)


@primitive
def minimum(a: Array, b: Array) -> Array:
    """The lesser of a and b.  g goes to the lesser; at a tie each gets half of it."""
    return np.minimum(a, b)


minimum.vjp(
    a=lambda g, a, b: _share(g, a < b, a == b),
    b=lambda g, a, b: _share(g, b < a, a == b),
)


@primitive
def clip(x: Array, a_min: Array = None, a_max: Array = None) -> Array:
    """x held between a_min and a_max (either may be None).

    g goes to x inside the bounds and on them, to a bound where that one holds x back.
    """
    return np.clip(x, a_min, a_max)


def _below(x: Array, a_min: Array) -> Array:
    return np.False_ if a_min is None else x < a_min


def _above(x: Array, a_max: Array) -> Array:
    return np.False_ if x is None or a_max is None else x > a_max


def _clip_wrt_x(g: Array, x: Array, a_min: Array, a_max: Array) -> Array:
    return np.where(_below(x, a_min) | _above(x, a_max), 0.0, g)


def _clip_wrt_min(g: Array, x: Array, a_min: Array, a_max: Array) -> Array:
    return np.where(_below(x, a_min) & ~_above(a_min, a_max), g, 0.0)


def _clip_wrt_max(g: Array, x: Array, a_min: Array, a_max: Array) -> Array:
    return np.where(_above(x, a_max) | _above(a_min, a_max), g, 0.0)


clip.vjp(
    x=_clip_wrt_x,
    a_min=_clip_wrt_min,
    a_max=_clip_wrt_max,
)


@primitive
def where(condition: Array, x: Array, y: Array) -> Array:
    """x where `condition` holds, y elsewhere.  g goes to the one that was taken, 0 to the other."""
    return np.where(condition, x, y)


where.vjp(
    x=lambda g, condition: np.where(condition, g, 0.0),
    y=lambda g, condition: np.where(condition, 0.0, g),
)
