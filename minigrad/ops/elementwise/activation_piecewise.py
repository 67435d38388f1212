"""Activation functions made of straight pieces and simple curves, elementwise.

At a kink the derivative is that of the outer piece, as in PyTorch: 0 where the function stays constant.
NaN stays NaN, so that a comparison picks the constant piece only where it holds.
"""

import numpy as np

from minigrad.ops.floats import as_floats
from minigrad.ops.typing import Array
from minigrad.primitive import primitive


@primitive
def hardtanh(x: Array, min_val: float = -1.0, max_val: float = 1.0) -> Array:
    """x held between min_val and max_val.  ∂x: g inside the bounds, 0 on them and beyond."""
    return np.clip(x, min_val, max_val)


hardtanh.vjp(x=lambda g, x, min_val, max_val: np.where((x > min_val) & (x < max_val), g, 0.0))


@primitive
def relu6(x: Array) -> Array:
    """min(max(x, 0), 6) (Krizhevsky, 2010).  ∂x: g where 0 < x < 6, else 0."""
    return np.clip(x, 0, 6)


relu6.vjp(x=lambda g, x: np.where((x > 0) & (x < 6), g, 0.0))


@primitive
def hardsigmoid(x: Array) -> Array:
    """x/6 + 1/2 held between 0 and 1.  ∂x: g/6 where -3 < x < 3, else 0."""
    return np.clip(as_floats(x) + 3, 0, 6) / 6


hardsigmoid.vjp(x=lambda g, x: np.where((x > -3) & (x < 3), g / 6, 0.0))


@primitive
def hardswish(x: Array) -> Array:
    """x·hardsigmoid(x) (Howard et al., 2019).  ∂x: 0 for x <= -3, g for x >= 3, g·(x/3 + 1/2) between."""
    x = as_floats(x)
    return x * (np.clip(x + 3, 0, 6) / 6)


hardswish.vjp(x=lambda g, x: g * np.where(x <= -3, 0.0, np.where(x >= 3, 1.0, x / 3 + 0.5)))


@primitive
def hardshrink(x: Array, lambd: float = 0.5) -> Array:
    """x where |x| > lambd, else 0.  ∂x: g, or 0 (on the bounds too)."""
    return np.where((x >= -lambd) & (x <= lambd), 0.0, x)


hardshrink.vjp(x=lambda g, x, lambd: np.where((x > lambd) | (x < -lambd), g, 0.0))


@primitive
def softshrink(x: Array, lambd: float = 0.5) -> Array:
    """x brought towards 0 by lambd, 0 where |x| <= lambd.  ∂x: g where |x| > lambd, else 0."""
    x = as_floats(x)
    return np.where(x > lambd, x - lambd, np.where(x < -lambd, x + lambd, x * 0))


softshrink.vjp(x=lambda g, x, lambd: np.where((x > lambd) | (x < -lambd), g, 0.0))


@primitive
def threshold(x: Array, threshold: float, value: float) -> Array:
    """x where x > threshold, else `value`.  ∂x: g, or 0 (at the threshold too)."""
    return np.where(x <= threshold, value, x)


threshold.vjp(x=lambda g, x, threshold: np.where(x > threshold, g, 0.0))


@primitive
def softsign(x: Array) -> Array:
    """x/(1 + |x|).  ∂x: g/(1 + |x|)²."""
    x = as_floats(x)
    return x / (1 + np.abs(x))


def _softsign_vjp(g: Array, x: Array) -> Array:
    size = 1 + np.abs(x)
    return g / size / size  # where the square might overflow


softsign.vjp(x=_softsign_vjp)
