"""Norms of vectors."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.composite import composite_in
from minigrad.ops.elementwise.selection import absolute, where
from minigrad.ops.floats import as_floats, widened
from minigrad.ops.reduction.extremes import max, min
from minigrad.ops.reduction.sums import kept_shape, sum
from minigrad.ops.typing import Array, Axis
from minigrad.primitive import primitive_in


@composite_in("linalg")
def vector_norm(x: Array, *, axis: Axis = None, keepdims: bool = False, ord: float = 2) -> Array:
    """(Σ|x|ᵖ)^(1/p) over `axis` (all axes if None) for ord = p; max|x| for inf, min|x| for -inf.

    ∂x: g·sign(x)·(|x|/out)ᵖ⁻¹.  At a zero vector all derivatives are 0, and so at zero elements, also
    where they are infinite (p < 2) or jump; equal greatest elements share the gradient.  ord=0 counts
    nonzeros and has derivative 0.

    Raises TypeError where ord is no number.
    """
    if not isinstance(ord, (int, float, np.integer, np.floating)):
        raise TypeError(
            f"ord={ord!r} is no norm of vectors: give a number, np.inf or -np.inf, or two axes for the norms "
            "'fro' and 'nuc' of matrices, axis=(-2, -1)"
        )
    return vector_norm_over(as_floats(x), float(ord), axis, keepdims)


def vector_norm_over(x: Array, ord: float, axis: Axis, keepdims: bool) -> Array:
    if ord == 2:
        return _euclidean_norm(x, axis=axis, keepdims=keepdims)
    if ord == 1:
        return sum(absolute(x), axis, keepdims=keepdims)
    if ord == 0:
        nonzero = np.not_equal(x, 0).astype(x.dtype)
        return sum(where(False, x, nonzero), axis, keepdims=keepdims)
    if math.isinf(ord):
        return (max if ord > 0 else min)(absolute(x), axis, keepdims=keepdims)
    return _p_norm(x, p=ord, axis=axis, keepdims=keepdims)


@primitive_in("linalg")
def _euclidean_norm(x: Array, *, axis: Axis, keepdims: bool) -> Array:
    return _scaled(lambda x: np.sqrt(np.sum(np.square(x), axis=axis, keepdims=keepdims)), x, axis)


def _scaled(norm: Callable[[np.ndarray], Any], x: np.ndarray, axis: Axis) -> np.ndarray:
    """norm(x), of x/max|x| where the powers in between would overflow or lose digits below the least float.

    float16 is widened to float32.
    """
    wide = widened(x)
    with np.errstate(over="ignore"):
        out = np.asarray(norm(wide))
        limits = np.finfo(out.dtype)
        fits = (out >= math.sqrt(float(limits.tiny / limits.eps))) & (out < np.inf)
        if not fits.all():
            size = np.max(np.abs(wide), axis=axis, keepdims=True, initial=0.0)
            size = np.where((size > 0) & (size < np.inf), size, 1)
            out = np.where(fits, out, norm(wide / size) * size.reshape(out.shape))
    return out.astype(x.dtype, copy=False)


def _over_length(x: Array, length: Array) -> Array:
    """x/length, and the constant 0 for a length of 0."""
    zero = length == 0
    return np.where(zero, 0.0, x / np.where(zero, 1.0, length)) if zero.any() else x / length


def _euclidean_norm_vjp(g: Array, x: Array, out: Array, axis: Axis) -> Array:
    kept = kept_shape(x.shape, axis)
    return g.reshape(kept) * _over_length(x, out.reshape(kept))


_euclidean_norm.vjp(x=_euclidean_norm_vjp)


@primitive_in("linalg")
def _p_norm(x: Array, *, p: float, axis: Axis, keepdims: bool) -> Array:
    with np.errstate(divide="ignore"):  # a zero element makes the norm of a negative order 0
        return _scaled(lambda x: np.sum(np.abs(x) ** p, axis=axis, keepdims=keepdims) ** (1 / p), x, axis)


def _p_norm_vjp(g: Array, x: Array, out: Array, p: float, axis: Axis) -> Array:
    kept = kept_shape(x.shape, axis)
    return g.reshape(kept) * _signed_power(_over_length(x, out.reshape(kept)), p - 1)


def _signed_power(x: Any, exponent: float) -> Any:
    """sign(x)·|x|^exponent, 0 at 0 with all derivatives unless it is a polynomial."""
    if exponent > 0 and exponent % 2 == 1:
        return x**exponent
    return np.sign(x) * np.where(x == 0, 1.0, np.abs(x)) ** exponent


_p_norm.vjp(x=_p_norm_vjp)
