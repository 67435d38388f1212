"""Layer normalisation and its derivative."""

import numpy as np

from minigrad.kernels.dispatch import kernel

Axis = int | tuple[int, ...] | None


@kernel
@np.errstate(over="ignore")  # where the squares overflow, scale is 0
def layer_norm(
    x: np.ndarray, weight: np.ndarray | None, bias: np.ndarray | None, axis: Axis, eps: float | np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x̂·weight + bias, with x̂ = (x - mean)·scale; mean; scale = 1/√(var + eps), both with axes kept."""
    mean = np.asarray(_mean(x, axis))
    normal = x - mean
    scale = np.asarray(_mean_of_product(normal, normal, axis))
    scale += eps
    np.sqrt(scale, out=scale)
    np.reciprocal(scale, out=scale)
    normal *= scale
    if weight is None:
        return (normal if bias is None else normal + bias), mean, scale
    y = normal * weight
    if bias is not None:
        y = np.add(y, bias, out=y if np.result_type(y, bias) == y.dtype else None)
    return y, mean, scale


@kernel
def layer_norm_backward(
    g: np.ndarray,
    x: np.ndarray,
    mean: np.ndarray,
    scale: np.ndarray,
    weight: np.ndarray | None,
    bias: np.ndarray | None,
    axis: Axis,
) -> tuple[np.ndarray | None, ...]:
    """The gradients of x, weight and bias; None for a parameter that is None."""
    normal = x - mean
    normal *= scale
    h = g if weight is None else g * weight
    g_x = normal * _mean_of_product(h, normal, axis)
    g_x += _mean(h, axis)
    np.subtract(h, g_x, out=g_x)
    g_x *= scale
    return g_x, _sum_to(g, normal, weight), _sum_to(g, None, bias)


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
    if not isinstance(like, (np.ndarray, np.generic)):
        return None
    if like.ndim == 1 and like.shape == g.shape[-1:]:
        rows = g.reshape(-1, like.size)
        if normal is None:
            return np.ones(len(rows), g.dtype) @ rows
        return np.einsum("ni,ni->i", rows, normal.reshape(-1, like.size))
    return g.copy() if normal is None else g * normal  # the walk sums the rest
