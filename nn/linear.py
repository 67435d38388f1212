"""Fully connected layers."""

import math

import numpy as np

import minigrad as mg
from nn import functional as F
from nn import init
from nn.module import Module
from nn.parameter import Parameter


class Linear(Module):
    """y = x·Wᵀ + b: (..., in_features) -> (..., out_features).

    `weight` (out_features, in_features) and `bias` (out_features,) start uniform in ±1/√in_features.
    """

    bias: Parameter | None

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, *, rng: init.Rng = None
    ) -> None:
        rng = init.generator(rng)
        self.in_features = in_features
        self.out_features = out_features
        bound = 1 / math.sqrt(max(in_features, 1))
        self.weight = Parameter(np.zeros((out_features, in_features), np.float32))
        init.uniform_(self.weight, -bound, bound, rng)
        self.register_parameter("bias", Parameter(np.zeros(out_features, np.float32)) if bias else None)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound, rng)

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return mg.linear(x, self.weight, self.bias)  # (..., out_features)

    def extra_repr(self) -> str:
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
        )


class Bilinear(Module):
    """y = x1ᵀ·W·x2 + b: (..., in1_features), (..., in2_features) -> (..., out_features).

    `weight` (out_features, in1_features, in2_features) and `bias` (out_features,) start uniform in
    ±1/√in1_features.
    """

    bias: Parameter | None

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        *,
        rng: init.Rng = None,
    ) -> None:
        rng = init.generator(rng)
        self.in1_features = in1_features
        self.in2_features = in2_features
        self.out_features = out_features
        bound = 1 / math.sqrt(max(in1_features, 1))
        self.weight = Parameter(np.zeros((out_features, in1_features, in2_features), np.float32))
        init.uniform_(self.weight, -bound, bound, rng)
        self.register_parameter("bias", Parameter(np.zeros(out_features, np.float32)) if bias else None)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound, rng)

    def forward(self, x1: mg.Tensor, x2: mg.Tensor) -> mg.Tensor:
        return F.bilinear(x1, x2, self.weight, self.bias)  # (..., out_features)

    def extra_repr(self) -> str:
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
            f"out_features={self.out_features}, bias={self.bias is not None}"
        )
