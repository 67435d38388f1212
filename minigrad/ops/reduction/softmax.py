"""The softmax family.  (logsumexp stands with the reductions.)"""

import math

import numpy as np

from minigrad.ops.floats import as_floats, widened
from minigrad.ops.reduction.sums import mean, sum
from minigrad.ops.typing import Array
from minigrad.primitive import primitive


@primitive
def softmax(x: Array, axis: int | tuple[int, ...] = -1) -> Array:
    """eˣ/Σeˣ along `axis`.  ∂x: y·(g - Σg·y), with y the result (Bridle, 1990)."""
    x = as_floats(x)
    y = np.asarray(widened(x) - np.max(x, axis=axis, keepdims=True, initial=-np.inf))
    np.exp(y, out=y)
    y /= np.sum(y, axis=axis, keepdims=True)
    return y.astype(x.dtype, copy=False)


softmax.vjp(
    x=lambda g, out, axis: out * (g - sum.apply(g * out, axis, keepdims=True)),
)


@primitive
def log_softmax(x: Array, axis: int | tuple[int, ...] = -1) -> Array:
    """x - ln Σeˣ along `axis`, exact where softmax underflows.  ∂x: g - softmax(x)·Σg."""
    x = as_floats(x)
    y = np.asarray(widened(x) - np.max(x, axis=axis, keepdims=True, initial=-np.inf))
    with np.errstate(divide="ignore"):  # ln 0 occurs along an empty axis only, where y is empty too
        y -= np.log(np.sum(np.exp(y), axis=axis, keepdims=True))
    return y.astype(x.dtype, copy=False)


def _log_softmax_vjp(g: Array, out: Array, axis: int | tuple[int, ...]) -> Array:
    if g.dtype == np.float16 and g.ndim and g.size:  # in which Σg, n times the mean, might overflow
        root = math.sqrt(g.size / mean.apply(g, axis).size)
        return g - (np.exp(out) * root) * (mean.apply(g, axis, keepdims=True) * root)
    return g - np.exp(out) * sum.apply(g, axis, keepdims=True)


log_softmax.vjp(x=_log_softmax_vjp)
