"""Activation functions as modules, for nn.Sequential."""

import minigrad as mg
from nn.module import Module


class ReLU(Module):
    """max(x, 0)."""

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return mg.relu(x)


class LeakyReLU(Module):
    """x, or negative_slope·x below 0."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return mg.leaky_relu(x, self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


class ELU(Module):
    """x, or alpha·(eˣ - 1) below 0."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return mg.elu(x, self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class GELU(Module):
    """x·Φ(x); approximate="tanh" for the form with tanh."""

    def __init__(self, approximate: str = "none") -> None:
        self.approximate = approximate

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return mg.gelu(x, self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class SiLU(Module):
    """x·sigmoid(x)."""

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return mg.silu(x)


class Sigmoid(Module):
    """1/(1 + e⁻ˣ)."""

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return mg.sigmoid(x)


class Tanh(Module):
    """tanh x."""

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return mg.tanh(x)


class Softplus(Module):
    """ln(1 + eˣ)."""

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return mg.softplus(x)


class Softmax(Module):
    """eˣ/Σeˣ along `dim`."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return mg.softmax(x, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """x - ln Σeˣ along `dim`."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return mg.log_softmax(x, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Identity(Module):
    """x itself."""

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return x
