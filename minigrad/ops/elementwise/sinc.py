"""sin(πx)/(πx), smooth at 0 to every order."""

import math

import numpy as np

from minigrad.composite import composite
from minigrad.ops.floats import widened
from minigrad.ops.typing import Array
from minigrad.primitive import primitive
from minigrad.tensor import Tensor


@composite
def sinc(x: Array) -> Tensor:
    """sin(πx)/(πx), which is 1 at 0.  ∂x: g·(cos(πx) - sinc x)/x, which is 0 at 0; exact to every order."""
    return _sinc(x, 0)


@primitive
def _sinc(x: Array, n: int) -> Array:
    """jₙ(z)/zⁿ at z = πx, with jₙ the spherical Bessel function; sinc is the one of n = 0.

    d/dz jₙ(z)/zⁿ = -z·jₙ₊₁(z)/zⁿ⁺¹: this family holds all its derivatives, and none of them divides by 0.
    """
    wide = widened(x)  # float16 overflows in squares, and NumPy 2.0 makes NaN of it at 0
    if n:
        return _bessel_over_power(np.pi * np.asarray(wide), n).astype(x.dtype, copy=False)
    return np.sinc(wide).astype(x.dtype, copy=False) if x.dtype == np.float16 else np.sinc(x)


_sinc.vjp(x=lambda g, x, n: g * x * _sinc.apply(x, n + 1) * -(math.pi**2))


def _bessel_over_power(z: np.ndarray, n: int) -> np.ndarray:
    """The recurrence is exact to rounding for z > n, the series for all smaller z."""
    size = np.abs(z)
    near = size < 4 + n
    return np.where(near, _series(np.where(near, z, 0), n), _recurrence(np.where(near, 4 + n, size), n))


def _series(z: np.ndarray, n: int) -> np.ndarray:
    """Σₖ (-z²/2)ᵏ / (k!·(2n + 2k + 1)!!)."""
    step = z * z / -2
    term = np.ones_like(z) / math.prod(range(1, 2 * n + 2, 2))
    total = term
    for k in range(1, 30):
        term = term * step / (k * (2 * n + 2 * k + 1))
        total = total + term
    return total


def _recurrence(z: np.ndarray, n: int) -> np.ndarray:
    """fₖ₊₁ = ((2k + 1)·fₖ - fₖ₋₁)/z², from f₋₁ = cos z and f₀ = sin z/z."""
    before, now = np.cos(z), np.sin(z) / z
    for k in range(n):
        before, now = now, ((2 * k + 1) * now - before) / (z * z)
    return now
