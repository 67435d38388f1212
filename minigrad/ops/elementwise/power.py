"""Powers, whose derivatives by base and exponent agree in any order."""

import math

import numpy as np

from minigrad.composite import composite
from minigrad.ops.shape.reshaping import astype
from minigrad.ops.typing import Array
from minigrad.plain import plain_array
from minigrad.primitive import primitive
from minigrad.tensor import Tensor


@primitive
def power(a: Array, b: Array) -> Array:
    """aᵇ.  ∂a: g·b·aᵇ⁻¹;  ∂b: g·aᵇ·ln a, which is 0 for a = 0 and b ≥ 0.  At 0⁰ all derivatives are 0."""
    return np.power(a, b)


@primitive
def _power_log(a: Array, b: Array, n: int) -> Array:
    """aᵇ·(ln a)ⁿ, and for n > 0 the constant 0 where a = 0 and b ≥ 0; `power` is the one of n = 0.

    This family holds all derivatives: ∂b is the next one, ∂a is b·aᵇ⁻¹·(ln a)ⁿ + n·aᵇ⁻¹·(ln a)ⁿ⁻¹.
    """
    out = np.power(a, b)
    vanishes = (a == 0) & (b >= 0)
    return out * np.log(np.where(vanishes, 1, a).astype(out.dtype)) ** n


def _wrt_base(g: Array, a: Array, b: Array, n: int) -> Array:
    if b.dtype.kind != "f":
        b = b.astype(g.dtype)  # a constant, whose type may have no b - 1
    origin = (a == 0) & (b == 0)
    if origin.any():
        a, g = np.where(origin, 1.0, a), np.where(origin, 0.0, g)
    lower = b - 1
    if n == 0:
        return g * b * power.apply(a, lower)
    below = _power_log.apply(a, lower, n - 1) if n > 1 else power.apply(a, lower)
    return g * (b * _power_log.apply(a, lower, n) + n * below)


def _power_wrt_base(g: Array, a: Array, b: Array) -> Array:
    if isinstance(b, (int, float)):
        return g * (b * a ** (b - 1)) if b != 0 else np.where(False, g, 0.0)
    return _wrt_base(g, a, b, 0)


def _power_wrt_exponent(g: Array, a: Array, b: Array, out: Array) -> Array:
    if isinstance(a, (int, float)):
        return g * out * (float(np.log(a)) if a != 0 else _log_of_0(b))
    return g * _power_log.apply(a, b, 1)


def _log_of_0(b: Array) -> Array:
    """What 0ᵇ is multiplied by."""
    return np.where(b >= 0, 0.0, -math.inf).astype(b.dtype)


power.vjp(
    a=_power_wrt_base,
    b=_power_wrt_exponent,
)
_power_log.vjp(
    a=_wrt_base,
    b=lambda g, a, b, n: g * _power_log.apply(a, b, n + 1),
)


@composite
def float_power(a: Array, b: Array) -> Tensor:
    """aᵇ, where whole numbers are taken as floats.  Unlike NumPy's, float32 stays float32."""
    has_floats = any(plain_array(x).dtype.kind == "f" for x in (a, b))
    return power(a if has_floats else astype(a, float), b)
