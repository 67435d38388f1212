"""Pooling, a loop over the places of the result."""

import math
from typing import Any

import numpy as np

from tests.minigrad.references.convolution import pair


def _starts(length: int, reach: int, stride: int, padding: int, ceil_mode: bool) -> list[int]:
    """Where windows start; with `ceil_mode` a last one inside the input covers what the others leave."""
    starts = list(range(-padding, length + padding - reach + 1, stride))
    more = len(starts) * stride - padding
    if ceil_mode and more < length and more - stride + reach < length + padding:
        starts.append(more)
    return starts


def _pool(
    n: int, x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool, value: Any
) -> Any:
    """`value(slices of the input without its padding, how many places are covered with it)` per window."""
    if x.ndim == n + 1:
        return _pool(n, x[None], kernel, stride, padding, dilation, ceil_mode, value)[0]
    kernel = pair(kernel, n)
    stride = kernel if stride is None else pair(stride, n)
    padding, dilation = pair(padding, n), pair(dilation, n)
    starts = [
        _starts(m, d * (k - 1) + 1, s, b, ceil_mode)
        for m, k, s, b, d in zip(x.shape[2:], kernel, stride, padding, dilation, strict=True)
    ]
    out = np.zeros((*x.shape[:2], *map(len, starts)))
    for p in np.ndindex(*out.shape[2:]):
        slices, places = [], 1
        for i, axis_starts, m, k, b, d in zip(p, starts, x.shape[2:], kernel, padding, dilation, strict=True):
            inside = [j for j in range(axis_starts[i], axis_starts[i] + d * k, d) if 0 <= j < m]
            slices.append(slice(inside[0], inside[-1] + 1, d))
            places *= min(axis_starts[i] + k, m + b) - axis_starts[i]
        out[(..., *p)] = value(x[(..., *slices)], places)
    return out


def _max_pool(n: int, x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool) -> Any:
    axes = tuple(range(-n, 0))
    return _pool(n, x, kernel, stride, padding, dilation, ceil_mode, lambda window, _: window.max(axis=axes))


def max_pool1d(
    x: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1, ceil_mode: bool = False
) -> Any:
    return _max_pool(1, x, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool2d(
    x: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1, ceil_mode: bool = False
) -> Any:
    return _max_pool(2, x, kernel_size, stride, padding, dilation, ceil_mode)


def _avg_pool(
    n: int, x: Any, kernel: Any, stride: Any, padding: Any, ceil_mode: bool, with_pad: bool, divisor: Any
) -> Any:
    axes = tuple(range(-n, 0))

    def average(window: Any, places: int) -> Any:
        inside = math.prod(window.shape[-n:])
        return window.sum(axis=axes) / (divisor or (places if with_pad else inside))

    return _pool(n, x, kernel, stride, padding, 1, ceil_mode, average)


def avg_pool1d(
    x: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Any:
    return _avg_pool(1, x, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


def avg_pool2d(
    x: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: Any = None,
) -> Any:
    return _avg_pool(2, x, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def _adaptive(n: int, x: Any, output_size: Any, reduced: Any) -> Any:
    given = output_size if isinstance(output_size, tuple) else (output_size,) * n
    size = x.shape[-n:]
    places = [m if p is None else p for p, m in zip(given, size, strict=True)]
    out = np.zeros((*x.shape[:-n], *places))
    for p in np.ndindex(*places):
        part = [
            slice(math.floor(i * m / k), math.ceil((i + 1) * m / k))
            for i, m, k in zip(p, size, places, strict=True)
        ]
        out[(..., *p)] = reduced(x[(..., *part)], axis=tuple(range(-n, 0)))
    return out


def adaptive_avg_pool1d(x: Any, output_size: Any) -> Any:
    return _adaptive(1, x, output_size, np.mean)


def adaptive_avg_pool2d(x: Any, output_size: Any) -> Any:
    return _adaptive(2, x, output_size, np.mean)


def adaptive_max_pool1d(x: Any, output_size: Any) -> Any:
    return _adaptive(1, x, output_size, np.max)


def adaptive_max_pool2d(x: Any, output_size: Any) -> Any:
    return _adaptive(2, x, output_size, np.max)
