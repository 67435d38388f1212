"""Pooling layers."""

import minigrad as mg
from nn import functional as F
from nn.module import Module

Size = int | tuple[int, ...]
OutputSize = int | None | tuple[int | None, ...]


class MaxPool1d(Module):
    """The greatest element of each window: (N, C, L) -> (N, C, P).  See mg.max_pool1d."""

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        *,
        ceil_mode: bool = False,
    ) -> None:
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.dilation = dilation
        self.ceil_mode = ceil_mode

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return F.max_pool1d(x, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


class MaxPool2d(MaxPool1d):
    """The greatest element of each window: (N, C, H, W) -> (N, C, P, Q).  See mg.max_pool2d."""

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return F.max_pool2d(x, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)


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

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return F.avg_pool1d(
            x, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad
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

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return F.avg_pool2d(
            x,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )


class _Adaptive(Module):
    def __init__(self, output_size: OutputSize) -> None:
        self.output_size = output_size

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_Adaptive):
    """The average of each of `output_size` bins: (N, C, L) -> (N, C, P).  See mg.adaptive_avg_pool1d."""

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return F.adaptive_avg_pool1d(x, self.output_size)


class AdaptiveAvgPool2d(_Adaptive):
    """The average of each bin: (N, C, H, W) -> (N, C, P, Q).  See mg.adaptive_avg_pool2d."""

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return F.adaptive_avg_pool2d(x, self.output_size)


class AdaptiveMaxPool1d(_Adaptive):
    """The greatest of each of `output_size` bins: (N, C, L) -> (N, C, P).  See mg.adaptive_max_pool1d."""

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return F.adaptive_max_pool1d(x, self.output_size)


class AdaptiveMaxPool2d(_Adaptive):
    """The greatest of each bin: (N, C, H, W) -> (N, C, P, Q).  See mg.adaptive_max_pool2d."""

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return F.adaptive_max_pool2d(x, self.output_size)
