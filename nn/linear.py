"""The fully connected layer."""

import math

import numpy as np

import minigrad as mg
from nn import init
from nn.module import Module
from nn.parameter import Parameter


class Linear(Module):
    """y = x·Wᵀ + b: (..., in_features) -> (..., out_features).

    `weight` (out_features, in_features) and `bias` (out_features,) start uniform in ±1/√in_features.
    """

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, *, rng: init.Rng = None
    ) -> None:
        rng = init.generator(rng)
        self.in_features = in_features
        self.out_features = out_features
        bound = 1 / math.sqrt(max(in_features, 1))
        self.weight = Parameter(np.zeros((out_features, in_features), np.float32))
        init.uniform_(self.weight, -bound, bound, rng)
        self.bias = Parameter(np.zeros(out_features, np.float32)) if bias else None
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound, rng)

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return mg.linear(x, self.weight, self.bias)  # (..., out_features)

    def extra_repr(self) -> str:
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
        )
