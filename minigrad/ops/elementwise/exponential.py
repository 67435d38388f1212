"""Exponentials and logarithms, elementwise."""

import math

import numpy as np

from minigrad.ops.elementwise.activation import sigmoid
from minigrad.ops.typing import Array
from minigrad.primitive import primitive

# Python floats, not NumPy scalars: those would turn float32 gradients into float64.
LN_2 = math.log(2.0)
LN_10 = math.log(10.0)


@primitive
def exp(x: Array) -> Array:
    """eˣ.  ∂x: g·eˣ."""
    return np.exp(x)


exp.vjp(x=lambda g, out: g * out)


@primitive
def exp2(x: Array) -> Array:
    """2ˣ.  ∂x: g·2ˣ·ln 2."""
    return np.exp2(x)


exp2.vjp(x=lambda g, out: g * out * LN_2)


@primitive
def expm1(x: Array) -> Array:
    """eˣ - 1, exact for small x.  ∂x: g·eˣ."""
    return np.expm1(x)


expm1.vjp(x=lambda g, x: g * np.exp(x))


@primitive
def log(x: Array) -> Array:
    """ln x.  ∂x: g/x."""
    return np.log(x)


log.vjp(x=lambda g, x: g / x)


@primitive
def log2(x: Array) -> Array:
    """log₂ x.  ∂x: g/(x·ln 2)."""
    return np.log2(x)


log2.vjp(x=lambda g, x: g / LN_2 / x)


@primitive
def log10(x: Array) -> Array:
    """log₁₀ x.  ∂x: g/(x·ln 10)."""
    return np.log10(x)


log10.vjp(x=lambda g, x: g / LN_10 / x)  # x·ln 10 might overflow


@primitive
def log1p(x: Array) -> Array:
    """ln(1 + x), exact for small x.  ∂x: g/(1 + x)."""
    return np.log1p(x)


log1p.vjp(x=lambda g, x: g / (x + 1))


@primitive
def logaddexp(a: Array, b: Array) -> Array:
    """ln(eᵃ + eᵇ) without overflow.  ∂a: g·eᵃ/(eᵃ + eᵇ);  ∂b: g·eᵇ/(eᵃ + eᵇ); 0 where both are -inf."""
    return np.logaddexp(a, b)


def _lead(g: Array, a: Array, b: Array) -> Array:
    """a - b, and -inf where both are: unlike a - out it is exact where the result has been rounded."""
    b = b if hasattr(b, "dtype") else np.asarray(b, g.dtype)
    with np.errstate(over="ignore"):  # an infinite lead is as good as a large one
        return a - np.where((a == -np.inf) & (b == -np.inf), 0.0, b)


logaddexp.vjp(
    a=lambda g, a, b: g * sigmoid.apply(_lead(g, a, b)),
    b=lambda g, a, b: g * sigmoid.apply(_lead(g, b, a)),
)


@primitive
def logaddexp2(a: Array, b: Array) -> Array:
    """log₂(2ᵃ + 2ᵇ) without overflow.  ∂a: g·2ᵃ/(2ᵃ + 2ᵇ);  ∂b: g·2ᵇ/(2ᵃ + 2ᵇ); 0 where both are -inf."""
    return np.logaddexp2(a, b)


logaddexp2.vjp(
    a=lambda g, a, b: g * sigmoid.apply(_lead(g, a, b) * LN_2),
    b=lambda g, a, b: g * sigmoid.apply(_lead(g, b, a) * LN_2),
)
