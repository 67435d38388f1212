"""Rotation of pairs of channels by an angle: rotary positions (Su et al., 2021, equation 34)."""

import numpy as np

from minigrad.ops.floats import all_as_floats
from minigrad.ops.typing import Array
from minigrad.primitive import primitive


@primitive
def rotate(x: Array, cos: Array, sin: Array) -> Array:
    """Channels 2i and 2i + 1 turned as one point: x (..., T, D), cos and sin (T, D/2) -> (..., T, D).

    As complex numbers: (x₂ᵢ + j·x₂ᵢ₊₁)·(cos + j·sin).  ∂x: g turned back, rotate(g, cos, -sin).
    """
    if x.shape[-1] % 2 or cos.shape[-1] != x.shape[-1] // 2:
        raise ValueError(
            f"rotate got x {x.shape} and cos {cos.shape}: the last axis of x must be even, "
            "and twice that of cos"
        )
    if sin.shape != cos.shape or cos.shape[-2:-1] not in ((), x.shape[-2:-1]):
        raise ValueError(
            f"rotate got x {x.shape}, cos {cos.shape} and sin {sin.shape}: both must have a row for each "
            "place, (T, D/2)"
        )
    x, cos, sin = all_as_floats(x, cos, sin)
    if x.dtype.kind != "f":
        x = x.astype(np.result_type(cos, sin, np.float32))
    if x.dtype == np.float16:  # which has no complex numbers
        return rotate.forward(x.astype(np.float32), cos, sin).astype(np.float16)
    if x.strides[-1] != x.itemsize or not x.dtype.isnative:
        x = np.ascontiguousarray(x, x.dtype.newbyteorder("="))
    pairs = x.view(np.result_type(x.dtype, np.complex64))
    turn = np.asarray(cos + 1j * sin, pairs.dtype)
    # In the memory order of x, so that heads stay next to each other.
    return np.multiply(pairs, turn, out=np.empty_like(pairs)).view(x.dtype)


rotate.vjp(x=lambda g, cos, sin: rotate.apply(g, cos, -sin))
