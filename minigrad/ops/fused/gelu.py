"""The Gaussian error linear unit."""

import numpy as np

from minigrad import kernels
from minigrad.fused import fused
from minigrad.kernels.gelu_constants import CUBIC, FAR, SQRT_2_OVER_PI, SQRT_HALF
from minigrad.ops.elementwise.special import erf
from minigrad.ops.floats import widened
from minigrad.ops.fused.floats import require_floats
from minigrad.ops.typing import Array


@fused(inputs=("x",))
def gelu(x: Array, approximate: str = "none") -> Array:
    """x·Φ(x), Φ the normal distribution function; "tanh": x·(1 + tanh √(2/π)(x + 0.044715x³))/2.

    Hendrycks and Gimpel (2016), section 2.  ∂x: g·(Φ(x) + x·φ(x)), φ the normal density.
    """
    if approximate == "tanh":
        near = np.clip(x, -FAR, FAR)
        return x * (np.tanh((near + near * near * near * CUBIC) * SQRT_2_OVER_PI) + 1) * 0.5
    return x * (erf(x * SQRT_HALF) + 1) * 0.5


@gelu.forward
def gelu_forward(x: np.ndarray, approximate: str = "none") -> tuple[np.ndarray, np.ndarray | None]:
    if approximate not in ("none", "tanh"):
        raise ValueError(f'gelu takes approximate="none" or "tanh", not {approximate!r}')
    require_floats("gelu", x=x)
    y, gate = kernels.gelu(widened(x), approximate)
    return y.astype(x.dtype, copy=False), gate


@gelu.backward
def gelu_backward(
    g: np.ndarray,
    residuals: np.ndarray | None,
    wanted: list[bool],
    x: np.ndarray,
    approximate: str = "none",
) -> tuple[np.ndarray]:
    g_x = kernels.gelu_backward(widened(g), widened(x), residuals, approximate)
    return (g_x.astype(g.dtype, copy=False),)
