"""Layer normalisation."""

import numpy as np

from minigrad.fused import fused
from minigrad.ops.fused.floats import require_floats
from minigrad.ops.typing import Array, Axis


@fused(inputs=("x", "weight", "bias"))
def layer_norm(
    x: Array, weight: Array = None, bias: Array = None, axis: Axis = -1, eps: float = 1e-5
) -> Array:
    """(x - mean)/√(var + eps)·weight + bias, mean and variance (ddof 0) taken over `axis`.

    `weight` and `bias` broadcast against x.  Ba, Kiros and Hinton (2016), equations 3 and 4.
    With x̂ the normalised x and h = g·weight: ∂x: (h - mean h - x̂·mean(h·x̂))/√(var + eps);
    ∂weight: g·x̂;  ∂bias: g.
    """
    centred = x - x.mean(axis=axis, keepdims=True)
    y = centred / np.sqrt((centred * centred).mean(axis=axis, keepdims=True) + eps)
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


Residuals = tuple[np.ndarray, np.ndarray]  # x̂, and 1/√(var + eps) with kept axes


@layer_norm.forward
def _(
    x: np.ndarray,
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
    axis: Axis = -1,
    eps: float = 1e-5,
) -> tuple[np.ndarray, Residuals]:
    require_floats("layer_norm", x=x, weight=weight, bias=bias)
    normal = x - _mean(x, axis)
    scale = np.asarray(_mean_of_product(normal, normal, axis))
    scale += eps
    np.sqrt(scale, out=scale)
    np.reciprocal(scale, out=scale)
    normal *= scale
    if weight is None:
        return (normal if bias is None else normal + bias), (normal, scale)
    y = normal * weight
    if bias is not None:
        y = np.add(y, bias, out=y if np.result_type(y, bias) == y.dtype else None)
    return y, (normal, scale)


@layer_norm.backward
def _(
    g: np.ndarray,
    residuals: Residuals,
    wanted: list[bool],
    x: np.ndarray,
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
    axis: Axis = -1,
    eps: float = 1e-5,
) -> tuple[np.ndarray | None, ...]:
    normal, scale = residuals
    g_x = None
    if wanted[0]:
        h = g if weight is None else g * weight
        g_x = normal * _mean_of_product(h, normal, axis)
        g_x += _mean(h, axis)
        np.subtract(h, g_x, out=g_x)
        g_x *= scale
    return (
        g_x,
        _sum_to(g, normal, weight) if len(wanted) > 1 and wanted[1] else None,
        _sum_to(g, None, bias) if len(wanted) > 2 and wanted[2] else None,
    )


def _mean(x: np.ndarray, axis: Axis) -> np.ndarray:
    """x.mean(axis, keepdims=True); along one last axis by a product with 1/n, which is faster."""
    if axis == -1 and x.ndim > 0 and x.size:
        n = x.shape[-1]
        return (x @ np.full(n, 1 / n, x.dtype))[..., None]
    return x.mean(axis=axis, keepdims=True)


def _mean_of_product(a: np.ndarray, b: np.ndarray, axis: Axis) -> np.ndarray:
    """(a·b).mean(axis, keepdims=True), along one last axis without the product in memory."""
    if axis == -1 and a.ndim > 0 and a.size:
        total = np.vecdot(a, b)[..., None]
        total /= a.shape[-1]
        return total
    return (a * b).mean(axis=axis, keepdims=True)


def _sum_to(g: np.ndarray, normal: np.ndarray | None, like: np.ndarray | None) -> np.ndarray | None:
    """g, or g·normal, summed to the shape of a parameter that was broadcast against it."""
    assert like is not None
    if like.ndim == 1 and like.shape == g.shape[-1:]:
        rows = g.reshape(-1, like.size)
        if normal is None:
            return np.ones(len(rows), g.dtype) @ rows
        return np.einsum("ni,ni->i", rows, normal.reshape(-1, like.size))
    return g.copy() if normal is None else g * normal  # the walk sums the rest
