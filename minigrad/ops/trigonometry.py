"""Circular and hyperbolic functions and their inverses, elementwise, in radians."""

import numpy as np

from minigrad.ops.typing import Array
from minigrad.primitive import primitive


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


arcsin.vjp(x=lambda g, x: g / np.sqrt(1 - x * x))


@primitive
def arccos(x: Array) -> Array:
    """arccos x for |x| ≤ 1.  ∂x: -g/√(1 - x²)."""
    return np.arccos(x)


arccos.vjp(x=lambda g, x: -g / np.sqrt(1 - x * x))


@primitive
def arctan(x: Array) -> Array:
    """arctan x.  ∂x: g/(1 + x²)."""
    return np.arctan(x)


arctan.vjp(x=lambda g, x: g / (x * x + 1))


@primitive
def arctan2(y: Array, x: Array) -> Array:
    """The angle of the point (x, y), in (-π, π].  ∂y: g·x/(x² + y²);  ∂x: -g·y/(x² + y²)."""
    return np.arctan2(y, x)


arctan2.vjp(
    y=lambda g, y, x: g * x / (x * x + y * y),
    x=lambda g, y, x: -g * y / (x * x + y * y),
)


@primitive
def hypot(a: Array, b: Array) -> Array:
    """√(a² + b²).  ∂a: g·a/√(a² + b²);  ∂b: g·b/√(a² + b²)."""
    return np.hypot(a, b)


hypot.vjp(
    a=lambda g, a, out: g * a / out,
    b=lambda g, b, out: g * b / out,
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


arcsinh.vjp(x=lambda g, x: g / np.sqrt(x * x + 1))


@primitive
def arccosh(x: Array) -> Array:
    """arcosh x for x ≥ 1.  ∂x: g/√(x² - 1)."""
    return np.arccosh(x)


arccosh.vjp(x=lambda g, x: g / np.sqrt(x * x - 1))


@primitive
def arctanh(x: Array) -> Array:
    """artanh x for |x| < 1.  ∂x: g/(1 - x²)."""
    return np.arctanh(x)


arctanh.vjp(x=lambda g, x: g / (1 - x * x))
