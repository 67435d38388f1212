"""Convolution: padding, sliding windows, one matrix product.  As in PyTorch the kernel is not flipped."""

import math

import numpy as np

from minigrad.composite import composite
from minigrad.ops.convolution.geometry import Size, Sizes, batched, padded, per_axis, places, spans, unbatched
from minigrad.ops.convolution.windows import sliding_windows
from minigrad.ops.floats import all_as_floats
from minigrad.ops.product.products import matmul
from minigrad.ops.shape.reshaping import reshape
from minigrad.ops.typing import Array


@composite
def conv1d(
    input: Array,
    weight: Array,
    bias: Array = None,
    stride: Size = 1,
    padding: Size | str = 0,
    dilation: Size = 1,
    groups: int = 1,
) -> Array:
    """out[o, p] = bias[o] + Σ weight[o, c, k]·input[c, p·stride + k·dilation]: (N, C, L) -> (N, O, P).

    An input without N gives a result without N.  `weight` is (O, C/groups, K): `groups` cuts C and O into
    as many equal shares, and each share of O sees that of C alone.  `padding` zeros stand on both sides;
    "same" is as many as keep L (stride 1 only), "valid" is none.

    ∂weight[o, c, k]: Σ g[o, p]·input[c, p·stride + k·dilation];  ∂bias: g summed over N and P;
    ∂input: `conv_transpose1d` of g.  Raises ValueError for shapes that do not fit, and for a kernel longer
    than the padded input.
    """
    return _convolution("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


@composite
def conv2d(
    input: Array,
    weight: Array,
    bias: Array = None,
    stride: Size = 1,
    padding: Size | str = 0,
    dilation: Size = 1,
    groups: int = 1,
) -> Array:
    """`conv1d` over two axes: (N, C, H, W) -> (N, O, P, Q), weight (O, C/groups, K, J)."""
    return _convolution("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def _convolution(
    op: str,
    n: int,
    input: Array,
    weight: Array,
    bias: Array,
    stride: Size,
    padding: Size | str,
    dilation: Size,
    groups: int,
) -> Array:
    input, weight, bias = all_as_floats(input, weight, bias)
    x, single = batched(input, n, op)
    channels, kernel = _checked_weight(op, n, np.shape(x), np.shape(weight), groups)
    check_bias(op, bias, channels)
    stride = per_axis(stride, n, op, "stride")
    dilation = per_axis(dilation, n, op, "dilation")
    x = padded(x, *_borders(op, padding, kernel, stride, dilation))
    size = places(np.shape(x)[2:], kernel, stride, dilation, op)
    batch, rows = np.shape(x)[0], np.shape(x)[1] // groups * math.prod(kernel)
    windows = sliding_windows(x, kernel, stride, dilation)
    columns = reshape(windows, (batch, groups, rows, math.prod(size)))
    out = matmul(reshape(weight, (groups, channels // groups, rows)), columns)
    return unbatched(with_bias(reshape(out, (batch, channels, *size)), bias), single)


def with_bias(out: Array, bias: Array) -> Array:
    """out (N, C, ...) with bias (C,) added to each channel, if there is one."""
    return out if bias is None else out + reshape(bias, (-1,) + (1,) * (out.ndim - 2))


def check_bias(op: str, bias: Array, channels: int) -> None:
    if bias is not None and np.shape(bias) != (channels,):
        raise ValueError(
            f"{op} got a bias {np.shape(bias)} for {channels} output channels: it must be ({channels},)"
        )


def _checked_weight(op: str, n: int, shape: Sizes, weight: Sizes, groups: int) -> tuple[int, Sizes]:
    """The number of output channels and the size of the kernel."""
    kernel = tuple(weight[2:])
    fits = len(weight) == n + 2 and all(kernel) and groups >= 1
    if not fits or shape[1] != weight[1] * groups or weight[0] % groups:
        needed = "out_channels, in_channels // groups, *kernel_size"
        raise ValueError(
            f"{op} got a weight {weight} for an input of {shape[1]} channels in {groups} groups: it must be "
            f"({needed}) with {n} kernel sizes, and groups must divide both numbers of channels"
            f"{_channels_last(n, shape, weight, groups)}"
        )
    return weight[0], kernel


def _channels_last(n: int, shape: Sizes, weight: Sizes, groups: int) -> str:
    """Where the input would fit with its channels on axis 1: how to bring them there."""
    if len(weight) != n + 2 or shape[-1] != weight[1] * groups:
        return ""
    return f"; if the channels come last in the input, write x.transpose{(0, n + 1, *range(1, n + 1))}"


def _borders(
    op: str, padding: Size | str, kernel: Sizes, stride: Sizes, dilation: Sizes
) -> tuple[Sizes, Sizes]:
    """How much to pad before and after each axis."""
    n = len(kernel)
    if padding == "valid":
        padding = 0
    if not isinstance(padding, str):
        before = per_axis(padding, n, op, "padding", least=0)
        return before, before
    if padding != "same" or stride != (1,) * n:
        raise ValueError(
            f'{op} takes padding as numbers, "valid", or "same" with stride 1, and got {padding!r} with '
            f"stride {stride}: give the padding in numbers"
        )
    missing = tuple(span - 1 for span in spans(kernel, dilation))
    return tuple(m // 2 for m in missing), tuple(m - m // 2 for m in missing)
