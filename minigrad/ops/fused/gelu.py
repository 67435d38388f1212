"""The Gaussian error linear unit."""

import math

import numpy as np

from minigrad.fused import fused
from minigrad.ops.elementwise.special import erf
from minigrad.ops.fused.floats import require_floats
from minigrad.ops.typing import Array

SQRT_HALF = math.sqrt(0.5)
SQRT_2_OVER_PI = math.sqrt(2 / math.pi)
INV_SQRT_2_PI = 1 / math.sqrt(2 * math.pi)
CUBIC = 0.044715


@fused(inputs=("x",))
def gelu(x: Array, approximate: str = "none") -> Array:
    """x·Φ(x), Φ the normal distribution function; "tanh": x·(1 + tanh √(2/π)(x + 0.044715x³))/2.

    Hendrycks and Gimpel (2016), section 2.  ∂x: g·(Φ(x) + x·φ(x)), φ the normal density.
    """
    if approximate == "tanh":
        return x * (np.tanh((x + x * x * x * CUBIC) * SQRT_2_OVER_PI) + 1) * 0.5
    return x * (erf(x * SQRT_HALF) + 1) * 0.5


@gelu.forward
def _(x: np.ndarray, approximate: str = "none") -> tuple[np.ndarray, np.ndarray]:
    if approximate not in ("none", "tanh"):
        raise ValueError(f'gelu takes approximate="none" or "tanh", not {approximate!r}')
    require_floats("gelu", x=x)
    if approximate == "none":
        gate = erf.forward(x * SQRT_HALF)
    else:
        gate = x * x
        gate *= SQRT_2_OVER_PI * CUBIC
        gate += SQRT_2_OVER_PI
        gate *= x
        gate = np.tanh(gate, out=gate) if isinstance(gate, np.ndarray) else np.tanh(gate)
    gate += 1
    gate *= 0.5  # Φ(x), or what stands for it
    return x * gate, gate


@gelu.backward
def _(
    g: np.ndarray, gate: np.ndarray, wanted: list[bool], x: np.ndarray, approximate: str = "none"
) -> tuple[np.ndarray]:
    if approximate == "tanh":
        # with t = tanh(u) = 2·gate - 1:  d gate = (1 - t²)/2·u' = 2·gate·(1 - gate)·u'
        slope = np.multiply(x, x)
        slope *= SQRT_2_OVER_PI * CUBIC * 3 * 2
        slope += SQRT_2_OVER_PI * 2
        slope *= gate
        rest = 1 - gate
        slope *= rest
    else:
        slope = np.multiply(x, x)
        slope *= -0.5
        slope = np.exp(slope)
        slope *= INV_SQRT_2_PI
    slope *= x
    slope += gate
    slope *= g
    return (slope,)
