"""Transposed convolution: what `conv` does to a gradient, as a layer of its own; windows are added up."""

import math

import numpy as np

from minigrad.composite import composite
from minigrad.ops.convolution.convolution import check_bias, with_bias
from minigrad.ops.convolution.geometry import Size, Sizes, batched, per_axis, spans, unbatched
from minigrad.ops.convolution.windows import overlap_add
from minigrad.ops.floats import all_as_floats
from minigrad.ops.product.products import matmul
from minigrad.ops.shape.reshaping import reshape, swapaxes
from minigrad.ops.typing import Array


@composite
def conv_transpose1d(
    input: Array,
    weight: Array,
    bias: Array = None,
    stride: Size = 1,
    padding: Size = 0,
    output_padding: Size = 0,
    groups: int = 1,
    dilation: Size = 1,
) -> Array:
    """out[o, p·stride + k·dilation - padding] += weight[c, o, k]·input[c, p]: (N, C, P) -> (N, O, L).

    L = (P - 1)·stride + dilation·(K - 1) + 1 + output_padding - 2·padding; `weight` (C, O/groups, K).
    `output_padding`, less than stride or dilation, says which of the lengths that `conv1d` would
    bring to P is meant.

    ∂weight[c, o, k]: Σ input[c, p]·g[o, p·stride + k·dilation - padding];  ∂bias: g summed over N and L;
    ∂input: `conv1d` of g.  Raises ValueError for shapes that do not fit, and where nothing is left.
    """
    return _transposed(
        "conv_transpose1d", 1, input, weight, bias, stride, padding, output_padding, groups, dilation
    )


@composite
def conv_transpose2d(
    input: Array,
    weight: Array,
    bias: Array = None,
    stride: Size = 1,
    padding: Size = 0,
    output_padding: Size = 0,
    groups: int = 1,
    dilation: Size = 1,
) -> Array:
    """`conv_transpose1d` over two axes: (N, C, P, Q) -> (N, O, H, W), weight (C, O/groups, K, J)."""
    return _transposed(
        "conv_transpose2d", 2, input, weight, bias, stride, padding, output_padding, groups, dilation
    )


def _transposed(
    op: str,
    n: int,
    input: Array,
    weight: Array,
    bias: Array,
    stride: Size,
    padding: Size,
    output_padding: Size,
    groups: int,
    dilation: Size,
) -> Array:
    input, weight, bias = all_as_floats(input, weight, bias)
    x, single = batched(input, n, op)
    share, kernel = _checked_weight(op, n, np.shape(x), np.shape(weight), groups)
    check_bias(op, bias, share * groups)
    stride = per_axis(stride, n, op, "stride")
    dilation = per_axis(dilation, n, op, "dilation")
    padding = per_axis(padding, n, op, "padding", least=0)
    extra = per_axis(output_padding, n, op, "output_padding", least=0)
    batch, channels, *size = np.shape(x)
    canvas = _canvas(op, tuple(size), kernel, stride, padding, dilation, extra)
    inputs = reshape(x, (batch, groups, channels // groups, math.prod(size)))
    weights = reshape(weight, (groups, channels // groups, share * math.prod(kernel)))
    columns = matmul(swapaxes(weights, -1, -2), inputs)
    windows = reshape(columns, (batch, share * groups, *kernel, *size))
    out = cropped(overlap_add(windows, canvas, stride, dilation), padding)
    return unbatched(with_bias(out, bias), single)


def cropped(x: Array, padding: Sizes) -> Array:
    """x without a border of `padding` around its last axes."""
    if not any(padding):
        return x
    return x[(..., *(slice(p, n - p) for p, n in zip(padding, x.shape[-len(padding) :], strict=True)))]


def _canvas(
    op: str, size: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes, extra: Sizes
) -> Sizes:
    """The size of the result with its padding."""
    if any(e >= max(s, d) for e, s, d in zip(extra, stride, dilation, strict=True)):
        raise ValueError(
            f"{op} got output_padding {extra}, stride {stride} and dilation {dilation}: along each axis "
            "output_padding must be less than stride or dilation"
        )
    reach = spans(kernel, dilation)
    canvas = tuple((p - 1) * s + r + e for p, s, r, e in zip(size, stride, reach, extra, strict=True))
    if not all(size) or any(length <= 2 * p for length, p in zip(canvas, padding, strict=True)):
        raise ValueError(
            f"{op} makes {canvas} of an input of {size}, and padding {padding} on both sides leaves nothing: "
            "take a smaller padding or a larger input"
        )
    return canvas


def _checked_weight(op: str, n: int, shape: Sizes, weight: Sizes, groups: int) -> tuple[int, Sizes]:
    """The number of output channels of one group and the size of the kernel."""
    kernel = tuple(weight[2:])
    fits = len(weight) == n + 2 and all(kernel) and groups >= 1
    if not fits or shape[1] != weight[0] or weight[0] % groups:
        needed = "in_channels, out_channels // groups, *kernel_size"
        raise ValueError(
            f"{op} got a weight {weight} for an input of {shape[1]} channels in {groups} groups: it must be "
            f"({needed}) with {n} kernel sizes, and groups must divide both numbers of channels"
        )
    return weight[1], kernel
