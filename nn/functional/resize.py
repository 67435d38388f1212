"""Places moved between channels and space, and space brought to another size."""

from collections.abc import Sequence
from typing import Any

import minigrad as mg
from nn.functional.interpolation import check_mode, resampled, scaled_size


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


def interpolate(
    input: Any,
    size: int | Sequence[int] | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> mg.Tensor:
    """(N, C, *space) with each spatial axis brought to `size`, or to `scale_factor` times its length.

    With "nearest" place i of n' takes ⌊i·n/n'⌋ of n, or ⌊i/scale_factor⌋, in the arithmetic of the input's
    dtype, as PyTorch does; the other modes, and `align_corners`, stand with `interpolation.resampled`.  With
    `recompute_scale_factor` the factor counts as size/n of the size that it gives.  Raises ValueError for a
    mode that does not fit the axes, for sizes below 1, and unless exactly one of `size` and `scale_factor`
    is given.
    """
    if (size is None) == (scale_factor is None):
        raise ValueError("interpolate takes either size or scale_factor: give exactly one of them")
    if antialias:
        raise ValueError("interpolate got antialias=True, which is not here: blur with conv2d before instead")
    check_mode(input, mode, align_corners)
    if recompute_scale_factor:
        if scale_factor is None:
            raise ValueError("interpolate got recompute_scale_factor=True without scale_factor: leave it out")
        size, scale_factor = scaled_size(input, scale_factor), None
    return resampled(input, size, scale_factor, mode, bool(align_corners))
