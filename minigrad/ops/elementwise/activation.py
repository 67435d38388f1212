"""Activation functions with exponentials, and the rectifiers that they smooth, elementwise.

(Those of straight pieces alone stand in activation_piecewise, tanh with trigonometry, gelu with the
fused ops.)
"""

import numpy as np

from minigrad.ops.floats import as_floats
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


def _negative(x: Array) -> Array:
    """x below 0 and at it, else 0: unlike np.minimum it gives a second derivative at 0 all of g."""
    return np.where(x > 0, 0.0, x)


@primitive
def elu(x: Array, alpha: float = 1.0) -> Array:
    """x where x > 0, else alpha·(eˣ - 1) (Clevert et al., 2016).  ∂x: g, or g·alpha·eˣ (at 0 too)."""
    x = as_floats(x)
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)) * alpha)


elu.vjp(x=lambda g, x, alpha: np.where(x > 0, g, g * np.exp(_negative(x)) * alpha))


# Klambauer et al. (2017), equation 14: layers of such units keep mean 0 and variance 1.
SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


@primitive
def selu(x: Array) -> Array:
    """scale·elu(x, alpha), its constants for mean 0 and variance 1 (Klambauer et al., 2017).

    ∂x: g·scale, or g·scale·alpha·eˣ (at 0 too).
    """
    return elu.forward(x, SELU_ALPHA) * SELU_SCALE


selu.vjp(x=lambda g, x: np.where(x > 0, g, g * np.exp(_negative(x)) * SELU_ALPHA) * SELU_SCALE)


@primitive
def celu(x: Array, alpha: float = 1.0) -> Array:
    """x where x > 0, else alpha·(e^(x/alpha) - 1) (Barron, 2017).  ∂x: g, or g·e^(x/alpha)."""
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0) / alpha) * alpha)


celu.vjp(x=lambda g, x, alpha: np.where(x > 0, g, g * np.exp(_negative(x) / alpha)))


@primitive
def sigmoid(x: Array) -> Array:
    """1/(1 + e⁻ˣ) without overflow.  ∂x: g·e⁻ˣ/(1 + e⁻ˣ)²."""
    x = as_floats(x)
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


@primitive
def _sigmoid_slope(x: Array) -> Array:
    """The derivative of sigmoid, which y·(1 - y) would round to 0 for large x.  ∂x: -g·out·tanh(x/2)."""
    e = np.exp(-np.abs(x))
    return e / (1 + e) ** 2


sigmoid.vjp(x=lambda g, x: g * _sigmoid_slope.apply(x))
_sigmoid_slope.vjp(x=lambda g, x, out: g * out * -np.tanh(x * 0.5))


@primitive
def logsigmoid(x: Array) -> Array:
    """ln(1/(1 + e⁻ˣ)) = -softplus(-x).  ∂x: g·sigmoid(-x)."""
    x = as_floats(x)
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


logsigmoid.vjp(x=lambda g, x: g * sigmoid.apply(-x))


@primitive
def softplus(x: Array, beta: float = 1.0, threshold: float = np.inf) -> Array:
    """ln(1 + e^(beta·x))/beta without overflow, or x itself where beta·x > threshold.

    ∂x: g·sigmoid(beta·x), or g.
    """
    x = as_floats(x)
    with np.errstate(over="ignore"):  # infinite is large enough for what beta·x is asked
        scaled = x * beta
    above = np.where(scaled > 0, x, 0.0)
    return np.where(scaled > threshold, x, above + np.log1p(np.exp(-np.abs(scaled))) / beta)


def _softplus_vjp(g: Array, x: Array, beta: float, threshold: float) -> Array:
    with np.errstate(over="ignore"):
        scaled = x * beta
    return g * np.where(scaled > threshold, 1.0, sigmoid.apply(scaled))


softplus.vjp(x=_softplus_vjp)


@primitive
def silu(x: Array) -> Array:
    """x·sigmoid(x), also called swish (Elfwing et al., 2018).  ∂x: g·(s + x·s′), s = sigmoid(x)."""
    x = as_floats(x)
    return x * sigmoid.forward(x)


silu.vjp(x=lambda g, x: g * (sigmoid.apply(x) + x * _sigmoid_slope.apply(x)))


@primitive
def mish(x: Array) -> Array:
    """x·tanh(softplus(x)) (Misra, 2019).  ∂x: g·(t + x·(1 - t²)·sigmoid(x)), t = tanh(softplus(x))."""
    x = as_floats(x)
    return x * np.tanh(softplus.forward(x))


def _mish_vjp(g: Array, x: Array) -> Array:
    t = np.tanh(softplus.apply(x))
    return g * (t + x * (1 - t * t) * sigmoid.apply(x))


mish.vjp(x=_mish_vjp)


@primitive
def tanhshrink(x: Array) -> Array:
    """x - tanh x.  ∂x: g·tanh²x."""
    x = as_floats(x)
    return x - np.tanh(x)


tanhshrink.vjp(x=lambda g, x: g * np.tanh(x) ** 2)
