"""The greatest and the least over axes."""

from typing import Any

import numpy as np

from minigrad.composite import composite
from minigrad.ops.reduction.sums import kept_shape, mask_of, starting_from
from minigrad.ops.typing import Array, Axis
from minigrad.primitive import primitive
from minigrad.tensor import Tensor


@primitive
def max(
    x: Array, axis: Axis = None, *, keepdims: bool = False, initial: float | None = None, where: Any = True
) -> Array:
    """The greatest element over `axis`, NaN before all.  g goes to it; equal greatest ones share it equally.

    `where` masks what is looked at and needs `initial`, a constant which the result is never below.
    """
    return np.max(x, axis=axis, keepdims=keepdims, where=mask_of(where), **starting_from(initial))


@primitive
def min(
    x: Array, axis: Axis = None, *, keepdims: bool = False, initial: float | None = None, where: Any = True
) -> Array:
    """The least element over `axis`, NaN before all.  g goes to it; equal least ones share it equally.

    `where` masks what is looked at and needs `initial`, a constant which the result is never above.
    """
    return np.min(x, axis=axis, keepdims=keepdims, where=mask_of(where), **starting_from(initial))


@primitive
def nanmax(
    x: Array, axis: Axis = None, *, keepdims: bool = False, initial: float | None = None, where: Any = True
) -> Array:
    """The greatest number over `axis`, passing over NaN.  g goes to it; equal greatest ones share it."""
    return np.nanmax(x, axis=axis, keepdims=keepdims, **_as_asked(where), **starting_from(initial))


@primitive
def nanmin(
    x: Array, axis: Axis = None, *, keepdims: bool = False, initial: float | None = None, where: Any = True
) -> Array:
    """The least number over `axis`, passing over NaN.  g goes to it; equal least ones share it equally."""
    return np.nanmin(x, axis=axis, keepdims=keepdims, **_as_asked(where), **starting_from(initial))


def _as_asked(where: Any) -> dict[str, Any]:
    return {} if where is True else {"where": mask_of(where)}


def _extreme_vjp(g: Array, x: Array, out: Array, axis: Axis, where: Any) -> Array:
    kept = kept_shape(x.shape, axis)
    chosen = (x == out.reshape(kept)) & mask_of(where)
    if np.isnan(out).any():
        chosen = chosen | (np.isnan(x) & np.isnan(out.reshape(kept)) & mask_of(where))
    winners = chosen.sum(axis=axis, keepdims=True)
    share = chosen / np.where(winners == 0, 1, winners)  # none where the result is `initial`
    return g.reshape(kept) * share.astype(g.dtype)


max.vjp(x=_extreme_vjp)
min.vjp(x=_extreme_vjp)
nanmax.vjp(x=_extreme_vjp)
nanmin.vjp(x=_extreme_vjp)


@composite
def ptp(x: Array, axis: Axis = None, *, keepdims: bool = False) -> Tensor:
    """max - min over `axis`.  g goes to the greatest, -g to the least; equal ones share it equally."""
    return max(x, axis, keepdims=keepdims) - min(x, axis, keepdims=keepdims)
