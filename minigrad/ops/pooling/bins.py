"""Adaptive pooling: an axis cut into as many bins as asked for, each as long as it must be."""

from collections.abc import Callable

import numpy as np

from minigrad.ops.convolution.geometry import batched, per_axis, unbatched
from minigrad.ops.elementwise.selection import where
from minigrad.ops.indexing.places import take
from minigrad.ops.shape.reshaping import reshape
from minigrad.ops.typing import Array

OutputSize = int | None | tuple[int | None, ...]


def pooled(op: str, n: int, input: Array, output_size: OutputSize, pool: Callable[..., Array]) -> Array:
    """`pool(x, axis, bins)` over each of the last n axes; None keeps an axis as it is."""
    x, single = batched(input, n, op)
    size = np.shape(x)[2:]
    given = tuple(output_size) if isinstance(output_size, (tuple, list)) else (output_size,) * n
    if len(given) == n:
        given = tuple(length if p is None else p for p, length in zip(given, size, strict=True))
    asked = per_axis(given, n, op, "output_size")
    for axis in range(-1, -n - 1, -1):  # from the last, so that the first of equal ones is so row by row
        if size[axis] == 0:
            raise ValueError(f"{op} got an input of {size}, where there is nothing to pool: give at least 1")
        x = pool(x, axis, asked[axis])
    return unbatched(x, single)


def in_bins(x: Array, axis: int, bins: int, filling: float) -> Array:
    """x with `axis` made two, bins and their elements; short bins are filled up with `filling`."""
    shape = np.shape(x)
    length, behind = shape[axis], len(shape) + axis + 1
    if length % bins == 0:
        return reshape(x, (*shape[: behind - 1], bins, length // bins, *shape[behind:]))
    start, end = _ends(length, bins)
    at = start[:, None] + np.arange(np.max(end - start))
    outside = (at >= end[:, None]).reshape((bins, -1, *_ones_behind(axis)))
    return where(outside, filling, take(x, np.minimum(at, length - 1), axis=axis))


def counts(length: int, axis: int, bins: int) -> np.ndarray:
    """How many elements each bin has, along `axis`."""
    start, end = _ends(length, bins)
    return (end - start).reshape((bins, *_ones_behind(axis)))


def _ends(length: int, bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Bin p is [⌊p·length/bins⌋, ⌈(p + 1)·length/bins⌉)."""
    p = np.arange(bins)
    return p * length // bins, -(-(p + 1) * length // bins)


def _ones_behind(axis: int) -> tuple[int, ...]:
    return (1,) * (-axis - 1)
