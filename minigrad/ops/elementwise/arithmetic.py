"""Arithmetic, elementwise and broadcasting: + - * / % ** and their kin."""

from typing import Any

import numpy as np

from minigrad.ops.constant import constant
from minigrad.ops.shape.reshaping import astype
from minigrad.ops.typing import Array
from minigrad.primitive import composite, primitive
from minigrad.tensor import Tensor


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
    b=lambda g, a, b: -g * np.floor_divide(a, b),
)


@primitive
def fmod(a: Array, b: Array) -> Array:
    """a mod b, with the sign of a: a - b·trunc(a/b).  ∂a: g;  ∂b: -g·trunc(a/b) (taken as constant)."""
    return np.fmod(a, b)


fmod.vjp(
    a=lambda g: g,
    b=lambda g, a, b, out: -g * np.rint((a - out) / b),
)


@composite
def divmod(a: Array, b: Array) -> tuple[Any, Tensor]:
    """⌊a/b⌋, a plain array since it has no derivative, and the remainder a mod b, recorded."""
    return np.floor_divide(a, b), remainder(a, b)


@composite
def modf(x: Array) -> tuple[Tensor, Any]:
    """The part of x after the point, recorded (∂x: g), and the whole part, a plain array, signed as x."""
    return fmod(x, 1.0), np.trunc(x)


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


@composite
def real(val: Array) -> Tensor:
    """x itself, since a tensor holds real numbers only.  ∂x: g."""
    return positive(val)


@primitive
def imag(val: Array) -> Array:
    """0, the imaginary part of a real number.  ∂val: 0."""
    return np.imag(val)


imag.vjp(val=lambda g: np.where(False, g, 0.0))


@composite
def real_if_close(a: Array, tol: float = 100) -> Tensor:
    """x itself, since a tensor holds real numbers only.  ∂x: g."""
    return positive(a)


@composite
def conjugate(x: Array) -> Tensor:
    """x itself, since a tensor holds real numbers only.  ∂x: g."""
    return positive(x)


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


@composite
def float_power(a: Array, b: Array) -> Tensor:
    """aᵇ, where whole numbers are taken as floats.  Unlike NumPy's, float32 stays float32."""
    has_floats = any(constant(x).dtype.kind == "f" for x in (a, b))
    return power(a if has_floats else astype(a, float), b)


@primitive
def ldexp(x: Array, i: Any) -> Array:
    """x·2ⁱ for whole numbers i.  ∂x: g·2ⁱ."""
    return np.ldexp(x, i)


ldexp.vjp(x=lambda g, i: np.ldexp(g, i))


@primitive
def square(x: Array) -> Array:
    """x².  ∂x: 2·g·x."""
    return np.square(x)


square.vjp(x=lambda g, x: g * x * 2)


@primitive
def sqrt(x: Array) -> Array:
    """√x.  ∂x: g/(2√x), which is infinite at 0 (and NaN there for g = 0: see `where` for what to write)."""
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
