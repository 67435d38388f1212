"""The softmax family.  (logsumexp stands with the reductions.)"""

import numpy as np

from minigrad.ops.typing import Array
from minigrad.primitive import primitive


@primitive
def softmax(x: Array, axis: int | tuple[int, ...] = -1) -> Array:
    """eˣ/Σeˣ along `axis`.  ∂x: y·(g - Σg·y), with y the result (Bridle, 1990)."""
    x = np.asarray(x, None if x.dtype.kind == "f" else float)
    y = np.asarray(x - np.max(x, axis=axis, keepdims=True, initial=-np.inf))
    np.exp(y, out=y)
    y /= np.sum(y, axis=axis, keepdims=True)
    return y


softmax.vjp(
    x=lambda g, out, axis: out * (g - (g * out).sum(axis=axis, keepdims=True)),
)


@primitive
def log_softmax(x: Array, axis: int | tuple[int, ...] = -1) -> Array:
    """x - ln Σeˣ along `axis`, exact where softmax underflows.  ∂x: g - softmax(x)·Σg."""
    x = np.asarray(x, None if x.dtype.kind == "f" else float)
    y = np.asarray(x - np.max(x, axis=axis, keepdims=True, initial=-np.inf))
    with np.errstate(divide="ignore"):  # ln 0 occurs along an empty axis only, where y is empty too
        y -= np.log(np.sum(np.exp(y), axis=axis, keepdims=True))
    return y


log_softmax.vjp(
    x=lambda g, out, axis: g - np.exp(out) * g.sum(axis=axis, keepdims=True),
)
