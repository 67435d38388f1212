"""Reductions over axes: sums, averages, spreads.

Everywhere `where` is a mask of what is reduced, as NumPy's: what it leaves out has gradient 0, be it
NaN or infinite.  `dtype` is that of the result, `initial` a constant that the reduction starts from.

What float16 adds up to is held in float32 and rounded once, since 2048 + 1 is 2048 in float16.
"""

import builtins
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.composite import composite
from minigrad.convert import as_array
from minigrad.dtype_like import DTypeLike
from minigrad.ops.elementwise.arithmetic import multiply
from minigrad.ops.floats import as_floats, widened
from minigrad.ops.shape.reshaping import astype
from minigrad.ops.typing import Array, Axis
from minigrad.plain import plain_array
from minigrad.primitive import primitive
from minigrad.tensor import Tensor

Shape = tuple[int, ...]


def kept_shape(shape: Shape, axis: Axis) -> Shape:
    """The shape of a reduction with keepdims=True: 1 along the reduced axes."""
    if axis is None:
        return (1,) * len(shape)
    axes = axis if isinstance(axis, tuple) else (axis,)
    kept = [*shape]
    for a in axes if shape else ():  # NumPy lets a 0-d array pass axis=0
        kept[a] = 1
    return tuple(kept)


def mask_of(where: Any) -> Any:
    """`where` as a plain mask; True, which leaves nothing out, stays as it is."""
    return where if where is True else plain_array(where)


def only(x: Array, where: Any, otherwise: float = 0.0) -> Array:
    """x, with `otherwise` where the mask leaves it out."""
    return x if where is True else np.where(mask_of(where), x, otherwise)


def starting_from(initial: Any) -> dict[str, Any]:
    """NumPy's keyword, only where there is something to start from."""
    return {} if initial is None else {"initial": initial}


def _spread(g: Array, x_shape: Shape, axis: Axis) -> Array:
    """Put g, a gradient of the reduced shape, at every element that was reduced into it."""
    return np.broadcast_to(g.reshape(kept_shape(x_shape, axis)), x_shape)


def _count(x_shape: Shape, axis: Axis, where: Any) -> Any:
    """How many elements each result was reduced from: a number, or an array of them under a mask."""
    if where is True:
        return math.prod(n for n, kept in zip(x_shape, kept_shape(x_shape, axis), strict=True) if kept != n)
    return np.sum(np.broadcast_to(mask_of(where), x_shape), axis=axis, keepdims=True)


def _over_count(g: Array, count: Any) -> Array:
    """g/count, NaN where there is nothing to divide by; by its root twice if g's dtype cannot hold it."""
    most = float(np.finfo(g.dtype).max)
    if np.ndim(count) == 0 and 0 < count <= most:
        return g / float(count)
    count = np.where(np.greater(count, 0), count, math.nan)
    if np.max(count, initial=0) > most:
        root = np.sqrt(count).astype(g.dtype)
        return g / root / root
    return g / count.astype(g.dtype)


def held_wide(reduction: Callable[..., Any], x: Array, dtype: DTypeLike | None, **options: Any) -> Array:
    """reduction(x, dtype=dtype); one that gives float16 is computed in float32."""
    if (x.dtype if dtype is None else np.dtype(dtype)) != np.float16:
        return reduction(x, dtype=dtype, **options)
    return np.asarray(reduction(x, dtype=np.float32, **options)).astype(np.float16)


@primitive
def sum(
    x: Array, axis: Axis = None, dtype: DTypeLike | None = None, *,
    keepdims: bool = False, initial: float | None = None, where: Any = True,
) -> Array:  # fmt: skip
    """Σx over `axis` (all axes if None).  ∂x: g at every element."""
    options = starting_from(initial)  # np.sum is np.add.reduce, in twice the time for a few elements
    return held_wide(np.add.reduce, x, dtype, axis=axis, keepdims=keepdims, where=mask_of(where), **options)


sum.vjp(x=lambda g, x_shape, axis, where: only(_spread(g, x_shape, axis), where))


@primitive
def mean(
    x: Array, axis: Axis = None, dtype: DTypeLike | None = None, *, keepdims: bool = False, where: Any = True
) -> Array:
    """Σx/n over `axis` (all axes if None).  ∂x: g/n at every element."""
    return held_wide(np.mean, x, dtype, axis=axis, keepdims=keepdims, where=mask_of(where))


def _mean_vjp(g: Array, x_shape: Shape, axis: Axis, where: Any) -> Array:
    share = _over_count(g.reshape(kept_shape(x_shape, axis)), _count(x_shape, axis, where))
    return only(np.broadcast_to(share, x_shape), where)


mean.vjp(x=_mean_vjp)


@primitive
def _var(x: Array, axis: Axis, dtype: DTypeLike | None, *, ddof: float, keepdims: bool, where: Any) -> Array:
    return held_wide(np.var, x, dtype, axis=axis, ddof=ddof, keepdims=keepdims, where=mask_of(where))


@primitive
def _std(x: Array, axis: Axis, dtype: DTypeLike | None, *, ddof: float, keepdims: bool, where: Any) -> Array:
    options = {"axis": axis, "ddof": ddof, "keepdims": keepdims, "where": mask_of(where)}
    limits = np.finfo(x.dtype if x.dtype.kind == "f" else np.float64)
    least = math.sqrt(float(limits.tiny / limits.eps))
    with np.errstate(over="ignore"):
        out = np.asarray(held_wide(np.std, x, dtype, **options))
        fits = ((out >= least) & (out < np.inf)) | np.isnan(out)
        if fits.all():
            return out
        # Where the squares overflow, or lose digits below the least float, the root need not.
        size = np.max(np.abs(x), axis=axis, keepdims=True, where=np.isfinite(x) & mask_of(where), initial=0)
        size = np.where(size > 0, size, 1)
        again = held_wide(np.std, x / size, dtype, **options) * size.reshape(out.shape).astype(out.dtype)
    return np.where(fits, out, again)


@primitive
def _centred(x: Array, axis: Axis, where: Any) -> Array:
    """x - mean, 0 where masked out.  A projection, so ∂x: the same of g."""
    wide = widened(only(x, where))
    centred = only(wide - np.mean(wide, axis=axis, keepdims=True, where=mask_of(where)), where)
    return centred.astype(x.dtype, copy=False)


_centred.vjp(x=lambda g, axis, where: _centred.apply(g, axis, where))


def _var_vjp(g: Array, x: Array, axis: Axis, ddof: float, where: Any) -> Array:
    slope = _centred.apply(x, axis, where) * 2
    return _over_count(g.reshape(kept_shape(x.shape, axis)) * slope, _count(x.shape, axis, where) - ddof)


def _std_vjp(g: Array, x: Array, out: Array, axis: Axis, ddof: float, where: Any) -> Array:
    kept = kept_shape(x.shape, axis)
    flat = out.reshape(kept) == 0
    slope = _centred.apply(x, axis, where) / np.where(flat, 1.0, out.reshape(kept))
    slope = np.where(flat, 0.0, slope)
    return _over_count(g.reshape(kept) * slope, _count(x.shape, axis, where) - ddof)


_var.vjp(x=_var_vjp)
_std.vjp(x=_std_vjp)


@composite
def var(
    x: Array, axis: Axis = None, dtype: DTypeLike | None = None, *,
    ddof: float = 0, keepdims: bool = False, where: Any = True, correction: float | None = None,
) -> Tensor:  # fmt: skip
    """Variance Σ(x - mean)²/(n - ddof) over `axis`.  ∂x: 2·g·(x - mean)/(n - ddof).

    `correction` is the array API's name of ddof.
    """
    freedom = _either(ddof, correction, "var")
    return _var(x, axis, dtype, ddof=freedom, keepdims=keepdims, where=where)


@composite
def std(
    x: Array, axis: Axis = None, dtype: DTypeLike | None = None, *,
    ddof: float = 0, keepdims: bool = False, where: Any = True, correction: float | None = None,
) -> Tensor:  # fmt: skip
    """Standard deviation √var(x).  ∂x: g·(x - mean)/((n - ddof)·std), and 0, a subgradient, where std = 0."""
    freedom = _either(ddof, correction, "std")
    return _std(x, axis, dtype, ddof=freedom, keepdims=keepdims, where=where)


def _either(ddof: float, correction: float | None, name: str) -> float:
    if correction is None:
        return ddof
    if ddof != 0:
        raise ValueError(
            f"{name} got ddof={ddof} and correction={correction}, two names of one: give one of them"
        )
    return correction


@composite
def average(
    a: Array, axis: Axis = None, weights: Array = None, returned: bool = False, *, keepdims: bool = False
) -> Any:
    """Σa·w/Σw over `axis`, the mean without weights; with `returned` the pair of that and Σw.

    `weights` has a's shape, or that of `axis` alone.  ∂a: g·w/Σw;  ∂w: g·(a - average)/Σw.  Raises
    ZeroDivisionError where weights add up to 0.
    """
    if weights is None:
        out = mean(a, axis, keepdims=keepdims)
        count = math.prod(np.shape(a)) / builtins.max(math.prod(out.shape), 1)
        return (out, np.full(out.shape, count, out.dtype)) if returned else out
    a, weights = (x if isinstance(x, Tensor) else as_array(x) for x in (a, weights))
    if a.dtype.kind != "f":  # then in float64, whatever the weights are, as NumPy does
        a, weights = as_floats(a), astype(weights, np.result_type(weights, np.float64))
    weights = _along(weights, a.shape, axis)
    every = np.broadcast_to(weights, a.shape)
    # In float16 sums may overflow where their quotient does not, and means do not.
    add_up = mean if np.result_type(a, weights) == np.float16 else sum
    total = add_up(every, axis, keepdims=keepdims)
    if (total.data == 0).any():
        raise ZeroDivisionError("average got weights that add up to 0: give weights with another sum")
    out = add_up(multiply(a, weights), axis, keepdims=keepdims) / total
    return (out, sum(every, axis, keepdims=keepdims)) if returned else out


def _along(weights: Array, shape: Shape, axis: Axis) -> Array:
    """Weights given for `axis` alone, with axes of length 1 for the others."""
    if np.shape(weights) == shape:
        return weights
    axes = () if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(i % len(shape) for i in axes)
    if np.shape(weights) != tuple(shape[i] for i in axes) or list(axes) != sorted(axes):
        raise ValueError(
            f"average got weights of shape {np.shape(weights)} for an array of shape {shape} over axis "
            f"{axis}: they must have the array's shape or, with axes in rising order, that of those axes"
        )
    return np.reshape(weights, [n if i in axes else 1 for i, n in enumerate(shape)])


@primitive
def logsumexp(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """ln Σeˣ over `axis` without overflow; -inf where every x is.  ∂x: g·softmax(x)."""
    x = as_floats(x)
    top = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0).astype(top.dtype)
    with np.errstate(divide="ignore"):  # ln 0 = -inf is the right answer
        out = np.log(np.sum(np.exp(widened(x) - top), axis=axis, keepdims=True)) + top
    out = out.astype(x.dtype)
    return out if keepdims else out.reshape(np.max(x, axis=axis, initial=-np.inf).shape)


def _logsumexp_vjp(g: Array, x: Array, out: Array, axis: Axis) -> Array:
    out = out.reshape(kept_shape(x.shape, axis))
    weights = np.exp(x - np.where(out == -np.inf, 0.0, out))
    total = sum.apply(weights, axis, keepdims=True)  # 1 but for the rounding of out, which is gone then
    return g.reshape(out.shape) * (weights / np.where(total == 0, 1.0, total))


logsumexp.vjp(x=_logsumexp_vjp)
