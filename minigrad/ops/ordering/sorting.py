"""Putting elements in order.  The derivative carries g back to where each element came from.

Where the order of equal elements matters to a gradient, the earlier one stands first (largest first:
still the earlier one).
"""

from typing import Any, Literal

import numpy as np

from minigrad.composite import composite
from minigrad.ops.indexing.places import take_along_axis
from minigrad.ops.shape.reshaping import reshape
from minigrad.ops.typing import Array
from minigrad.plain import plain_array
from minigrad.primitive import primitive
from minigrad.tensor import Tensor


@composite
def sort(
    a: Array, axis: int | None = -1, kind: str | None = None, order: None = None, *, stable: bool = True
) -> Tensor:
    """The elements along `axis` from the least to the greatest, NaN last; of the flattened a if None.

    ∂a: each element gets the g of the place it went to; of equal ones the earlier has the earlier place.
    `kind` and `stable` change nothing: it is always stable.  `order` is for records, which no tensor holds.
    """
    if order is not None:
        raise TypeError(f"sort got order={order!r}, which is for arrays with fields: omit it")
    return _sort(reshape(a, (-1,)), 0) if axis is None else _sort(a, axis)


@primitive
def _sort(a: Array, axis: int) -> Array:
    return np.sort(a, axis=axis, kind="stable")


def _sort_vjp(g: Array, a: Array, axis: int) -> Array:
    order = np.argsort(plain_array(a), axis=axis, kind="stable")
    return np.take_along_axis(g, np.argsort(order, axis=axis), axis)


_sort.vjp(a=_sort_vjp)


@composite
def partition(
    a: Array,
    kth: Any,
    axis: int | None = -1,
    kind: Literal["introselect"] = "introselect",
    order: None = None,
) -> Tensor:
    """a with the element(s) `kth` in sorted place along `axis`, none greater before and none less after.

    ∂a: each element gets the g of the place it went to, the order of np.argpartition.
    """
    if order is not None:
        raise TypeError(f"partition got order={order!r}, which is for arrays with fields: omit it")
    flat, along = (reshape(a, (-1,)), 0) if axis is None else (a, axis)
    return take_along_axis(flat, np.argpartition(plain_array(flat), kth, axis=along, kind=kind), along)


@composite
def topk(x: Array, k: int, axis: int = -1, largest: bool = True) -> tuple[Tensor, np.ndarray]:
    """The k greatest (or least) values along `axis`, the first of them first, and their indices, plain.

    ∂x: g at the values taken, 0 elsewhere; of equal ones the earlier is taken first.
    """
    data = plain_array(x)
    n = data.shape[axis] if data.ndim else 1
    if not 0 <= k <= n:
        raise ValueError(f"topk got k = {k} for an axis of length {n}: k runs from 0 to that length")
    if largest:  # stable from the other end, so that the earlier of equal ones stays first
        order = np.flip(n - 1 - np.argsort(np.flip(data, axis), axis=axis, kind="stable"), axis)
    else:
        order = np.argsort(data, axis=axis, kind="stable")
    indices = np.take(order, range(k), axis=axis)
    return take_along_axis(x, indices, axis), indices
