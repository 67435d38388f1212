"""The greatest of each window or bin."""

import math

import numpy as np

from minigrad.ops.convolution.geometry import Size, batched, padded, per_axis, unbatched
from minigrad.ops.convolution.windows import sliding_windows
from minigrad.ops.pooling.bins import OutputSize, in_bins, pooled
from minigrad.ops.pooling.windows import after, border
from minigrad.ops.shape.reshaping import reshape
from minigrad.ops.typing import Array
from minigrad.primitive import composite, primitive


@primitive
def _first_greatest(x: Array, axis: int) -> Array:
    """The greatest element along a negative axis; g goes to the first of equal ones."""
    return np.max(x, axis=axis)


def _first_greatest_vjp(g: Array, x: Array, axis: int) -> Array:
    first = np.expand_dims(np.argmax(x, axis=axis), axis)
    places = np.arange(x.shape[axis]).reshape((-1,) + (1,) * (-axis - 1))
    return np.where(places == first, np.expand_dims(g, axis), 0.0)


_first_greatest.vjp(x=_first_greatest_vjp)
_first_greatest.name = "max_pool"  # as whoever sees it in a drawing or an error knows it


@composite
def max_pool1d(
    input: Array,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
) -> Array:
    """The greatest element of each window: (N, C, L) -> (N, C, P), or without N.

    `stride` None is `kernel_size`; the padding is -∞; with `ceil_mode` a last window may stand out
    over the end.  ∂input: g at the greatest element, the first of equal ones.

    Raises ValueError for a kernel larger than the padded input, or a padding of more than half a kernel.
    """
    return _max_pool("max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode)


@composite
def max_pool2d(
    input: Array,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
) -> Array:
    """`max_pool1d` over two axes: (N, C, H, W) -> (N, C, P, Q).  Equal elements: the first row by row."""
    return _max_pool("max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode)


@composite
def adaptive_max_pool1d(input: Array, output_size: OutputSize) -> Array:
    """The greatest of each bin of `adaptive_avg_pool1d`; g goes to the first of equal ones."""
    return pooled("adaptive_max_pool1d", 1, input, output_size, _greatest_of_bins)


@composite
def adaptive_max_pool2d(input: Array, output_size: OutputSize) -> Array:
    """`adaptive_max_pool1d` over two axes: (N, C, H, W) -> (N, C, P, Q)."""
    return pooled("adaptive_max_pool2d", 2, input, output_size, _greatest_of_bins)


def _max_pool(
    op: str,
    n: int,
    input: Array,
    kernel_size: Size,
    stride: Size | None,
    padding: Size,
    dilation: Size,
    ceil_mode: bool,
) -> Array:
    x, single = batched(input, n, op)
    kernel = per_axis(kernel_size, n, op, "kernel_size")
    stride = kernel if stride is None else per_axis(stride, n, op, "stride")
    dilation = per_axis(dilation, n, op, "dilation")
    before = border(op, padding, kernel)
    behind = after(op, np.shape(x)[2:], kernel, stride, before, dilation, ceil_mode)
    windows = sliding_windows(padded(x, before, behind, -math.inf), kernel, stride, dilation)
    flat = reshape(windows, (*windows.shape[:2], math.prod(kernel), *windows.shape[-n:]))
    return unbatched(_first_greatest(flat, axis=-n - 1), single)


def _greatest_of_bins(x: Array, axis: int, bins: int) -> Array:
    return _first_greatest(in_bins(x, axis, bins, -math.inf), axis=axis)
