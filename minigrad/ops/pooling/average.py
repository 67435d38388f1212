"""The average of each window or bin."""

import functools
import math

import numpy as np

from minigrad.composite import composite
from minigrad.ops.convolution.geometry import Size, batched, padded, per_axis, unbatched
from minigrad.ops.convolution.windows import sliding_windows
from minigrad.ops.pooling.bins import OutputSize, counts, in_bins, pooled
from minigrad.ops.pooling.windows import after, border
from minigrad.ops.reduction.sums import mean
from minigrad.ops.typing import Array


@composite
def avg_pool1d(
    input: Array,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Array:
    """The average of each window, Σx/n: (N, C, L) -> (N, C, P), or without N.

    n counts the zeros of the padding, unless `count_include_pad` is False; it never counts what stands
    out over the padded end with `ceil_mode`.  ∂input: g/n of every window that an element is in.

    Raises ValueError for a kernel larger than the padded input, or a padding of more than half a kernel.
    """
    return _avg_pool("avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode, count_include_pad)


@composite
def avg_pool2d(
    input: Array,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    """`avg_pool1d` over two axes: (N, C, H, W) -> (N, C, P, Q); `divisor_override` is taken for n."""
    return _avg_pool(
        "avg_pool2d", 2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


@composite
def adaptive_avg_pool1d(input: Array, output_size: OutputSize) -> Array:
    """Averages over as many bins as asked for: (N, C, L) -> (N, C, P), or without N; None keeps L.

    Bin p is input[⌊p·L/P⌋ : ⌈(p + 1)·L/P⌉], so that neighbours may share an element.
    ∂input: g/n of every bin that an element is in.  Raises ValueError for an input without elements.
    """
    return pooled("adaptive_avg_pool1d", 1, input, output_size, _average_of_bins)


@composite
def adaptive_avg_pool2d(input: Array, output_size: OutputSize) -> Array:
    """`adaptive_avg_pool1d` over two axes: (N, C, H, W) -> (N, C, P, Q)."""
    return pooled("adaptive_avg_pool2d", 2, input, output_size, _average_of_bins)


def _avg_pool(
    op: str,
    n: int,
    input: Array,
    kernel_size: Size,
    stride: Size | None,
    padding: Size,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor: int | None = None,
) -> Array:
    x, single = batched(input, n, op)
    kernel = per_axis(kernel_size, n, op, "kernel_size")
    stride = kernel if stride is None else per_axis(stride, n, op, "stride")
    before = border(op, padding, kernel)
    size, dense = np.shape(x)[2:], (1,) * n
    behind = after(op, size, kernel, stride, before, dense, ceil_mode)
    windows = sliding_windows(padded(x, before, behind), kernel, stride, dense)
    # Of the mean over all places of a window, since a sum might overflow in float16.
    average = mean(windows, axis=tuple(range(2, 2 + n)))
    if divisor is not None:
        if divisor == 0:
            raise ValueError(
                f"{op} got divisor_override=0, and cannot divide by it: write None for the count"
            )
        return unbatched(average * (math.prod(kernel) / divisor), single)
    counted = before if count_include_pad else (0,) * n
    along = map(_covered, average.shape[-n:], size, kernel, stride, before, counted)
    return unbatched(
        _shared_by(average, math.prod(kernel), functools.reduce(np.multiply.outer, along)), single
    )


def _shared_by(average: Array, places: int, counted: np.ndarray) -> Array:
    """The average over `counted` of so many places, of which the others are 0."""
    return average if (counted == places).all() else average * (places / counted).astype(average.dtype)


def _covered(places: int, size: int, kernel: int, stride: int, before: int, counted: int) -> np.ndarray:
    """How many places each window covers, of the input and of `counted` more on both sides of it."""
    start = np.arange(places) * stride - before
    return np.minimum(start + kernel, size + counted) - np.maximum(start, -counted)


def _average_of_bins(x: Array, axis: int, bins: int) -> Array:
    elements = in_bins(x, axis, bins, 0.0)
    counted = counts(np.shape(x)[axis], axis, bins)
    return _shared_by(mean(elements, axis=axis), elements.shape[axis], counted)
