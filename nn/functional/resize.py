"""Places moved between channels and space."""

from typing import Any

import minigrad as mg


def pixel_shuffle(input: Any, upscale_factor: int) -> mg.Tensor:
    """(..., C·r², H, W) -> (..., C, H·r, W·r): channels become places (Shi et al., 2016, equation 4)."""
    r = upscale_factor
    _check_factor("pixel_shuffle", r, input)
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
    _check_factor("pixel_unshuffle", r, input)
    *lead, channels, height, width = input.shape
    if height % r or width % r:
        raise ValueError(
            f"pixel_unshuffle by {r} got {tuple(input.shape)}: its height and width must be multiples of {r}"
        )
    x = mg.reshape(input, (*lead, channels, height // r, r, width // r, r))
    n = len(lead)
    x = mg.transpose(x, (*range(n + 1), n + 2, n + 4, n + 1, n + 3))  # (..., C, r, r, H, W)
    return x.reshape(*lead, channels * r * r, height // r, width // r)


def _check_factor(name: str, factor: int, input: Any) -> None:
    if factor < 1 or len(input.shape) < 3:
        raise ValueError(
            f"{name} takes a factor of at least 1 and (..., C, H, W), and got {factor} and "
            f"{tuple(input.shape)}"
        )
