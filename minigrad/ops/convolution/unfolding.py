"""unfold and fold: images as columns of windows, and columns added up to images, for use by hand."""

import math

import numpy as np

from minigrad.composite import composite
from minigrad.ops.convolution.geometry import Size, batched, padded, per_axis, places, unbatched
from minigrad.ops.convolution.transposed import cropped
from minigrad.ops.convolution.windows import overlap_add, sliding_windows
from minigrad.ops.shape.reshaping import expand_dims, reshape
from minigrad.ops.typing import Array


@composite
def unfold(input: Array, kernel_size: Size, dilation: Size = 1, padding: Size = 0, stride: Size = 1) -> Array:
    """Every window as a column: (N, C, H, W) -> (N, C·K·J, windows), or without N.  ∂input: `fold` of g.

    Raises ValueError for a kernel larger than the padded input.
    """
    x, single = batched(input, 2, "unfold")
    kernel = per_axis(kernel_size, 2, "unfold", "kernel_size")
    stride = per_axis(stride, 2, "unfold", "stride")
    dilation = per_axis(dilation, 2, "unfold", "dilation")
    border = per_axis(padding, 2, "unfold", "padding", least=0)
    x = padded(x, border, border)
    batch, channels, *size = np.shape(x)
    count = math.prod(places(tuple(size), kernel, stride, dilation, "unfold"))
    windows = sliding_windows(x, kernel, stride, dilation)
    return unbatched(reshape(windows, (batch, channels * math.prod(kernel), count)), single)


@composite
def fold(
    input: Array,
    output_size: Size,
    kernel_size: Size,
    dilation: Size = 1,
    padding: Size = 0,
    stride: Size = 1,
) -> Array:
    """Columns added up where their windows lay: (N, C·K·J, windows) -> (N, C, *output_size), or without N.

    Not the inverse of `unfold` but its transpose: what windows share is added.  ∂input: `unfold` of g.
    Raises ValueError where the input has not as many columns as there are windows.
    """
    shape = np.shape(input)
    kernel = per_axis(kernel_size, 2, "fold", "kernel_size")
    stride = per_axis(stride, 2, "fold", "stride")
    dilation = per_axis(dilation, 2, "fold", "dilation")
    border = per_axis(padding, 2, "fold", "padding", least=0)
    size = per_axis(output_size, 2, "fold", "output_size")
    canvas = tuple(n + 2 * p for n, p in zip(size, border, strict=True))
    grid = places(canvas, kernel, stride, dilation, "fold")
    rows, count = math.prod(kernel), math.prod(grid)
    if len(shape) not in (2, 3) or shape[-1] != count or shape[-2] % rows:
        raise ValueError(
            f"fold got an input {shape} for windows {kernel} in {grid} places: it must be (N, C·{rows}, "
            f"{count}) or (C·{rows}, {count})"
        )
    single = len(shape) == 2
    x = expand_dims(input, 0) if single else input
    windows = reshape(x, (np.shape(x)[0], shape[-2] // rows, *kernel, *grid))
    return unbatched(cropped(overlap_add(windows, canvas, stride, dilation), border), single)
