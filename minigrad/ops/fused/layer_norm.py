"""Layer normalisation."""

import math
from typing import Any

import numpy as np

from minigrad import kernels
from minigrad.fused import fused
from minigrad.ops.floats import widened
from minigrad.ops.fused.floats import require_floats
from minigrad.ops.fused.shapes import broadcasts
from minigrad.ops.typing import Array, Axis
from minigrad.plain import plain_array


@fused(inputs=("x", "weight", "bias"))
def layer_norm(
    x: Array, weight: Array = None, bias: Array = None, axis: Axis = -1, eps: float = 1e-5
) -> Array:
    """(x - mean)/√(var + eps)·weight + bias, mean and variance (ddof 0) taken over `axis`.

    `weight` and `bias` broadcast to x.  Ba, Kiros and Hinton (2016), equations 3 and 4.
    With x̂ the normalised x and h = g·weight: ∂x: (h - mean h - x̂·mean(h·x̂))/√(var + eps);
    ∂weight: g·x̂;  ∂bias: g.
    """
    centred = x - x.mean(axis=axis, keepdims=True)
    size = _size(plain_array(centred), axis)
    centred = centred / size
    y = centred / np.sqrt((centred * centred).mean(axis=axis, keepdims=True) + eps / size / size)
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


def _size(x: np.ndarray, axis: Axis) -> np.ndarray:
    """By what to divide x so that its squares do not overflow, which cancels out; 1 where they do not."""
    greatest = np.max(np.abs(x), axis=axis, keepdims=True, initial=0.0)
    overflows = (greatest > math.sqrt(np.finfo(x.dtype).max) / 16) & (greatest < math.inf)
    return np.where(overflows, greatest, 1).astype(x.dtype)


Residuals = tuple[np.ndarray, np.ndarray]  # mean and 1/√(var + eps), with kept axes


@layer_norm.forward
def layer_norm_forward(
    x: np.ndarray,
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
    axis: Axis = -1,
    eps: float = 1e-5,
) -> tuple[np.ndarray, Residuals]:
    require_floats("layer_norm", x=x, weight=weight, bias=bias)
    for name, given in (("weight", weight), ("bias", bias)):
        if given is not None and not broadcasts(given.shape, x.shape):
            raise ValueError(f"layer_norm got {name} {given.shape}, which does not broadcast to x {x.shape}")
    dtype = _narrow_dtype(x, weight, bias)
    if dtype is not None:
        x, weight, bias = map(widened, (x, weight, bias))
    y, mean, scale = kernels.layer_norm(x, weight, bias, axis, eps)
    if np.count_nonzero(scale) < scale.size:
        size = _size(x, axis)
        y, mean, scale = kernels.layer_norm.twin(x / size, weight, bias, axis, eps / size / size)
        mean, scale = mean * size, scale / size
    return y if dtype is None else y.astype(dtype, copy=False), (mean, scale)


@layer_norm.backward
def layer_norm_backward(
    g: np.ndarray,
    residuals: Residuals,
    wanted: list[bool],
    x: np.ndarray,
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
    axis: Axis = -1,
    eps: float = 1e-5,
) -> tuple[np.ndarray | None, ...]:
    if _narrow_dtype(x, weight, bias) is None:
        return kernels.layer_norm_backward(g, x, *residuals, weight, bias, axis)
    dtype = g.dtype
    g, x, weight, bias = map(widened, (g, x, weight, bias))
    gradients = kernels.layer_norm_backward(g, x, *residuals, weight, bias, axis)
    return tuple(None if found is None else found.astype(dtype, copy=False) for found in gradients)


def _narrow_dtype(*operands: np.ndarray | None) -> np.dtype[Any] | None:
    """The dtype of the result where float16 is among the operands, which is too narrow to compute in."""
    given = [operand.dtype for operand in operands if operand is not None]
    return np.result_type(*given) if 2 in [dtype.itemsize for dtype in given] else None
