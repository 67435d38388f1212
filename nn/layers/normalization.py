"""Normalisation of each example by itself: layer, RMS and group norm."""

from typing import Any

import numpy as np

import minigrad as mg
from nn import functional as F
from nn import init
from nn.inputs import as_sizes
from nn.module import Module
from nn.parameter import Parameter
from nn.sizes import check_sizes


class LayerNorm(Module):
    """(x - mean)/√(var + eps)·weight + bias over the last axes, of shape `normalized_shape`.

    Ba, Kiros and Hinton (2016).  `weight` starts at 1 and `bias` at 0.
    """

    weight: Parameter | None
    bias: Parameter | None

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
    ) -> None:
        shape = _axes(type(self).__name__, normalized_shape)
        self.normalized_shape = shape
        self.eps = eps
        self.register_parameter(
            "weight", Parameter(np.ones(shape, np.float32)) if elementwise_affine else None
        )
        self.register_parameter(
            "bias", Parameter(np.zeros(shape, np.float32)) if elementwise_affine and bias else None
        )

    def reset_parameters(self) -> None:
        """`weight` 1 and `bias` 0, as at first."""
        ones_and_zeros(self.weight, self.bias)

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return F.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.weight is not None}"


class RMSNorm(Module):
    """x/√(mean x² + eps)·weight over the last axes, of shape `normalized_shape`.

    Zhang and Sennrich (2019).  `weight` starts at 1; `eps` is by default the dtype's spacing at 1.
    """

    weight: Parameter | None

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float | None = None,
        elementwise_affine: bool = True,
    ) -> None:
        shape = _axes(type(self).__name__, normalized_shape)
        self.normalized_shape = shape
        self.eps = eps
        self.register_parameter(
            "weight", Parameter(np.ones(shape, np.float32)) if elementwise_affine else None
        )

    def reset_parameters(self) -> None:
        """`weight` 1, as at first."""
        ones_and_zeros(self.weight, None)

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return F.rms_norm(x, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.weight is not None}"


class GroupNorm(Module):
    """Each of `num_groups` groups of channels of (N, C, ...) normalised by itself (Wu and He, 2018).

    `weight` (C,) starts at 1 and `bias` (C,) at 0; affine=False has neither, bias=False no bias.
    """

    weight: Parameter | None
    bias: Parameter | None

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        *,
        bias: bool = True,
    ) -> None:
        check_sizes("GroupNorm", 1, num_groups=num_groups)
        check_sizes("GroupNorm", 0, num_channels=num_channels)
        if num_channels % num_groups:
            raise ValueError(
                f"{num_channels} channels cannot be cut into {num_groups} groups: num_channels must be a "
                "multiple of num_groups"
            )
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.register_parameter("weight", Parameter(np.ones(num_channels, np.float32)) if affine else None)
        self.register_parameter(
            "bias", Parameter(np.zeros(num_channels, np.float32)) if affine and bias else None
        )

    def reset_parameters(self) -> None:
        """`weight` 1 and `bias` 0, as at first."""
        ones_and_zeros(self.weight, self.bias)

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return F.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        affine = self.weight is not None
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={affine}"


def _axes(layer: str, normalized_shape: Any) -> tuple[int, ...]:
    """The lengths of the last axes, of which there is one at least."""
    shape = as_sizes(layer, "normalized_shape", normalized_shape)
    if not shape:
        raise ValueError(f"{layer} got normalized_shape=(): it normalises over one axis at least")
    check_sizes(layer, 0, normalized_shape=shape)
    return shape


def ones_and_zeros(weight: Parameter | None, bias: Parameter | None) -> None:
    """How a normalisation's `weight` and `bias` start, where it has them."""
    if weight is not None:
        init.ones_(weight)
    if bias is not None:
        init.zeros_(bias)
