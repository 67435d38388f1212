"""Pooling layers."""

from typing import Any, ClassVar

import minigrad as mg
from nn import functional as F
from nn.module import Module
from nn.sizes import check_sizes

Size = int | tuple[int, ...]
OutputSize = int | None | tuple[int | None, ...]


class MaxPool1d(Module):
    """The greatest element of each window: (N, C, L) -> (N, C, P).  See nn.functional.max_pool1d.

    With `return_indices` a pair: these, and where each stands.
    """

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.dilation = dilation
        check_sizes(type(self).__name__, 1, kernel_size=kernel_size, stride=self.stride, dilation=dilation)
        check_sizes(type(self).__name__, 0, padding=padding)
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode

    def forward(self, input: mg.Tensor) -> Any:
        windows = (self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)
        return F.max_pool1d(input, *windows, self.return_indices)

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


class MaxPool2d(MaxPool1d):
    """The greatest element of each window: (N, C, H, W) -> (N, C, P, Q).  See nn.functional.max_pool2d.

    With `return_indices` a pair: these, and where each stands.
    """

    def forward(self, input: mg.Tensor) -> Any:
        windows = (self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)
        return F.max_pool2d(input, *windows, self.return_indices)


class AvgPool1d(Module):
    """The average of each window: (N, C, L) -> (N, C, P).  See mg.avg_pool1d."""

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        check_sizes(type(self).__name__, 1, kernel_size=kernel_size, stride=self.stride)
        check_sizes(type(self).__name__, 0, padding=padding)

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return F.avg_pool1d(
            input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad
        )

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool2d(AvgPool1d):
    """The average of each window: (N, C, H, W) -> (N, C, P, Q).  See mg.avg_pool2d."""

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode, count_include_pad)
        self.divisor_override = divisor_override

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return F.avg_pool2d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )


class _Adaptive(Module):
    axes: ClassVar[int]

    def __init__(self, output_size: OutputSize) -> None:
        layer, sizes = (
            type(self).__name__,
            output_size if isinstance(output_size, (tuple, list)) else (output_size,),
        )
        if len(sizes) not in (1, self.axes):
            raise ValueError(f"{layer} got output_size={output_size}: give one size, or {self.axes}")
        check_sizes(layer, 1, output_size=tuple(size for size in sizes if size is not None))
        self.output_size = output_size

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_Adaptive):
    """The average of each of `output_size` bins: (N, C, L) -> (N, C, P).  See mg.adaptive_avg_pool1d."""

    axes = 1

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return F.adaptive_avg_pool1d(input, self.output_size)


class AdaptiveAvgPool2d(_Adaptive):
    """The average of each bin: (N, C, H, W) -> (N, C, P, Q).  See mg.adaptive_avg_pool2d."""

    axes = 2

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return F.adaptive_avg_pool2d(input, self.output_size)


class AdaptiveMaxPool1d(_Adaptive):
    """The greatest of each of `output_size` bins: (N, C, L) -> (N, C, P).  See mg.adaptive_max_pool1d."""

    axes = 1

    def __init__(self, output_size: OutputSize, return_indices: bool = False) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices

    def forward(self, input: mg.Tensor) -> Any:
        return F.adaptive_max_pool1d(input, self.output_size, self.return_indices)


class AdaptiveMaxPool2d(_Adaptive):
    """The greatest of each bin: (N, C, H, W) -> (N, C, P, Q).  See mg.adaptive_max_pool2d."""

    axes = 2

    def __init__(self, output_size: OutputSize, return_indices: bool = False) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices

    def forward(self, input: mg.Tensor) -> Any:
        return F.adaptive_max_pool2d(input, self.output_size, self.return_indices)
