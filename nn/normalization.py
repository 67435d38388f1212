"""Normalisation of each example by itself: layer, RMS, group and instance norm."""

from typing import ClassVar

import numpy as np

import minigrad as mg
from nn import functional as F
from nn import init
from nn.inputs import as_sizes
from nn.module import Module
from nn.parameter import Parameter


class LayerNorm(Module):
    """(x - mean)/√(var + eps)·weight + bias over the last axes, of shape `normalized_shape`.

    Ba, Kiros and Hinton (2016).  `weight` starts at 1 and `bias` at 0.
    """

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
    ) -> None:
        shape = as_sizes(type(self).__name__, "normalized_shape", normalized_shape)
        self.normalized_shape = shape
        self.eps = eps
        self.weight = Parameter(np.zeros(shape, np.float32)) if elementwise_affine else None
        if self.weight is not None:
            init.ones_(self.weight)
        self.bias = Parameter(np.zeros(shape, np.float32)) if elementwise_affine and bias else None

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.weight is not None}"


class RMSNorm(Module):
    """x/√(mean x² + eps)·weight over the last axes, of shape `normalized_shape`.

    Zhang and Sennrich (2019).  `weight` starts at 1; `eps` is by default the dtype's spacing at 1.
    """

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float | None = None,
        elementwise_affine: bool = True,
    ) -> None:
        shape = as_sizes(type(self).__name__, "normalized_shape", normalized_shape)
        self.normalized_shape = shape
        self.eps = eps
        self.weight = Parameter(np.ones(shape, np.float32)) if elementwise_affine else None

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return F.rms_norm(x, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.weight is not None}"


class GroupNorm(Module):
    """Each of `num_groups` groups of channels of (N, C, ...) normalised by itself (Wu and He, 2018).

    `weight` (C,) starts at 1 and `bias` (C,) at 0.
    """

    def __init__(self, num_groups: int, num_channels: int, eps: float = 1e-5, affine: bool = True) -> None:
        if num_channels % num_groups:
            raise ValueError(
                f"{num_channels} channels cannot be cut into {num_groups} groups: num_channels must be a "
                "multiple of num_groups"
            )
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.weight = Parameter(np.ones(num_channels, np.float32)) if affine else None
        self.bias = Parameter(np.zeros(num_channels, np.float32)) if affine else None

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return F.group_norm(x, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        affine = self.weight is not None
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={affine}"


class _InstanceNorm(Module):
    """Each channel of each example normalised by itself (Ulyanov et al., 2016); nothing is tracked.

    `weight` (C,) starts at 1 and `bias` (C,) at 0, with affine=True.
    """

    ndim: ClassVar[int]
    axes: ClassVar[str]

    def __init__(self, num_features: int, eps: float = 1e-5, *, affine: bool = False) -> None:
        self.num_features = num_features
        self.eps = eps
        self.weight = Parameter(np.ones(num_features, np.float32)) if affine else None
        self.bias = Parameter(np.zeros(num_features, np.float32)) if affine else None

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        if x.ndim != self.ndim or x.shape[1] != self.num_features:
            raise ValueError(
                f"{type(self).__name__} of {self.num_features} features takes {self.axes}, and got {x.shape}"
            )
        return F.instance_norm(x, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, affine={self.weight is not None}"


class InstanceNorm1d(_InstanceNorm):
    __doc__ = f"Of (N, C, L): {_InstanceNorm.__doc__}"

    ndim = 3
    axes = "(N, C, L)"


class InstanceNorm2d(_InstanceNorm):
    __doc__ = f"Of (N, C, H, W): {_InstanceNorm.__doc__}"

    ndim = 4
    axes = "(N, C, H, W)"
