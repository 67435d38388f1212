"""Inverses: of square matrices, of any (Moore and Penrose), of tensors."""

import math

import numpy as np

from minigrad.composite import composite_in
from minigrad.ops.shape.reshaping import reshape
from minigrad.ops.typing import Array
from minigrad.primitive import primitive_in


@primitive_in("linalg")
def inv(a: Array) -> Array:
    """A⁻¹.  ∂A: -A⁻ᵀ·g·A⁻ᵀ (Giles 2008, section 2.2.3).  Raises LinAlgError where A is singular."""
    return np.linalg.inv(a)


inv.vjp(a=lambda g, out: -(out.mT @ g @ out.mT))


@primitive_in("linalg")
def pinv(a: Array, rcond: Array = None, *, rtol: Array = None) -> Array:
    """The pseudoinverse A⁺, (..., m, n) -> (..., n, m); singular values up to `rtol` of the largest are 0.

    ∂A: -A⁺ᵀ·g·A⁺ᵀ + (I - A·A⁺)·gᵀ·A⁺·A⁺ᵀ + A⁺ᵀ·A⁺·gᵀ·(I - A⁺·A), the derivative among matrices of the
    same rank (Golub and Pereyra 1973); where the rank is not full, A⁺ is not continuous among all.
    """
    return np.linalg.pinv(a, **{k: v for k, v in {"rcond": rcond, "rtol": rtol}.items() if v is not None})


def _pinv_vjp(g: Array, a: Array, out: Array) -> Array:
    p, pt, gt = out, out.mT, g.mT
    left = gt @ p @ pt
    right = pt @ p @ gt
    return left - a @ (p @ left) + right - (right @ p) @ a - pt @ g @ pt


pinv.vjp(a=_pinv_vjp)


@composite_in("linalg")
def tensorinv(a: Array, ind: int = 2) -> Array:
    """The inverse of a as a map from its axes after `ind` to those before, by `inv` on the reshaped array.

    Raises ValueError for ind < 1, LinAlgError where these are not equally many elements, or singular.
    """
    if ind <= 0:
        raise ValueError(f"tensorinv(ind={ind}): it counts the axes of the result, so it must be 1 or more")
    before, after = np.shape(a)[:ind], np.shape(a)[ind:]
    return reshape(inv(reshape(a, (math.prod(before), math.prod(after)))), after + before)
