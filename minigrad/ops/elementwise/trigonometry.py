"""Circular and hyperbolic functions and their inverses, elementwise, in radians."""

import math

import numpy as np

from minigrad.composite import composite
from minigrad.ops.typing import Array
from minigrad.primitive import primitive
from minigrad.tensor import Tensor


@primitive
def sin(x: Array) -> Array:
    """sin x.  ∂x: g·cos x."""
    return np.sin(x)


sin.vjp(x=lambda g, x: g * np.cos(x))


@primitive
def cos(x: Array) -> Array:
    """cos x.  ∂x: -g·sin x."""
    return np.cos(x)


cos.vjp(x=lambda g, x: -g * np.sin(x))


@primitive
def tan(x: Array) -> Array:
    """tan x.  ∂x: g·(1 + tan²x)."""
    return np.tan(x)


tan.vjp(x=lambda g, out: g * (out * out + 1))


@primitive
def arcsin(x: Array) -> Array:
    """arcsin x for |x| ≤ 1.  ∂x: g/√(1 - x²)."""
    return np.arcsin(x)


arcsin.vjp(x=lambda g, x: g / np.sqrt((1 - x) * (1 + x)))


@primitive
def arccos(x: Array) -> Array:
    """arccos x for |x| ≤ 1.  ∂x: -g/√(1 - x²)."""
    return np.arccos(x)


arccos.vjp(x=lambda g, x: -g / np.sqrt((1 - x) * (1 + x)))


@primitive
def arctan(x: Array) -> Array:
    """arctan x.  ∂x: g/(1 + x²)."""
    return np.arctan(x)


def _arctan_vjp(g: Array, x: Array) -> Array:
    radius = np.hypot(x, 1.0)
    return g / radius / radius  # where the square might overflow


arctan.vjp(x=_arctan_vjp)


@primitive
def arctan2(y: Array, x: Array) -> Array:
    """The angle of the point (x, y), in (-π, π].  ∂y: g·x/r²;  ∂x: -g·y/r²; both 0 at r = 0."""
    return np.arctan2(y, x)


arctan2.vjp(
    y=lambda g, y, x: g * _over_radius_twice(x, np.hypot(x, y)),
    x=lambda g, y, x: -g * _over_radius_twice(y, np.hypot(x, y)),
)


def _over_radius(x: Array, radius: Array) -> Array:
    """x/radius, which is 0 at the origin to every order."""
    return np.where(radius == 0, 0.0, x / np.where(radius == 0, 1.0, radius))


def _over_radius_twice(x: Array, radius: Array) -> Array:
    """x/radius², where radius² might overflow."""
    return _over_radius(_over_radius(x, radius), radius)


@primitive
def hypot(a: Array, b: Array) -> Array:
    """√(a² + b²).  ∂a: g·a/√(a² + b²);  ∂b: g·b/√(a² + b²); both 0 at (0, 0), its kink."""
    return np.hypot(a, b)


hypot.vjp(
    a=lambda g, a, out: g * _over_radius(a, out),
    b=lambda g, b, out: g * _over_radius(b, out),
)


@primitive
def sinh(x: Array) -> Array:
    """sinh x.  ∂x: g·cosh x."""
    return np.sinh(x)


sinh.vjp(x=lambda g, x: g * np.cosh(x))


@primitive
def cosh(x: Array) -> Array:
    """cosh x.  ∂x: g·sinh x."""
    return np.cosh(x)


cosh.vjp(x=lambda g, x: g * np.sinh(x))


@primitive
def tanh(x: Array) -> Array:
    """tanh x.  ∂x: g·(1 - tanh²x)."""
    return np.tanh(x)


tanh.vjp(x=lambda g, out: g * (1 - out * out))


@primitive
def arcsinh(x: Array) -> Array:
    """arsinh x.  ∂x: g/√(x² + 1)."""
    return np.arcsinh(x)


arcsinh.vjp(x=lambda g, x: g / np.hypot(x, 1.0))


@primitive
def arccosh(x: Array) -> Array:
    """arcosh x for x ≥ 1.  ∂x: g/√(x² - 1)."""
    return np.arccosh(x)


arccosh.vjp(x=lambda g, x: g / (np.sqrt(x - 1) * np.sqrt(x + 1)))


@primitive
def arctanh(x: Array) -> Array:
    """artanh x for |x| < 1.  ∂x: g/(1 - x²)."""
    return np.arctanh(x)


arctanh.vjp(x=lambda g, x: g / ((1 - x) * (1 + x)))


@primitive
def deg2rad(x: Array) -> Array:
    """x degrees in radians, x·π/180.  ∂x: g·π/180."""
    return np.deg2rad(x)


deg2rad.vjp(x=lambda g: g * (math.pi / 180))


@primitive
def rad2deg(x: Array) -> Array:
    """x radians in degrees, x·180/π.  ∂x: g·180/π."""
    return np.rad2deg(x)


rad2deg.vjp(x=lambda g: g * (180 / math.pi))


@composite
def radians(x: Array) -> Tensor:
    """x degrees in radians: `deg2rad` by its other name."""
    return deg2rad(x)


@composite
def degrees(x: Array) -> Tensor:
    """x radians in degrees: `rad2deg` by its other name."""
    return rad2deg(x)


@primitive
def unwrap(p: Array, discont: float | None = None, axis: int = -1, *, period: float = 2 * math.pi) -> Array:
    """Angles along `axis` with whole periods added, so that none is more than half of one from the last.

    ∂p: g, since what is added is piecewise constant.
    """
    return np.unwrap(p, discont, axis, period=period)


unwrap.vjp(p=lambda g: g)
