"""Products, and sums and products that run along an axis."""

import math
from typing import Any

import numpy as np

from minigrad.composite import composite
from minigrad.dtype_like import DTypeLike
from minigrad.ops.assembly.joining import concatenate
from minigrad.ops.reduction.sums import held_wide, kept_shape, mask_of, only, starting_from
from minigrad.ops.typing import Array, Axis
from minigrad.plain import plain_array
from minigrad.primitive import primitive
from minigrad.tensor import Tensor

Shape = tuple[int, ...]


@primitive
def prod(
    x: Array, axis: Axis = None, dtype: DTypeLike | None = None, *,
    keepdims: bool = False, initial: float | None = None, where: Any = True,
) -> Array:  # fmt: skip
    """Πx over `axis`.  ∂x: g·(product of all the others), right with zeros too."""
    options = {"axis": axis, "keepdims": keepdims, "where": mask_of(where), **starting_from(initial)}
    return held_wide(np.prod, x, dtype, **options)


def _prod_vjp(g: Array, x: Array, out: Array, axis: Axis, initial: float | None, where: Any) -> Array:
    kept = kept_shape(x.shape, axis)
    x = only(x, where, 1.0)
    if _is_plain_quotient(plain_array(out)):
        return only(g.reshape(kept) * (out.reshape(kept) / x), where)
    others = _product_of_others(x, kept)
    return only(g.reshape(kept) * (others if initial is None else others * initial), where)


def _is_plain_quotient(out: np.ndarray) -> bool:
    """Whether out/x is the product of the others: no x is 0, and no digits of out are lost."""
    size, limits = np.abs(out), np.finfo(out.dtype)
    return bool(((size >= limits.tiny) & (size <= limits.max)).all())


def _product_of_others(x: Array, kept: Shape) -> Array:
    """For each element the product of those it is reduced with, without dividing."""
    reduced = [i for i, n in enumerate(x.shape) if kept[i] != n]
    order = [i for i in range(x.ndim) if i not in reduced] + reduced
    last = math.prod(x.shape[i] for i in reduced)
    rows = np.transpose(x, order)
    moved = rows.shape
    rows = rows.reshape((-1, last))
    # By powers of 2 every element is brought close to 1, so that no part of a product overflows.
    powers = _nearest_power_of_2(plain_array(rows))
    near_one = np.ldexp(rows, -powers)
    near_one = _products_before(near_one) * np.flip(_products_before(np.flip(near_one, 1)), 1)
    others = np.ldexp(near_one, powers.sum(axis=1, keepdims=True) - powers)
    return np.transpose(others.reshape(moved), [order.index(i) for i in range(x.ndim)])


def _nearest_power_of_2(x: np.ndarray) -> np.ndarray:
    """The n for which |x|/2ⁿ is from √½ to √2; 0 for 0 and what is not finite."""
    fraction, power = np.frexp(x)
    return power - (np.abs(fraction) < math.sqrt(0.5)) * (fraction != 0)


def _products_before(rows: Array) -> Array:
    """For each element the product of those before it in its row."""
    ones = np.ones((rows.shape[0], 1), rows.dtype)
    return np.concatenate([ones, cumprod.apply(rows[:, :-1], 1)], axis=1)


prod.vjp(x=_prod_vjp)


@primitive
def cumsum(x: Array, axis: int | None = None, dtype: DTypeLike | None = None) -> Array:
    """Running sums along `axis` (of the flattened array if None).  ∂x: running sums of g from the end."""
    return held_wide(np.cumsum, x, dtype, axis=axis)


def _cumsum_vjp(g: Array, x_shape: Shape, axis: int | None) -> Array:
    along = 0 if axis is None else axis
    return np.flip(cumsum.apply(np.flip(g, along), along), along).reshape(x_shape)


cumsum.vjp(x=_cumsum_vjp)


@primitive
def cumprod(x: Array, axis: int | None = None, dtype: DTypeLike | None = None) -> Array:
    """Running products along `axis` (of the flattened array if None), outⱼ = x₀···xⱼ.

    ∂xᵢ: Σⱼ gⱼ·outⱼ/xᵢ over j ≥ i, computed without dividing, so that it is right with zeros too.
    """
    return held_wide(np.cumprod, x, dtype, axis=axis)


def _cumprod_vjp(g: Array, x: Array, out: Array, axis: int | None) -> Array:
    along = 0 if axis is None else axis
    rows, g, out = (np.moveaxis(y, along, 0) for y in (x.reshape(-1) if axis is None else x, g, out))
    one = np.ones((min(1, len(rows)), *rows.shape[1:]), g.dtype)
    before = np.concatenate([one, out[:-1]])
    return np.moveaxis(_times(before, _sum_from_the_end(g, rows[1:])), 0, along).reshape(x.shape)


def _sum_from_the_end(terms: Array, factors: Array) -> Array:
    """sᵢ = termsᵢ + factorsᵢ·sᵢ₊₁ along the first axis, by doubling (Hillis and Steele, 1986)."""
    n = len(terms)
    step = 1
    with np.errstate(over="ignore", invalid="ignore"):
        while step < n:
            terms = np.concatenate([terms[:-step] + _times(factors, terms[step:]), terms[-step:]])
            factors = _times(factors[:-step], factors[step:])
            step *= 2
    return terms


def _times(a: Array, b: Array) -> Array:
    """a·b, and the constant 0 where one is 0 and the other has overflowed."""
    with np.errstate(over="ignore", invalid="ignore"):
        x, y = plain_array(a), plain_array(b)
        lost = np.isnan(x * y) & ~np.isnan(x) & ~np.isnan(y)
    if lost.any():
        a, b = np.where(lost, 0.0, a), np.where(lost, 0.0, b)
    return a * b


cumprod.vjp(x=_cumprod_vjp)


@composite
def cumulative_sum(
    x: Array, /, *, axis: int | None = None, dtype: DTypeLike | None = None, include_initial: bool = False
) -> Tensor:
    """Running sums along `axis`, which only a 1-D x may omit; from 0 on with `include_initial`."""
    along = _needed_axis(x, axis, "cumulative_sum")
    return _preceded(cumsum(x, along, dtype), 0, along, include_initial)


@composite
def cumulative_prod(
    x: Array, /, *, axis: int | None = None, dtype: DTypeLike | None = None, include_initial: bool = False
) -> Tensor:
    """Running products along `axis`, which only a 1-D x may omit; from 1 on with `include_initial`."""
    along = _needed_axis(x, axis, "cumulative_prod")
    return _preceded(cumprod(x, along, dtype), 1, along, include_initial)


def _needed_axis(x: Array, axis: int | None, name: str) -> int:
    if axis is None and np.ndim(x) != 1:
        raise ValueError(
            f"{name} of an array of {np.ndim(x)} axes needs to know along which: write {name}(x, axis=...)"
        )
    return 0 if axis is None else axis


def _preceded(totals: Tensor, initial: float, axis: int, wanted: bool) -> Tensor:
    if not wanted:
        return totals
    shape = [1 if i == axis % totals.ndim else n for i, n in enumerate(totals.shape)]
    return concatenate([np.full(shape, initial, totals.dtype), totals], axis)
