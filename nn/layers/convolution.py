"""Convolutional layers."""

import math
from typing import ClassVar

import numpy as np

import minigrad as mg
from nn import functional as F
from nn import init
from nn.inputs import as_floats, as_sizes
from nn.module import Module
from nn.parameter import Parameter
from nn.sizes import check_sizes

Size = int | tuple[int, ...]

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


class _Convolution(Module):
    """What all of them share: `weight` and `bias`, which start uniform in ±1/√fan_in."""

    bias: Parameter | None
    axes: ClassVar[int]
    transposed: ClassVar[bool] = False

    def _build(
        self, in_channels: int, out_channels: int, kernel_size: Size, groups: int, bias: bool, rng: init.Rng
    ) -> None:
        name = type(self).__name__
        check_sizes(name, 1, in_channels=in_channels, out_channels=out_channels, groups=groups)
        check_sizes(name, 1, kernel_size=kernel_size)
        if in_channels % groups or out_channels % groups:
            raise ValueError(
                f"{name} got {in_channels} channels in, {out_channels} out, {groups} groups: "
                f"groups must divide both, for example {math.gcd(in_channels, out_channels)}"
            )
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel = self._each(kernel_size, "kernel_size")
        self.groups = groups
        first, second = (in_channels, out_channels) if self.transposed else (out_channels, in_channels)
        self.weight = Parameter(np.zeros((first, second // groups, *kernel), np.float32))
        self.register_parameter("bias", Parameter(np.zeros(out_channels, np.float32)) if bias else None)
        self.reset_parameters(rng)

    def reset_parameters(self, rng: init.Rng = None) -> None:
        """Draw `weight` and `bias` again, as at first."""
        rng = init.generator(rng)
        init.kaiming_uniform_(self.weight, math.sqrt(5), rng=rng)
        if self.bias is not None:
            bound = 1 / math.sqrt(math.prod(self.weight.shape[1:]))
            init.uniform_(self.bias, -bound, bound, rng)

    def _each(self, value: Size, name: str = "sizes") -> tuple[int, ...]:
        sizes = as_sizes(type(self).__name__, name, value)
        return sizes * self.axes if len(sizes) == 1 else sizes

    def extra_repr(self) -> str:
        names = ("kernel_size", "stride", "padding", "output_padding", "dilation", "groups")
        settings = [f"{name}={vars(self)[name]!r}" for name in names if name in vars(self)]
        return ", ".join(
            [f"{self.in_channels}, {self.out_channels}", *settings, f"bias={self.bias is not None}"]
        )


class Conv1d(_Convolution):
    """Convolution over the last axis: (N, in_channels, L) -> (N, out_channels, P).  See mg.conv1d.

    `weight` (out_channels, in_channels/groups, kernel_size) and `bias` (out_channels,) start uniform in
    ±1/√(in_channels/groups·kernel_size).  `padding_mode` says what stands in the padding, as in F.pad.

    Raises ValueError where groups do not divide the channels, and for another padding_mode.
    """

    axes = 1

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Size | str = 0,
        dilation: Size = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        rng: init.Rng = None,
    ) -> None:
        if padding_mode not in PADDING_MODES:
            raise ValueError(
                f"padding_mode is one of {', '.join(map(repr, PADDING_MODES))}, not {padding_mode!r}"
            )
        check_sizes(type(self).__name__, 1, stride=stride, dilation=dilation)
        check_sizes(type(self).__name__, 0, padding=0 if isinstance(padding, str) else padding)
        self._build(in_channels, out_channels, kernel_size, groups, bias, rng)
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.padding_mode = padding_mode

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        input, padding = as_floats(input, self), self.padding
        if self.padding_mode != "zeros":
            input, padding = F.pad(input, self._borders(), self.padding_mode), 0
        convolve = F.conv1d if self.axes == 1 else F.conv2d
        return convolve(input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)

    def _borders(self) -> list[int]:
        """Before and after each axis, the last axis first."""
        if isinstance(self.padding, str):
            reach = [d * (k - 1) for d, k in zip(self._each(self.dilation), self.kernel_size, strict=True)]
            pairs = [(r // 2, r - r // 2) if self.padding == "same" else (0, 0) for r in reach]
        else:
            pairs = [(p, p) for p in self._each(self.padding)]
        return [width for pair in reversed(pairs) for width in pair]


class Conv2d(Conv1d):
    """Convolution over the last two axes: (N, in_channels, H, W) -> (N, out_channels, P, Q).  See Conv1d."""

    axes = 2


class ConvTranspose1d(_Convolution):
    """Transposed convolution: (N, in_channels, P) -> (N, out_channels, L).  See mg.conv_transpose1d.

    `weight` is (in_channels, out_channels/groups, kernel_size); it and `bias` start uniform in
    ±1/√(out_channels/groups·kernel_size).  Raises ValueError where groups do not divide the channels.
    """

    axes = 1
    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Size = 0,
        output_padding: Size = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Size = 1,
        padding_mode: str = "zeros",
        *,
        rng: init.Rng = None,
    ) -> None:
        if padding_mode != "zeros":
            raise ValueError(
                f"{type(self).__name__} got padding_mode={padding_mode!r}: its padding cuts off from the "
                "result, and holds nothing; leave it out"
            )
        check_sizes(type(self).__name__, 1, stride=stride, dilation=dilation)
        check_sizes(type(self).__name__, 0, padding=padding, output_padding=output_padding)
        self._build(in_channels, out_channels, kernel_size, groups, bias, rng)
        self.stride = stride
        self.padding = padding
        self.output_padding = output_padding
        self.dilation = dilation

    def forward(self, input: mg.Tensor, output_size: Size | None = None) -> mg.Tensor:
        """With an `output_size` (its axes, or all) the result is of that, by another output_padding."""
        convolve = F.conv_transpose1d if self.axes == 1 else F.conv_transpose2d
        more = self.output_padding if output_size is None else self._lacking(input.shape, output_size)
        return convolve(
            as_floats(input, self),
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            more,
            self.groups,
            self.dilation,
        )

    def _lacking(self, shape: tuple[int, ...], output_size: Size) -> tuple[int, ...]:
        """What the least output for an input of this shape lacks to `output_size`, along each axis."""
        asked = self._each(output_size, "output_size")[-self.axes :]
        stride = self._each(self.stride, "stride")
        padding = self._each(self.padding, "padding")
        dilation = self._each(self.dilation, "dilation")
        least = tuple(
            (n - 1) * s - 2 * p + d * (k - 1) + 1
            for n, s, p, d, k in zip(
                shape[-self.axes :], stride, padding, dilation, self.kernel_size, strict=True
            )
        )
        lacking = tuple(a - n for a, n in zip(asked, least, strict=False))
        if len(asked) != self.axes or not all(0 <= n < s for n, s in zip(lacking, stride, strict=True)):
            most = tuple(n + s - 1 for n, s in zip(least, stride, strict=True))
            raise ValueError(
                f"{type(self).__name__} got output_size={output_size} for an input {tuple(shape)}: it can be "
                f"from {least} to {most}"
            )
        return lacking


class ConvTranspose2d(ConvTranspose1d):
    """Transposed convolution over two axes: (N, in_channels, P, Q) -> (N, out_channels, H, W)."""

    axes = 2


class Unfold(Module):
    """Every window of an image as a column: (N, C, H, W) -> (N, C·kernel, windows).  See mg.unfold."""

    def __init__(self, kernel_size: Size, dilation: Size = 1, padding: Size = 0, stride: Size = 1) -> None:
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return F.unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, "
            f"stride={self.stride}"
        )


class Fold(Module):
    """Columns added up to images: (N, C·kernel, windows) -> (N, C, *output_size).  See mg.fold."""

    def __init__(
        self,
        output_size: Size,
        kernel_size: Size,
        dilation: Size = 1,
        padding: Size = 0,
        stride: Size = 1,
    ) -> None:
        self.output_size = output_size
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return F.fold(input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return (
            f"output_size={self.output_size}, kernel_size={self.kernel_size}, dilation={self.dilation}, "
            f"padding={self.padding}, stride={self.stride}"
        )
