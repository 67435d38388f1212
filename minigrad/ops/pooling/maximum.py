"""The greatest of each window or bin."""

import math

import numpy as np

from minigrad.composite import composite
from minigrad.convert import as_array
from minigrad.ops.convolution.geometry import Size, batched, padded, per_axis, unbatched
from minigrad.ops.convolution.windows import sliding_windows
from minigrad.ops.pooling.bins import OutputSize, in_bins, pooled
from minigrad.ops.pooling.windows import after, border
from minigrad.ops.shape.reshaping import reshape
from minigrad.ops.typing import Array
from minigrad.plain import plain_array
from minigrad.primitive import primitive
from minigrad.tensor import Tensor


@primitive
def _greatest(x: Array, axis: int, inside: np.ndarray | None = None) -> Array:
    """The greatest element along a negative axis, which g goes to; NaN where there is one.

    Of equal elements it is the first, of NaNs the last, as in PyTorch.  Where -∞ is the greatest it is the
    first that is `inside`, which broadcasts to x and is False in the padding.
    """
    return np.max(x, axis=axis)


def _greatest_vjp(g: Array, x: Array, axis: int, inside: np.ndarray | None) -> Array:
    places = np.arange(x.shape[axis]).reshape((-1,) + (1,) * (-axis - 1))
    taken = _place_of_greatest(plain_array(x), axis, inside)
    return np.where(places == taken, np.expand_dims(g, axis), 0.0)


_greatest.vjp(x=_greatest_vjp)
_greatest.name = "max_pool"  # as whoever sees it in a drawing or an error knows it


def _place_of_greatest(x: np.ndarray, axis: int, inside: np.ndarray | None) -> np.ndarray:
    first = np.argmax(x, axis=axis, keepdims=True)
    greatest = np.take_along_axis(x, first, axis=axis)
    if (greatest > -math.inf).all():
        return first
    nan = np.isnan(x)
    last = x.shape[axis] - 1 - np.argmax(np.flip(nan, axis), axis=axis, keepdims=True)
    first = np.where(np.isnan(greatest), last, first)
    if inside is None:
        return first
    return np.where(greatest == -math.inf, np.argmax(inside, axis=axis, keepdims=True), first)


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
    over the end.  ∂input: g at the greatest element, the first of equal ones (of NaNs the last).

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

    def windows(x: Array, filling: float) -> Array:
        """(N, C, *size) -> (N, C, elements of the kernel, *places)."""
        apart = sliding_windows(padded(x, before, behind, filling), kernel, stride, dilation)
        return reshape(apart, (*apart.shape[:2], math.prod(kernel), *apart.shape[-n:]))

    inside = None
    if any((*before, *behind)):
        inside = plain_array(windows(np.ones((1, 1, *np.shape(x)[2:])), 0.0)) > 0
    return unbatched(_greatest(windows(x, _least(x)), axis=-n - 1, inside=inside), single)


def _greatest_of_bins(x: Array, axis: int, bins: int) -> Array:
    return _greatest(in_bins(x, axis, bins, _least(x)), axis=axis)


def _least(x: Array) -> float:
    """What no element of x is less than: -∞, or the least of its integers."""
    dtype = x.dtype if isinstance(x, Tensor) else as_array(x).dtype
    return -math.inf if dtype.kind == "f" else False if dtype == np.bool else int(np.iinfo(dtype).min)
