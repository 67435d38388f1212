"""Borders around an array, and their opposite, cutting."""

from collections.abc import Sequence
from typing import Any

import numpy as np

import minigrad as mg

_MODES = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def pad(input: Any, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> mg.Tensor:
    """A border of `value` (0) around the last axes, the last first: pad = (left, right, top, bottom, ...).

    `mode` is "constant", or "reflect", "replicate", "circular", which repeat what is there.  A negative
    number cuts off; "reflect" and "replicate" repeat what the whole axis holds, cut or not.
    Raises ValueError for pairs that do not fit, that cut off more than there is, or another mode.
    """
    shape = tuple(input.shape)
    if len(pad) % 2 or len(pad) > 2 * len(shape):
        raise ValueError(
            f"pad got {tuple(pad)} for an input {shape}: give a pair per axis, the last axis first, at most "
            f"{2 * len(shape)} numbers"
        )
    if mode not in _MODES:
        raise ValueError(f"pad takes mode={', '.join(map(repr, _MODES))}, not {mode!r}")
    pairs = [(int(pad[i]), int(pad[i + 1])) for i in range(0, len(pad), 2)]
    widths = [(0, 0)] * (len(shape) - len(pairs)) + pairs[::-1]
    for axis, ends in enumerate(widths):
        _check_ends(shape, axis, ends, mode)
    if mode in ("reflect", "replicate"):
        for axis, (low, high) in enumerate(widths):
            if min(low, high) < 0:
                input = mg.take(input, _places(mode, shape[axis], low, high), axis=axis)
                widths[axis] = (0, 0)
    cut = tuple(slice(max(-low, 0), n - max(-high, 0)) for (low, high), n in zip(widths, shape, strict=True))
    inside = input if all(low >= 0 and high >= 0 for low, high in widths) else input[cut]
    borders = [(max(low, 0), max(high, 0)) for low, high in widths]
    if mode == "constant":
        return mg.pad(inside, borders, constant_values=0 if value is None else value)
    return mg.pad(inside, borders, mode=_MODES[mode])


def _check_ends(shape: tuple[int, ...], axis: int, ends: tuple[int, int], mode: str) -> None:
    """Raise ValueError where there is less than is to be cut off, or nothing to repeat."""
    n = shape[axis]
    at_each_end = mode in ("constant", "circular")  # the others may put back from the rest of the axis
    if n + sum(ends) < 0 or (at_each_end and min(ends) < -n):
        raise ValueError(
            f"pad got {ends} for axis {axis} of an input {shape}: that cuts off more than the {n} that there "
            "are"
        )
    if n == 0 and max(ends) > 0 and mode != "constant":
        raise ValueError(
            f"pad got {ends} for axis {axis} of an input {shape}, which holds nothing that mode={mode!r} "
            'could repeat: write mode="constant"'
        )


def _places(mode: str, n: int, low: int, high: int) -> np.ndarray:
    """Which of an axis' n places stand in the result, from -low to n + high, those outside repeating."""
    wanted = np.arange(-low, n + high)
    if mode == "replicate" or n < 2:
        return np.clip(wanted, 0, n - 1)
    period = 2 * (n - 1)  # there and back, without the ends twice
    folded = wanted % period
    return np.minimum(folded, period - folded)
