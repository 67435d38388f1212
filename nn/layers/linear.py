"""Fully connected layers."""

import math

import numpy as np

import minigrad as mg
from nn import functional as F
from nn import init
from nn.inputs import as_floats
from nn.module import Module
from nn.parameter import Parameter
from nn.sizes import check_sizes


class Linear(Module):
    """y = x·Wᵀ + b: (..., in_features) -> (..., out_features).  Integers are taken as the weight's floats.

    `weight` (out_features, in_features) and `bias` (out_features,) start uniform in ±1/√in_features.
    """

    bias: Parameter | None

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, *, rng: init.Rng = None
    ) -> None:
        check_sizes("Linear", 0, in_features=in_features, out_features=out_features)
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(np.zeros((out_features, in_features), np.float32))
        self.register_parameter("bias", Parameter(np.zeros(out_features, np.float32)) if bias else None)
        self.reset_parameters(rng)

    def reset_parameters(self, rng: init.Rng = None) -> None:
        """Draw `weight` and `bias` again, as at first."""
        _draw(self.weight, self.bias, self.in_features, rng)

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.linear(as_floats(input, self), self.weight, self.bias)  # (..., out_features)

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
        sizes = {"in1_features": in1_features, "in2_features": in2_features, "out_features": out_features}
        check_sizes("Bilinear", 0, **sizes)
        self.in1_features = in1_features
        self.in2_features = in2_features
        self.out_features = out_features
        self.weight = Parameter(np.zeros((out_features, in1_features, in2_features), np.float32))
        self.register_parameter("bias", Parameter(np.zeros(out_features, np.float32)) if bias else None)
        self.reset_parameters(rng)

    def reset_parameters(self, rng: init.Rng = None) -> None:
        """Draw `weight` and `bias` again, as at first."""
        _draw(self.weight, self.bias, self.in1_features, rng)

    def forward(self, input1: mg.Tensor, input2: mg.Tensor) -> mg.Tensor:
        input1, input2 = as_floats(input1, self), as_floats(input2, self)
        return F.bilinear(input1, input2, self.weight, self.bias)  # (..., out_features)

    def extra_repr(self) -> str:
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
            f"out_features={self.out_features}, bias={self.bias is not None}"
        )


def _draw(weight: Parameter, bias: Parameter | None, features: int, rng: init.Rng) -> None:
    """Uniform in ±1/√features."""
    rng = init.generator(rng)
    bound = 1 / math.sqrt(max(features, 1))
    init.uniform_(weight, -bound, bound, rng)
    if bias is not None:
        init.uniform_(bias, -bound, bound, rng)
