"""Arithmetic, elementwise and broadcasting: + - * / % ** and their kin."""

import numpy as np

from minigrad.ops.typing import Array
from minigrad.primitive import primitive


@primitive
def add(a: Array, b: Array) -> Array:
    """a + b.  ∂a: g;  ∂b: g."""
    return np.add(a, b)


add.vjp(
    a=lambda g: g,
    b=lambda g: g,
)


@primitive
def subtract(a: Array, b: Array) -> Array:
    """a - b.  ∂a: g;  ∂b: -g."""
    return np.subtract(a, b)


subtract.vjp(
    a=lambda g: g,
    b=lambda g: -g,
)


@primitive
def multiply(a: Array, b: Array) -> Array:
    """a · b.  ∂a: g·b;  ∂b: g·a."""
    return np.multiply(a, b)


multiply.vjp(
    a=lambda g, b: g * b,
    b=lambda g, a: g * a,
)


@primitive
def divide(a: Array, b: Array) -> Array:
    """a / b.  ∂a: g/b;  ∂b: -g·a/b²."""
    return np.divide(a, b)


divide.vjp(
    a=lambda g, b: g / b,
    b=lambda g, b, out: -g * out / b,
)


@primitive
def remainder(a: Array, b: Array) -> Array:
    """a mod b, with the sign of b: a - b·⌊a/b⌋.  ∂a: g;  ∂b: -g·⌊a/b⌋ (⌊·⌋ taken as constant)."""
    return np.remainder(a, b)


remainder.vjp(
    a=lambda g: g,
    b=lambda g, a, b: -g * np.floor(a / b),
)


@primitive
def negative(x: Array) -> Array:
    """-x.  ∂x: -g."""
    return np.negative(x)


negative.vjp(x=lambda g: -g)


@primitive
def positive(x: Array) -> Array:
    """+x.  ∂x: g."""
    return np.positive(x)


positive.vjp(x=lambda g: g)


@primitive
def power(a: Array, b: Array) -> Array:
    """aᵇ.  ∂a: g·b·aᵇ⁻¹, which is 0 for b = 0;  ∂b: g·aᵇ·ln a, which is 0 at a = 0."""
    return np.power(a, b)


def _power_wrt_base(g: Array, a: Array, b: Array) -> Array:
    if isinstance(b, (int, float)):
        return g * (b * a ** (b - 1)) if b != 0 else g * 0.0
    return g * b * a ** np.where(b == 0, 1, b - 1)


def _power_wrt_exponent(g: Array, a: Array, out: Array) -> Array:
    if isinstance(a, (int, float)):
        return g * out * (float(np.log(a)) if a != 0 else 0.0)
    return g * out * np.log(np.where(a == 0, 1, a))


power.vjp(
    a=_power_wrt_base,
    b=_power_wrt_exponent,
)


@primitive
def square(x: Array) -> Array:
    """x².  ∂x: 2·g·x."""
    return np.square(x)


square.vjp(x=lambda g, x: g * x * 2)


@primitive
def sqrt(x: Array) -> Array:
    """√x.  ∂x: g/(2√x), which is infinite at 0."""
    return np.sqrt(x)


sqrt.vjp(x=lambda g, out: g / (out * 2))


@primitive
def cbrt(x: Array) -> Array:
    """∛x.  ∂x: g/(3·∛x²), which is infinite at 0."""
    return np.cbrt(x)


cbrt.vjp(x=lambda g, out: g / (out * out * 3))


@primitive
def reciprocal(x: Array) -> Array:
    """1/x.  ∂x: -g/x²."""
    return np.reciprocal(x)


reciprocal.vjp(x=lambda g, out: -g * out * out)
