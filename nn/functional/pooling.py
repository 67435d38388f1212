"""Pooling over windows and over bins."""

from collections.abc import Callable, Sequence
from typing import Any

import minigrad as mg
from nn.functional import pooling_indices

Size = int | tuple[int, ...]
OutputSize = int | None | tuple[int | None, ...]


def avg_pool1d(
    input: Any,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> mg.Tensor:
    """The average of each window: (N, C, L) -> (N, C, P), or without N.  See mg.avg_pool1d."""
    return mg.avg_pool1d(input, kernel_size, _or_none(stride), padding, ceil_mode, count_include_pad)


def avg_pool2d(
    input: Any,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> mg.Tensor:
    """The average of each window: (N, C, H, W) -> (N, C, P, Q), or without N.  See mg.avg_pool2d."""
    options = (padding, ceil_mode, count_include_pad, divisor_override)
    return mg.avg_pool2d(input, kernel_size, _or_none(stride), *options)


def max_pool1d(
    input: Any,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The greatest of each window: (N, C, L) -> (N, C, P), or without N.  See mg.max_pool1d.

    With `return_indices` also where it stands, an array of integers: places along L.
    """
    windows = (kernel_size, _or_none(stride), padding, dilation, ceil_mode)
    return _max_pool(mg.max_pool1d, 1, input, windows, return_indices)


def max_pool2d(
    input: Any,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The greatest of each window: (N, C, H, W) -> (N, C, P, Q), or without N.  See mg.max_pool2d.

    With `return_indices` also where it stands, an array of integers: row·W + column.
    """
    windows = (kernel_size, _or_none(stride), padding, dilation, ceil_mode)
    return _max_pool(mg.max_pool2d, 2, input, windows, return_indices)


def adaptive_avg_pool1d(input: Any, output_size: OutputSize) -> mg.Tensor:
    """The average of each of `output_size` bins: (N, C, L) -> (N, C, P).  See mg.adaptive_avg_pool1d."""
    return mg.adaptive_avg_pool1d(input, output_size)


def adaptive_avg_pool2d(input: Any, output_size: OutputSize) -> mg.Tensor:
    """The average of each bin: (N, C, H, W) -> (N, C, P, Q).  See mg.adaptive_avg_pool2d."""
    return mg.adaptive_avg_pool2d(input, output_size)


def adaptive_max_pool1d(input: Any, output_size: OutputSize, return_indices: bool = False) -> Any:
    """The greatest of each of `output_size` bins: (N, C, L) -> (N, C, P).  See mg.adaptive_max_pool1d.

    With `return_indices` also where it stands, as for `max_pool1d`.
    """
    out = mg.adaptive_max_pool1d(input, output_size)
    return (out, pooling_indices.of_bins(input, out.shape[-1:])) if return_indices else out


def adaptive_max_pool2d(input: Any, output_size: OutputSize, return_indices: bool = False) -> Any:
    """The greatest of each bin: (N, C, H, W) -> (N, C, P, Q).  See mg.adaptive_max_pool2d.

    With `return_indices` also where it stands, as for `max_pool2d`.
    """
    out = mg.adaptive_max_pool2d(input, output_size)
    return (out, pooling_indices.of_bins(input, out.shape[-2:])) if return_indices else out


def _max_pool(
    pool: Callable[..., mg.Tensor], axes: int, input: Any, windows: tuple[Any, ...], return_indices: bool
) -> Any:
    out = pool(input, *windows)
    if not return_indices:
        return out
    kernel, stride, padding, dilation, _ = windows
    stride = kernel if stride is None else stride
    each = [_each(value, axes) for value in (kernel, stride, padding, dilation)]
    return out, pooling_indices.of_windows(input, out.shape[-axes:], *each)


def _each(value: Size, axes: int) -> tuple[int, ...]:
    given = (value,) if isinstance(value, int) else tuple(value)
    return given * axes if len(given) == 1 else given


def _or_none(stride: Size | None) -> Size | None:
    """`stride`, or None for an empty one, which PyTorch takes as not given."""
    return None if isinstance(stride, Sequence) and not stride else stride
