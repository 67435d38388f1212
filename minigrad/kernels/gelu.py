"""Both forms of gelu, and what their derivative multiplies."""

import numpy as np

from minigrad.kernels.dispatch import FLOAT32, kernel
from minigrad.kernels.erf import erf
from minigrad.kernels.gelu_constants import (
    CUBIC,
    FAR,
    INV_SQRT_2_PI,
    SPREAD,
    SQRT_2_OVER_PI,
    SQRT_HALF,
    TAIL,
)


@kernel
def gelu(x: np.ndarray, approximate: str) -> tuple[np.ndarray, np.ndarray | None]:
    """x·gate and gate: Φ(x) for "none", (1 + tanh √(2/π)(x + 0.044715x³))/2 for "tanh".

    The loops give None for the gate: to compute it again costs them less than to read it from memory.
    """
    gate = _gate(x, approximate)
    return x * gate, gate


@kernel
def gelu_backward(g: np.ndarray, x: np.ndarray, gate: np.ndarray | None, approximate: str) -> np.ndarray:
    """g·(gate + x·∂gate)."""
    if gate is None:
        gate = _gate(x, approximate)
    near = np.clip(x, -FAR, FAR)
    slope = near * near
    if approximate == "tanh":
        # with t = tanh(u) = 2·gate - 1:  ∂gate = (1 - t²)/2·u' = 2·gate·(1 - gate)·u'
        slope *= SQRT_2_OVER_PI * CUBIC * 3 * 2
        slope += SQRT_2_OVER_PI * 2
        slope *= gate
        slope *= 1 - gate
    else:
        slope *= -0.5
        slope = np.exp(slope)
        slope *= INV_SQRT_2_PI
    slope *= near
    slope += gate
    slope *= g
    return slope


def _gate(x: np.ndarray, approximate: str) -> np.ndarray:
    return _tanh_gate(x) if approximate == "tanh" else normal_cdf(x)


def _tanh_gate(x: np.ndarray) -> np.ndarray:
    x = np.clip(x, -FAR, FAR)
    gate = x * x
    gate *= SQRT_2_OVER_PI * CUBIC
    gate += SQRT_2_OVER_PI
    gate *= x
    gate = np.tanh(gate, out=gate) if isinstance(gate, np.ndarray) else np.tanh(gate)
    gate += 1
    gate *= 0.5
    return gate


def normal_cdf(x: np.ndarray) -> np.ndarray:
    """Φ(x), the normal distribution function: within 2e-7 for float32, else to the last digits."""
    if x.dtype != FLOAT32:
        return (erf(x * SQRT_HALF) + 1) * 0.5
    x = np.clip(x, -FAR, FAR)
    t = 1 / (1 + SPREAD * np.abs(x))
    tail = np.full_like(t, TAIL[-1])
    for coefficient in TAIL[-2::-1]:
        tail *= t
        tail += coefficient
    tail *= t
    tail *= np.exp(x * x * -0.5)
    above = (x > 0).astype(x.dtype)
    tail *= 1 - 2 * above  # 1 - tail above 0, where `np.where` would take longer
    tail += above
    return tail
