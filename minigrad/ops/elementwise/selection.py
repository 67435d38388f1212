"""Choosing between values, elementwise.  Where a function has a kink, its doc says what is taken."""

from typing import Any

import numpy as np

from minigrad.composite import composite
from minigrad.ops.typing import Array
from minigrad.plain import plain_array
from minigrad.primitive import primitive
from minigrad.tensor import Tensor


@primitive
def absolute(x: Array) -> Array:
    """|x|.  ∂x: g·sign(x), which is 0 at 0."""
    return np.absolute(x)


absolute.vjp(x=lambda g, x: g * np.sign(x))


@primitive
def fabs(x: Array) -> Array:
    """|x|, in floats also of integers.  ∂x: g·sign(x), which is 0 at 0."""
    return np.fabs(x)


fabs.vjp(x=lambda g, x: g * np.sign(x))


@primitive
def copysign(a: Array, b: Array) -> Array:
    """|a| with the sign of b.  ∂a: g·sign(a)·(±1, the sign of b), which is 0 at a = 0;  ∂b: 0."""
    return np.copysign(a, b)


copysign.vjp(
    a=lambda g, a, b: np.where(np.signbit(b), -g, g) * np.sign(a),
    b=lambda g: np.where(False, g, 0.0),
)


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
def fmax(a: Array, b: Array) -> Array:
    """The greater of a and b, a number before NaN.  g goes to it; at a tie or two NaN each gets half."""
    return np.fmax(a, b)


@primitive
def fmin(a: Array, b: Array) -> Array:
    """The lesser of a and b, a number before NaN.  g goes to it; at a tie or two NaN each gets half."""
    return np.fmin(a, b)


def _alike(a: Array, b: Array) -> Any:
    return (a == b) | (np.isnan(a) & np.isnan(b))


fmax.vjp(
    a=lambda g, a, b: _share(g, (a > b) | np.isnan(b), _alike(a, b)),
    b=lambda g, a, b: _share(g, (b > a) | np.isnan(a), _alike(a, b)),
)
fmin.vjp(
    a=lambda g, a, b: _share(g, (a < b) | np.isnan(b), _alike(a, b)),
    b=lambda g, a, b: _share(g, (b < a) | np.isnan(a), _alike(a, b)),
)


@primitive
def nan_to_num(
    x: Array, copy: bool = True, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Array:
    """x with NaN and the infinities replaced (by `nan`, and the greatest numbers of the dtype if None).

    ∂x: g where x is finite, 0 elsewhere.  x is never written to, whatever `copy` says.
    """
    return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


nan_to_num.vjp(x=lambda g, x: np.where(np.isfinite(x), g, 0.0))


@composite
def clip(
    x: Array, a_min: Array = None, a_max: Array = None, *, min: Array = None, max: Array = None
) -> Tensor:
    """x held between a_min and a_max, or `min` and `max`, their other names (any may be None).

    g goes to x inside the bounds and on them, to a bound where that one holds x back.
    """
    if (a_min is not None and min is not None) or (a_max is not None and max is not None):
        raise ValueError(
            "clip got a bound under two names: write mg.clip(x, a_min, a_max) or mg.clip(x, min=..., max=...)"
        )
    return _clip(x, min if a_min is None else a_min, max if a_max is None else a_max)


@primitive
def _clip(x: Array, a_min: Array, a_max: Array) -> Array:
    return np.copy(x) if a_min is None and a_max is None else np.clip(x, a_min, a_max)


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


_clip.vjp(
    x=_clip_wrt_x,
    a_min=_clip_wrt_min,
    a_max=_clip_wrt_max,
)


@primitive
def _where(condition: Array, x: Array, y: Array) -> Array:
    return np.where(condition, x, y)


_where.vjp(
    x=lambda g, condition: np.where(condition, g, 0.0),
    y=lambda g, condition: np.where(condition, 0.0, g),
)


@composite
def where(condition: Array, x: Array = None, y: Array = None) -> Any:
    """x where `condition` holds, y elsewhere.  g goes to the one that was taken, 0 to the other.

    With `condition` alone: the indices where it holds, plain arrays, as np.nonzero gives them.

    Nothing leaks from the branch that is not taken, but what comes before it may still make NaN of
    that 0: in where(x > 0, sqrt(x), 0) the rule of sqrt computes 0/0 at x = 0.  Write it twice, so that
    the branch never sees the bad value: where(x > 0, sqrt(where(x > 0, x, 1)), 0).
    """
    if x is None and y is None:
        return np.nonzero(plain_array(condition))
    if x is None or y is None:
        raise ValueError(
            "where takes both x and y or neither: write mg.where(condition, x, y), or mg.where(condition) "
            "for indices"
        )
    return _where(condition, x, y)
