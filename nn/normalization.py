"""Layer normalisation."""

import numpy as np

import minigrad as mg
from nn import functional as F
from nn import init
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
        shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
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
