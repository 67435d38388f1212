"""The error function."""

import math

import numpy as np

from minigrad.kernels.erf import erf as of_floats
from minigrad.ops.floats import as_floats
from minigrad.ops.typing import Array
from minigrad.primitive import primitive

TWO_OVER_SQRT_PI = 2 / math.sqrt(math.pi)
BEYOND = 28.0  # where exp(-x²) is 0 in any float


@primitive
def erf(x: Array) -> Array:
    """2/√π·∫₀ˣ exp(-t²) dt, to the last digits of the dtype (Cody, 1969).  ∂x: g·2/√π·exp(-x²)."""
    return of_floats(as_floats(x))


def _erf_vjp(g: Array, x: Array) -> Array:
    near = np.clip(x, -BEYOND, BEYOND)  # whose square does not overflow
    return g * np.exp(-near * near) * TWO_OVER_SQRT_PI


erf.vjp(x=_erf_vjp)
