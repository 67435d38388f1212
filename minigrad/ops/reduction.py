"""Reductions over axes: sums, averages, extremes, products."""

import math

import numpy as np

from minigrad.ops.typing import Array, Axis
from minigrad.primitive import composite, primitive


def kept_shape(shape: tuple[int, ...], axis: Axis) -> tuple[int, ...]:
    """The shape of a reduction with keepdims=True: 1 along the reduced axes."""
    axes = range(len(shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    reduced = {a % len(shape) for a in axes} if shape else set()  # NumPy lets a 0-d array pass axis=0
    return tuple(1 if i in reduced else n for i, n in enumerate(shape))


def _spread(g: Array, x_shape: tuple[int, ...], axis: Axis) -> Array:
    """Put g, a gradient of the reduced shape, at every element that was reduced into it."""
    return np.broadcast_to(g.reshape(kept_shape(x_shape, axis)), x_shape)


def _count(x_shape: tuple[int, ...], axis: Axis) -> int:
    """How many elements each result was reduced from."""
    return math.prod(n for n, kept in zip(x_shape, kept_shape(x_shape, axis), strict=True) if kept != n)


@primitive
def sum(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Σx over `axis` (all axes if None).  ∂x: g at every element."""
    return np.sum(x, axis=axis, keepdims=keepdims)


sum.vjp(x=lambda g, x_shape, axis: _spread(g, x_shape, axis))


@primitive
def mean(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Σx/n over `axis` (all axes if None).  ∂x: g/n at every element."""
    return np.mean(x, axis=axis, keepdims=keepdims)


mean.vjp(x=lambda g, x_shape, axis: _spread(g / (_count(x_shape, axis) or 1), x_shape, axis))


@primitive
def var(x: Array, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Array:
    """Variance Σ(x - mean)²/(n - ddof) over `axis`.  ∂x: 2·g·(x - mean)/(n - ddof)."""
    return np.var(x, axis=axis, ddof=ddof, keepdims=keepdims)


def _var_vjp(g: Array, x: Array, axis: Axis, ddof: float) -> Array:
    freedom = _count(x.shape, axis) - ddof
    centred = x - x.mean(axis=axis, keepdims=True)
    return g.reshape(kept_shape(x.shape, axis)) * centred * (2 / freedom if freedom > 0 else math.nan)


var.vjp(x=_var_vjp)


@composite
def std(x: Array, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Array:
    """Standard deviation √var(x).  ∂x: g·(x - mean)/((n - ddof)·std), not defined where std = 0."""
    return np.sqrt(var(x, axis=axis, ddof=ddof, keepdims=keepdims))


@primitive
def max(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """The greatest element over `axis`.  g goes to it; equal greatest ones share it equally."""
    return np.max(x, axis=axis, keepdims=keepdims)


@primitive
def min(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """The least element over `axis`.  g goes to it; equal least ones share it equally."""
    return np.min(x, axis=axis, keepdims=keepdims)


def _extreme_vjp(g: Array, x: Array, out: Array, axis: Axis) -> Array:
    kept = kept_shape(x.shape, axis)
    chosen = x == out.reshape(kept)
    share = chosen / chosen.sum(axis=axis, keepdims=True)
    return g.reshape(kept) * share.astype(g.dtype)


max.vjp(x=_extreme_vjp)
min.vjp(x=_extreme_vjp)


@primitive
def prod(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Πx over `axis`.  ∂x: g·(product of all the others), right with zeros too."""
    return np.prod(x, axis=axis, keepdims=keepdims)


def _prod_vjp(g: Array, x: Array, out: Array, axis: Axis) -> Array:
    kept = kept_shape(x.shape, axis)
    if (x != 0).all():
        return g.reshape(kept) * (out.reshape(kept) / x)
    return g.reshape(kept) * _product_of_others(x, kept)


def _product_of_others(x: Array, kept: tuple[int, ...]) -> Array:
    """For each element the product of those it is reduced with, without dividing."""
    reduced = [i for i, n in enumerate(x.shape) if kept[i] != n]
    order = [i for i in range(x.ndim) if i not in reduced] + reduced
    last = math.prod(x.shape[i] for i in reduced)
    rows = np.transpose(x, order)
    moved = rows.shape
    rows = rows.reshape((-1, last))
    others = _product_before(rows) * np.flip(_product_before(np.flip(rows, 1)), 1)
    return np.transpose(others.reshape(moved), [order.index(i) for i in range(x.ndim)])


def _product_before(rows: Array) -> Array:
    """The exclusive cumulative product along axis 1, by doubling (Hillis and Steele, 1986)."""
    n = rows.shape[1]
    one = np.ones((rows.shape[0], 1), rows.dtype)
    products = np.concatenate([one, rows[:, :-1]], axis=1)
    step = 1
    while step < n:
        shifted = np.concatenate([np.ones((rows.shape[0], step), rows.dtype), products[:, :-step]], axis=1)
        products = products * shifted
        step *= 2
    return products


prod.vjp(x=_prod_vjp)


@primitive
def cumsum(x: Array, axis: int | None = None) -> Array:
    """Running sums along `axis` (of the flattened array if None).  ∂x: running sums of g from the end."""
    return np.cumsum(x, axis=axis)


def _cumsum_vjp(g: Array, x_shape: tuple[int, ...], axis: int | None) -> Array:
    along = 0 if axis is None else axis
    return np.flip(np.cumsum(np.flip(g, along), along), along).reshape(x_shape)


cumsum.vjp(x=_cumsum_vjp)


@primitive
def logsumexp(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """ln Σeˣ over `axis` without overflow; -inf where every x is.  ∂x: g·softmax(x)."""
    x = np.asarray(x, None if x.dtype.kind == "f" else float)
    top = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0).astype(top.dtype)
    with np.errstate(divide="ignore"):  # ln 0 = -inf is the right answer
        out = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return out if keepdims else out.reshape(np.max(x, axis=axis, initial=-np.inf).shape)


def _logsumexp_vjp(g: Array, x: Array, out: Array, axis: Axis) -> Array:
    kept = kept_shape(x.shape, axis)
    total = out.reshape(kept)
    total = np.where(np.isfinite(total), total, 0.0)
    return g.reshape(kept) * np.exp(x - total)


logsumexp.vjp(x=_logsumexp_vjp)
