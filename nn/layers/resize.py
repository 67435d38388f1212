"""Layers that move elements to other places and compute nothing."""

import math
from collections.abc import Sequence

import minigrad as mg
from nn import functional as F
from nn.module import Module


class Flatten(Module):
    """The axes from `start_dim` to `end_dim`, both included, as one.

    Raises IndexError for an axis that is not there, ValueError where the first comes after the last.
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        first = _axis("Flatten", "start_dim", self.start_dim, input)
        last = _axis("Flatten", "end_dim", self.end_dim, input)
        if first > last:
            raise ValueError(
                f"Flatten from axis {self.start_dim} to {self.end_dim} got {input.shape}, where the first "
                "comes after the last"
            )
        length = math.prod(input.shape[first : last + 1])
        return input.reshape(*input.shape[:first], length, *input.shape[last + 1 :])

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """The axis `dim` as several, of lengths `unflattened_size`, of which one may be -1.

    Raises IndexError for an axis that is not there, ValueError for lengths that do not make it up.
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        self.dim = dim
        self.unflattened_size = tuple(unflattened_size)

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        at = _axis("Unflatten", "dim", self.dim, input)
        sizes, length = self.unflattened_size, input.shape[at] if input.ndim else 1
        known = math.prod(size for size in sizes if size != -1)
        fits = length == known if -1 not in sizes else known > 0 and length % known == 0
        if not sizes or min(sizes) < -1 or sizes.count(-1) > 1 or not fits:
            raise ValueError(
                f"Unflatten got the lengths {sizes} for axis {self.dim} of {input.shape}: their product must "
                f"be {length}, and one of them may be -1"
            )
        return input.reshape(*input.shape[:at], *sizes, *input.shape[at + 1 :])

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


class PixelShuffle(Module):
    """(..., C·r², H, W) -> (..., C, H·r, W·r)."""

    def __init__(self, upscale_factor: int) -> None:
        self.upscale_factor = upscale_factor

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return F.pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self) -> str:
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Module):
    """(..., C, H·r, W·r) -> (..., C·r², H, W)."""

    def __init__(self, downscale_factor: int) -> None:
        self.downscale_factor = downscale_factor

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return F.pixel_unshuffle(input, self.downscale_factor)

    def extra_repr(self) -> str:
        return f"downscale_factor={self.downscale_factor}"


class Upsample(Module):
    """The space of (N, C, *space) brought to `size`, or to `scale_factor` times its length.

    See nn.functional.interpolate.
    """

    def __init__(
        self,
        size: int | Sequence[int] | None = None,
        scale_factor: float | Sequence[float] | None = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        self.size = size
        self.scale_factor = scale_factor
        self.mode = mode
        self.align_corners = align_corners
        self.recompute_scale_factor = recompute_scale_factor

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        options = (self.mode, self.align_corners, self.recompute_scale_factor)
        return F.interpolate(input, self.size, self.scale_factor, *options)

    def extra_repr(self) -> str:
        given = f"size={self.size}" if self.scale_factor is None else f"scale_factor={self.scale_factor}"
        return f"{given}, mode={self.mode!r}"


def _axis(layer: str, name: str, axis: int, input: mg.Tensor) -> int:
    """`axis`, counted from the first; one of no axes counts as one of a single axis, as in PyTorch."""
    ndim = max(input.ndim, 1)
    if not -ndim <= axis < ndim:
        raise IndexError(
            f"{layer} got {name}={axis} for an input {input.shape}: its axes go from {-ndim} to {ndim - 1}"
        )
    return axis % ndim
