"""The affine map of a layer."""

import math

import numpy as np

from minigrad.fused import fused
from minigrad.ops.fused.floats import require_floats
from minigrad.ops.typing import Array


@fused(inputs=("x", "weight", "bias"))
def linear(x: Array, weight: Array, bias: Array = None) -> Array:
    """x·Wᵀ + b: x (..., in), weight (out, in), bias (out,) or None -> (..., out).
    ∂x: g·W;  ∂W: gᵀ·x and ∂b: g, both summed over the leading axes.
    """
    y = x @ weight.T
    return y if bias is None else y + bias


@linear.forward
def linear_forward(
    x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None
) -> tuple[np.ndarray, None]:
    if x.ndim < 1 or weight.ndim != 2 or x.shape[-1] != weight.shape[1]:
        raise ValueError(
            f"linear got x {x.shape} and weight {weight.shape}: the last axis of x must be the second of "
            "the weight, which is (out_features, in_features)"
        )
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError(
            f"linear got weight {weight.shape} and bias {bias.shape}: the bias must be ({len(weight)},), one "
            "number for each of out_features"
        )
    require_floats("linear", x=x, weight=weight, bias=bias)
    # Written to rows of y, where a reshaped product would be a view, which is more for the engine to note.
    dtype = x.dtype if x.dtype == weight.dtype else np.result_type(x, weight)
    y = np.empty((*x.shape[:-1], len(weight)), dtype)
    np.matmul(_rows(x), weight.T, out=_rows(y))
    if bias is not None:
        y = np.add(y, bias, out=y if bias.dtype == y.dtype else None)
    return y, None


@linear.backward
def linear_backward(
    g: np.ndarray,
    residuals: None,
    wanted: list[bool],
    x: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray | None = None,
) -> tuple[np.ndarray | None, ...]:
    rows, g_x = _rows(g), None
    if wanted[0]:
        g_x = np.empty(x.shape, np.result_type(g, weight))
        np.matmul(rows, weight, out=_rows(g_x))
    return (
        g_x,
        rows.T @ _rows(x) if wanted[1] else None,
        # A product with ones sums the rows faster than np.sum does.
        np.ones(len(rows), g.dtype) @ rows if wanted[2] else None,
    )


def _rows(x: np.ndarray) -> np.ndarray:
    """x as a matrix, its last axis kept (which may be empty, so -1 would not do)."""
    return x if x.ndim == 2 else x.reshape(math.prod(x.shape[:-1]), x.shape[-1])
