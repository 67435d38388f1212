"""Borders as layers; each is F.pad with one mode, over the last axis or the last two."""

from collections.abc import Sequence
from typing import ClassVar

import minigrad as mg
from nn import functional as F
from nn.module import Module


class _Pad(Module):
    """`padding` is one width for every end, or (left, right), for images (left, right, top, bottom).

    A negative width cuts off.  Raises ValueError for another number of widths, and for an input that is not
    (N, C, *space) or (C, *space).
    """

    axes: ClassVar[int]
    mode: ClassVar[str]

    def __init__(self, padding: int | Sequence[int]) -> None:
        ends = (padding,) * (2 * self.axes) if isinstance(padding, int) else tuple(padding)
        if len(ends) != 2 * self.axes:
            raise ValueError(
                f"{type(self).__name__} takes one width, or {2 * self.axes}, and got {ends}: give "
                f"{'(left, right)' if self.axes == 1 else '(left, right, top, bottom)'}"
            )
        self.padding = ends

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        self._check(input)
        return F.pad(input, self.padding, self.mode)

    def _check(self, input: mg.Tensor) -> None:
        if input.ndim not in (self.axes + 1, self.axes + 2):
            space = "L" if self.axes == 1 else "H, W"
            raise ValueError(
                f"{type(self).__name__} takes (N, C, {space}) or (C, {space}), and got {input.shape}: for "
                "other axes write F.pad"
            )

    def extra_repr(self) -> str:
        return f"{self.padding}"


class _ConstantPad(_Pad):
    mode = "constant"

    def __init__(self, padding: int | Sequence[int], value: float) -> None:
        super().__init__(padding)
        self.value = value

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        self._check(input)
        return F.pad(input, self.padding, "constant", self.value)

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class ConstantPad1d(_ConstantPad):
    """A border of `value` around the last axis: (N, C, L) -> (N, C, left + L + right)."""

    axes = 1


class ConstantPad2d(_ConstantPad):
    """A border of `value` around the last two axes of (N, C, H, W)."""

    axes = 2


class ZeroPad1d(_Pad):
    """A border of 0 around the last axis: (N, C, L) -> (N, C, left + L + right)."""

    axes, mode = 1, "constant"


class ZeroPad2d(_Pad):
    """A border of 0 around the last two axes of (N, C, H, W)."""

    axes, mode = 2, "constant"


class ReflectionPad1d(_Pad):
    """A border that mirrors what is there, without the end itself: 3 2 | 1 2 3 | 2 1."""

    axes, mode = 1, "reflect"


class ReflectionPad2d(_Pad):
    """A border that mirrors what is there, without the ends, around the last two axes of (N, C, H, W)."""

    axes, mode = 2, "reflect"


class ReplicationPad1d(_Pad):
    """A border that repeats the ends: 1 1 | 1 2 3 | 3 3."""

    axes, mode = 1, "replicate"


class ReplicationPad2d(_Pad):
    """A border that repeats the ends, around the last two axes of (N, C, H, W)."""

    axes, mode = 2, "replicate"


class CircularPad1d(_Pad):
    """A border that wraps around from the other end: 2 3 | 1 2 3 | 1 2."""

    axes, mode = 1, "circular"


class CircularPad2d(_Pad):
    """A border that wraps around from the other ends, around the last two axes of (N, C, H, W)."""

    axes, mode = 2, "circular"
