"""Arithmetic, elementwise and broadcasting: + - * / % ** and their kin."""

from typing import Any

import numpy as np

from minigrad.composite import composite
from minigrad.ops.elementwise.rounding import floor_divide, trunc
from minigrad.ops.shape.reshaping import astype, copy
from minigrad.ops.typing import Array
from minigrad.primitive import primitive
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
def divmod(a: Array, b: Array) -> tuple[Tensor, Tensor]:
    """`floor_divide`, ⌊a/b⌋, and `remainder`, a mod b."""
    return floor_divide(a, b), remainder(a, b)


@primitive
def _fraction(x: Array) -> Array:
    return np.modf(x)[0]


_fraction.vjp(x=lambda g: g)


@composite
def modf(x: Array) -> tuple[Tensor, Tensor]:
    """The part of x after the point (∂x: g) and the whole part (∂x: 0), both with the sign of x."""
    fraction = _fraction(x)
    return fraction, trunc(astype(x, fraction.dtype))


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
    return copy(val)


@primitive
def imag(val: Array) -> Array:
    """0, the imaginary part of a real number.  ∂val: 0."""
    return np.imag(val)


imag.vjp(val=lambda g: np.where(False, g, 0.0))


@composite
def real_if_close(a: Array, tol: float = 100) -> Tensor:
    """x itself, since a tensor holds real numbers only.  ∂x: g."""
    return copy(a)


@primitive
def conjugate(x: Array) -> Array:
    """x itself, since a tensor holds real numbers only.  ∂x: g."""
    return np.conjugate(x)


conjugate.vjp(x=lambda g: g)


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
