"""The Gaussian error linear unit."""

import numpy as np

from minigrad import kernels
from minigrad.fused import fused
from minigrad.kernels.gelu import CUBIC, SQRT_2_OVER_PI, SQRT_HALF
from minigrad.ops.elementwise.special import erf
from minigrad.ops.fused.floats import require_floats
from minigrad.ops.typing import Array


@fused(inputs=("x",))
def gelu(x: Array, approximate: str = "none") -> Array:
    """x·Φ(x), Φ the normal distribution function; "tanh": x·(1 + tanh √(2/π)(x + 0.044715x³))/2.

    Hendrycks and Gimpel (2016), section 2.  ∂x: g·(Φ(x) + x·φ(x)), φ the normal density.
    """
    if approximate == "tanh":
        return x * (np.tanh((x + x * x * x * CUBIC) * SQRT_2_OVER_PI) + 1) * 0.5
    return x * (erf(x * SQRT_HALF) + 1) * 0.5


@gelu.forward
def _(x: np.ndarray, approximate: str = "none") -> tuple[np.ndarray, np.ndarray | None]:
    if approximate not in ("none", "tanh"):
        raise ValueError(f'gelu takes approximate="none" or "tanh", not {approximate!r}')
    require_floats("gelu", x=x)
    return kernels.gelu(x, approximate)


@gelu.backward
def _(
    g: np.ndarray, gate: np.ndarray | None, wanted: list[bool], x: np.ndarray, approximate: str = "none"
) -> tuple[np.ndarray]:
    return (kernels.gelu_backward(g, x, gate, approximate),)
