"""Where the greatest element of each window or bin stands: its place in the input's space, row by row."""

import itertools
import math
from typing import Any

import numpy as np

from nn.inputs import plain

Sizes = tuple[int, ...]


def of_windows(
    input: Any, places: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes
) -> np.ndarray:
    """Of windows at `places` of the padded input (..., *space): integers (..., *places)."""
    values, space = _values(input, len(places))
    reach = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    kept: list[Any] = [slice(0, (p - 1) * s + 1, s) for p, s in zip(places, stride, strict=True)]
    kept += [slice(None, None, d) for d in dilation]
    borders = [
        (b, max((p - 1) * s + r - n - b, 0))
        for p, s, r, n, b in zip(places, stride, reach, space, padding, strict=True)
    ]
    axes = tuple(range(-len(space), 0))

    def windows(x: np.ndarray, filling: float) -> np.ndarray:
        """(..., *space) -> (..., *places, elements of the kernel)."""
        x = np.pad(x, [(0, 0)] * (x.ndim - len(space)) + borders, constant_values=filling)
        x = np.lib.stride_tricks.sliding_window_view(x, reach, axes)[(..., *kept)]
        return x.reshape(*x.shape[: -len(space)], -1)

    standing, seen = windows(_numbers(space), -1), windows(values, -math.inf)
    taken = _taken(seen, standing >= 0)[..., None]
    return np.take_along_axis(np.broadcast_to(standing, seen.shape), taken, axis=-1)[..., 0]


def of_bins(input: Any, places: Sizes) -> np.ndarray:
    """Of the bins of adaptive pooling, of which each axis has so many: integers (..., *places)."""
    values, space = _values(input, len(places))
    numbers = _numbers(space)
    lead = values.shape[: -len(space)]
    out = np.empty((*lead, *places), np.int64)
    place: Any
    for place in itertools.product(*map(range, places)):
        ends = zip(place, space, places, strict=True)
        cut: tuple[Any, ...] = tuple(slice(i * n // p, -(-(i + 1) * n // p)) for i, n, p in ends)
        inside = values[(..., *cut)].reshape(*lead, -1)
        out[(..., *place)] = numbers[cut].ravel()[_taken(inside, True)]
    return out


def _taken(x: np.ndarray, inside: Any) -> np.ndarray:
    """Which element along the last axis is the greatest `inside`: the first of equal ones, the last NaN."""
    greatest = np.max(x, axis=-1, keepdims=True)
    found = inside & ((x == greatest) | np.isnan(x))
    last = x.shape[-1] - 1 - np.argmax(found[..., ::-1], axis=-1)
    return np.where(np.isnan(greatest[..., 0]), last, np.argmax(found, axis=-1))


def _values(input: Any, axes: int) -> tuple[np.ndarray, Sizes]:
    values = plain(input)
    return values, values.shape[-axes:]


def _numbers(space: Sizes) -> np.ndarray:
    return np.arange(math.prod(space)).reshape(space)
