"""Sliding windows over the last axes, and their mirror image, adding windows up where they lay.

Every convolution and every pooling is one of these two and a product or a reduction.
"""

from typing import Any

import numpy as np

from minigrad.ops.floats import widened
from minigrad.ops.typing import Array
from minigrad.primitive import primitive

Sizes = tuple[int, ...]


@primitive
def sliding_windows(x: Array, kernel: Sizes, stride: Sizes, dilation: Sizes) -> Array:
    """out[..., k, p] = x[..., p·stride + k·dilation]: (..., *size) -> (..., *kernel, *places), a view.

    `kernel`, `stride` and `dilation` have one number for each of the last axes.  There are
    (size - dilation·(kernel - 1) - 1)//stride + 1 places along each.

    ∂x: the windows of g, added up where they overlap (`overlap_add`).
    """
    n = len(kernel)
    spans = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    every = np.lib.stride_tricks.sliding_window_view(x, spans, axis=tuple(range(-n, 0)))
    steps: list[Any] = [slice(None, None, step) for step in (*stride, *dilation)]
    return np.moveaxis(every[(..., *steps)], range(-n, 0), range(-2 * n, -n))


@primitive
def overlap_add(windows: Array, size: Sizes, stride: Sizes, dilation: Sizes) -> Array:
    """out[..., p·stride + k·dilation] = Σ windows[..., k, p]: (..., *kernel, *places) -> (..., *size).

    `sliding_windows` transposed: 0 where no window reaches.  Integers are added up as np.sum does.
    ∂windows: the sliding windows of g.
    """
    if windows.dtype == np.float16:
        return overlap_add.forward(widened(windows), size, stride, dilation).astype(np.float16)
    n = len(size)
    lead, kernel, places = windows.shape[: -2 * n], windows.shape[-2 * n : -n], windows.shape[-n:]
    out = np.zeros((*lead, *size), np.sum(windows[..., :0]).dtype)
    for k in np.ndindex(kernel):
        under: list[Any] = [
            slice(i * d, i * d + (p - 1) * s + 1, s)
            for i, d, p, s in zip(k, dilation, places, stride, strict=True)
        ]
        out[(..., *under)] += windows[(..., *k, *(slice(None),) * n)]
    return out


def _windows_of_g(g: Array, windows_shape: Sizes, size: Sizes, stride: Sizes, dilation: Sizes) -> Array:
    n = len(size)
    spread = sliding_windows.apply(g, windows_shape[-2 * n : -n], stride, dilation)
    places = windows_shape[-n:]  # where `size` is larger than the windows reach, g has more
    return spread[(..., *(slice(p) for p in places))]


def _added_windows(g: Array, x_shape: Sizes, kernel: Sizes, stride: Sizes, dilation: Sizes) -> Array:
    return overlap_add.apply(g, x_shape[-len(kernel) :], stride, dilation)


sliding_windows.vjp(x=_added_windows)
overlap_add.vjp(windows=_windows_of_g)
