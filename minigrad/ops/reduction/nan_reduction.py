"""Reductions that pass over NaN: the gradient of a NaN that was passed over is 0."""

from typing import Any

import numpy as np

from minigrad.composite import composite
from minigrad.dtype_like import DTypeLike
from minigrad.ops.elementwise import selection
from minigrad.ops.reduction.cumulative import cumprod, cumsum, prod
from minigrad.ops.reduction.sums import mask_of, mean, std, sum, var
from minigrad.ops.typing import Array, Axis
from minigrad.plain import plain_array
from minigrad.tensor import Tensor


def _numbers(x: Array, where: Any) -> Any:
    """The mask of what is reduced: what `where` asks for and is a number."""
    return ~np.isnan(plain_array(x)) & mask_of(where)


@composite
def nansum(
    x: Array, axis: Axis = None, dtype: DTypeLike | None = None, *,
    keepdims: bool = False, initial: float | None = None, where: Any = True,
) -> Tensor:  # fmt: skip
    """Σx over `axis`, a NaN counting as 0.  ∂x: g at every number, 0 at a NaN."""
    return sum(x, axis, dtype, keepdims=keepdims, initial=initial, where=_numbers(x, where))


@composite
def nanprod(
    x: Array, axis: Axis = None, dtype: DTypeLike | None = None, *,
    keepdims: bool = False, initial: float | None = None, where: Any = True,
) -> Tensor:  # fmt: skip
    """Πx over `axis`, a NaN counting as 1.  ∂x: g·(product of the other numbers), 0 at a NaN."""
    return prod(x, axis, dtype, keepdims=keepdims, initial=initial, where=_numbers(x, where))


@composite
def nanmean(
    x: Array, axis: Axis = None, dtype: DTypeLike | None = None, *, keepdims: bool = False, where: Any = True
) -> Tensor:
    """Σx/n over the n numbers along `axis`; NaN, with NumPy's warning, where there are none.  ∂x: g/n."""
    return mean(x, axis, dtype, keepdims=keepdims, where=_numbers(x, where))


@composite
def nanvar(
    x: Array, axis: Axis = None, dtype: DTypeLike | None = None, *,
    ddof: float = 0, keepdims: bool = False, where: Any = True, correction: float | None = None,
) -> Tensor:  # fmt: skip
    """The variance of the n numbers along `axis`.  ∂x: 2·g·(x - mean)/(n - ddof), 0 at a NaN."""
    present = _numbers(x, where)
    return var(x, axis, dtype, ddof=ddof, keepdims=keepdims, where=present, correction=correction)


@composite
def nanstd(
    x: Array, axis: Axis = None, dtype: DTypeLike | None = None, *,
    ddof: float = 0, keepdims: bool = False, where: Any = True, correction: float | None = None,
) -> Tensor:  # fmt: skip
    """√nanvar(x).  ∂x: g·(x - mean)/((n - ddof)·std), 0 at a NaN and where std = 0."""
    present = _numbers(x, where)
    return std(x, axis, dtype, ddof=ddof, keepdims=keepdims, where=present, correction=correction)


@composite
def nancumsum(x: Array, axis: int | None = None, dtype: DTypeLike | None = None) -> Tensor:
    """Running sums along `axis`, a NaN counting as 0.  ∂x: running sums of g from the end, 0 at a NaN."""
    return cumsum(_filled(x, 0.0), axis, dtype)


@composite
def nancumprod(x: Array, axis: int | None = None, dtype: DTypeLike | None = None) -> Tensor:
    """Running products along `axis`, a NaN counting as 1.  ∂x: that of `cumprod`, 0 at a NaN."""
    return cumprod(_filled(x, 1.0), axis, dtype)


def _filled(x: Array, value: float) -> Array:
    """x with `value` in the place of NaN, which integers do not have."""
    return selection.where(np.isnan(x), value, x) if plain_array(x).dtype.kind == "f" else x
