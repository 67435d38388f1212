"""Activation functions, elementwise.  (tanh stands with trigonometry, gelu with the fused ops.)"""

import numpy as np

from minigrad.ops.typing import Array
from minigrad.primitive import primitive


@primitive
def relu(x: Array) -> Array:
    """max(x, 0).  ∂x: g where x > 0, else 0 (0 at the kink too)."""
    return np.maximum(x, 0)


relu.vjp(x=lambda g, out: g * (out > 0))


@primitive
def leaky_relu(x: Array, negative_slope: float = 0.01) -> Array:
    """x where x > 0, else negative_slope·x.  ∂x: g, or negative_slope·g (at 0 too)."""
    return np.where(x > 0, x, x * negative_slope)


leaky_relu.vjp(x=lambda g, x, negative_slope: np.where(x > 0, g, g * negative_slope))


@primitive
def elu(x: Array, alpha: float = 1.0) -> Array:
    """x where x > 0, else alpha·(eˣ - 1) (Clevert et al., 2016).  ∂x: g, or g·alpha·eˣ (at 0 too)."""
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)) * alpha)


elu.vjp(x=lambda g, x, alpha: np.where(x > 0, g, g * np.exp(np.minimum(x, 0)) * alpha))


@primitive
def sigmoid(x: Array) -> Array:
    """1/(1 + e⁻ˣ) without overflow.  ∂x: g·y·(1 - y), with y the result."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


sigmoid.vjp(x=lambda g, out: g * out * (1 - out))


@primitive
def logsigmoid(x: Array) -> Array:
    """ln(1/(1 + e⁻ˣ)) = -softplus(-x).  ∂x: g·sigmoid(-x)."""
    return -np.logaddexp(-x, 0)


logsigmoid.vjp(x=lambda g, x: g * sigmoid.apply(-x))


@primitive
def softplus(x: Array) -> Array:
    """ln(1 + eˣ) without overflow.  ∂x: g·sigmoid(x)."""
    return np.logaddexp(x, 0)


softplus.vjp(x=lambda g, x: g * sigmoid.apply(x))


@primitive
def silu(x: Array) -> Array:
    """x·sigmoid(x), also called swish (Elfwing et al., 2018).  ∂x: g·(s + x·s·(1 - s)), s = sigmoid(x)."""
    return x * sigmoid.forward(x)


def _silu_vjp(g: Array, x: Array) -> Array:
    s = sigmoid.apply(x)
    return g * (s + x * s * (1 - s))


silu.vjp(x=_silu_vjp)
