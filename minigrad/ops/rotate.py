"""Rotation of pairs of channels by an angle: rotary positions (Su et al., 2021, equation 34)."""

import numpy as np

from minigrad.ops.typing import Array
from minigrad.primitive import primitive


@primitive
def rotate(x: Array, cos: Array, sin: Array) -> Array:
    """Channel i of the first half and i of the second turned as one point: x (..., T, D), cos, sin (T, D/2).

    y₁ = x₁·cos - x₂·sin, y₂ = x₂·cos + x₁·sin.  ∂x: g turned back, rotate(g, cos, -sin).
    """
    half = x.shape[-1] // 2
    if x.shape[-1] % 2 or cos.shape[-1] != half:
        raise ValueError(
            f"rotate got x {x.shape} and cos {cos.shape}: the last axis of x must be even, "
            "and twice that of cos"
        )
    y = np.empty_like(x)  # keeps the memory order of x, so that heads stay next to each other
    first, second = x[..., :half], x[..., half:]
    np.multiply(first, cos, out=y[..., :half])
    np.multiply(second, cos, out=y[..., half:])
    y[..., :half] -= second * sin
    y[..., half:] += first * sin
    return y


rotate.vjp(x=lambda g, cos, sin: rotate.apply(g, cos, -sin))
