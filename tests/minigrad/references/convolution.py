"""Convolution, a loop over the places of the result."""

import math
from typing import Any

import numpy as np


def pair(value: Any, n: int) -> tuple[int, ...]:
    return (value,) * n if isinstance(value, int) else tuple(value)


def _under(p: Any, kernel: Any, stride: Any, dilation: Any) -> tuple[slice, ...]:
    """What a window at place p covers."""
    return tuple(
        slice(i * s, i * s + d * (k - 1) + 1, d)
        for i, k, s, d in zip(p, kernel, stride, dilation, strict=True)
    )


def sliding_windows(x: Any, kernel: Any, stride: Any, dilation: Any) -> Any:
    n = len(kernel)
    lead, size = x.shape[: x.ndim - n], x.shape[x.ndim - n :]
    places = [
        (m - d * (k - 1) - 1) // s + 1 for m, k, s, d in zip(size, kernel, stride, dilation, strict=True)
    ]
    out = np.zeros((*lead, *kernel, *places))
    for p in np.ndindex(*places):
        out[(..., *p)] = x[(..., *_under(p, kernel, stride, dilation))]
    return out


def overlap_add(windows: Any, size: Any, stride: Any, dilation: Any) -> Any:
    n = len(size)
    kernel, places = windows.shape[-2 * n : -n], windows.shape[-n:]
    out = np.zeros((*windows.shape[: -2 * n], *size))
    for p in np.ndindex(*places):
        out[(..., *_under(p, kernel, stride, dilation))] += windows[(..., *p)]
    return out


def _bordered(x: Any, widths: Any, value: float = 0.0) -> Any:
    return np.pad(x, [(0, 0), (0, 0), *widths], constant_values=value)


def _convolution(
    n: int, x: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: int
) -> Any:
    if x.ndim == n + 1:
        return _convolution(n, x[None], weight, bias, stride, padding, dilation, groups)[0]
    stride, dilation, kernel = pair(stride, n), pair(dilation, n), weight.shape[2:]
    if padding == "same":
        whole = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
        widths = [(w // 2, w - w // 2) for w in whole]
    else:
        widths = [(p, p) for p in pair(0 if padding == "valid" else padding, n)]
    windows = sliding_windows(_bordered(x, widths), kernel, stride, dilation)
    channels, share = len(weight), len(weight) // groups
    out = np.zeros((len(x), channels, *windows.shape[-n:]))
    for o in range(channels):
        first = o // share * weight.shape[1]
        read = windows[:, first : first + weight.shape[1]]
        for p in np.ndindex(*out.shape[2:]):
            out[(slice(None), o, *p)] = np.sum(read[(..., *p)] * weight[o], axis=tuple(range(1, n + 2))) + (
                0 if bias is None else bias[o]
            )
    return out


def conv1d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    return _convolution(1, x, weight, bias, stride, padding, dilation, groups)


def conv2d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    return _convolution(2, x, weight, bias, stride, padding, dilation, groups)


def _transposed(
    n: int, x: Any, weight: Any, bias: Any, stride: Any, padding: Any, extra: Any, groups: int, dilation: Any
) -> Any:
    if x.ndim == n + 1:
        return _transposed(n, x[None], weight, bias, stride, padding, extra, groups, dilation)[0]
    stride, padding, extra, dilation = (pair(v, n) for v in (stride, padding, extra, dilation))
    kernel, places = weight.shape[2:], x.shape[2:]
    size = [
        (p - 1) * s + d * (k - 1) + 1 + e
        for p, s, d, k, e in zip(places, stride, dilation, kernel, extra, strict=True)
    ]
    share, channels = weight.shape[1], weight.shape[1] * groups
    out = np.zeros((len(x), channels, *size))
    for c in range(len(weight)):
        first = c // (len(weight) // groups) * share
        for p in np.ndindex(*places):
            stamp = x[(slice(None), c, *p)].reshape((-1,) + (1,) * (n + 1)) * weight[c]
            out[(slice(None), slice(first, first + share), *_under(p, kernel, stride, dilation))] += stamp
    out = out[(..., *(slice(b, m - b) for b, m in zip(padding, size, strict=True)))]
    return out if bias is None else out + bias.reshape((-1,) + (1,) * n)


def conv_transpose1d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    return _transposed(1, x, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    return _transposed(2, x, weight, bias, stride, padding, output_padding, groups, dilation)


def unfold(x: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    if x.ndim == 3:
        return unfold(x[None], kernel_size, dilation, padding, stride)[0]
    x = _bordered(x, [(p, p) for p in pair(padding, 2)])
    windows = sliding_windows(x, pair(kernel_size, 2), pair(stride, 2), pair(dilation, 2))
    return windows.reshape((len(x), math.prod(windows.shape[1:4]), math.prod(windows.shape[4:])))


def fold(
    x: Any, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Any:
    """As the transpose of `unfold`, a matrix made of the images with a single 1."""
    if x.ndim == 2:
        return fold(x[None], output_size, kernel_size, dilation, padding, stride)[0]
    size, channels = pair(output_size, 2), x.shape[1] // math.prod(pair(kernel_size, 2))
    ones = np.eye(channels * math.prod(size)).reshape((-1, channels, *size))
    columns = unfold(ones, kernel_size, dilation, padding, stride)
    return np.einsum("ick,nck->ni", columns, x).reshape((len(x), channels, *size))
