"""Borders, and places moved between channels and space."""

from collections.abc import Sequence
from typing import Any

import numpy as np

import minigrad as mg

_MODES = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def pad(input: Any, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> mg.Tensor:
    """A border of `value` (0) around the last axes, the last first: pad = (left, right, top, bottom, ...).

    `mode` is "constant", or "reflect", "replicate", "circular", which repeat what is there.  A negative
    number cuts off.  Raises ValueError for pairs that do not fit, or another mode.
    """
    ndim = len(input.shape)
    if len(pad) % 2 or len(pad) > 2 * ndim:
        raise ValueError(
            f"pad got {tuple(pad)} for an input {tuple(input.shape)}: give a pair per axis, the last axis "
            f"first, at most {2 * ndim} numbers"
        )
    if mode not in _MODES:
        raise ValueError(f"pad takes mode={', '.join(map(repr, _MODES))}, not {mode!r}")
    pairs = [(pad[i], pad[i + 1]) for i in range(0, len(pad), 2)]
    widths = [(0, 0)] * (ndim - len(pairs)) + pairs[::-1]
    cut = tuple(
        slice(max(-low, 0), n - max(-high, 0)) for (low, high), n in zip(widths, input.shape, strict=True)
    )
    inside = input if all(low >= 0 and high >= 0 for low, high in widths) else input[cut]
    borders = [(max(low, 0), max(high, 0)) for low, high in widths]
    if mode == "constant":
        return mg.pad(inside, borders, constant_values=0 if value is None else value)
    return mg.pad(inside, borders, mode=_MODES[mode])


def pixel_shuffle(input: Any, upscale_factor: int) -> mg.Tensor:
    """(..., C·r², H, W) -> (..., C, H·r, W·r): channels become places (Shi et al., 2016, equation 4)."""
    r = upscale_factor
    *lead, channels, height, width = input.shape
    if channels % (r * r):
        raise ValueError(
            f"pixel_shuffle by {r} got {tuple(input.shape)}: its channels must be a multiple of {r * r}"
        )
    x = mg.reshape(input, (*lead, channels // (r * r), r, r, height, width))
    n = len(lead)
    x = mg.transpose(x, (*range(n + 1), n + 3, n + 1, n + 4, n + 2))  # (..., C, H, r, W, r)
    return x.reshape(*lead, channels // (r * r), height * r, width * r)


def pixel_unshuffle(input: Any, downscale_factor: int) -> mg.Tensor:
    """(..., C, H·r, W·r) -> (..., C·r², H, W): the inverse of `pixel_shuffle`."""
    r = downscale_factor
    *lead, channels, height, width = input.shape
    if height % r or width % r:
        raise ValueError(
            f"pixel_unshuffle by {r} got {tuple(input.shape)}: its height and width must be multiples of {r}"
        )
    x = mg.reshape(input, (*lead, channels, height // r, r, width // r, r))
    n = len(lead)
    x = mg.transpose(x, (*range(n + 1), n + 2, n + 4, n + 1, n + 3))  # (..., C, r, r, H, W)
    return x.reshape(*lead, channels * r * r, height // r, width // r)


def interpolate(
    input: Any,
    size: int | Sequence[int] | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
) -> mg.Tensor:
    """(N, C, *space) with each spatial axis brought to `size`, or to `scale_factor` times its length.

    Place i of n' takes ⌊i·n/n'⌋ of n, or ⌊i/scale_factor⌋.  Raises ValueError for other modes, which are
    not here, and unless exactly one of `size` and `scale_factor` is given.
    """
    if mode != "nearest":
        raise ValueError(f'interpolate takes mode="nearest" only, and got {mode!r}')
    if (size is None) == (scale_factor is None):
        raise ValueError("interpolate takes either size or scale_factor: give exactly one of them")
    space = range(2, len(input.shape))
    given: Any = scale_factor if size is None else size
    each = list(given) if isinstance(given, Sequence) else [given] * len(space)
    out = input
    for axis, by in zip(space, each, strict=True):
        n = input.shape[axis]
        length = int(n * by) if size is None else int(by)
        step = 1 / by if size is None else n / length
        out = mg.take(out, np.minimum((np.arange(length) * step).astype(int), n - 1), axis=axis)
    return out
