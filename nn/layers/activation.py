"""Activation functions as modules, for nn.Sequential.  (Piecewise ones: activation_piecewise.)"""

import minigrad as mg
from nn import functional as F
from nn.functional.inplace import refuse_inplace
from nn.module import Module


class GELU(Module):
    """x·Φ(x); approximate="tanh" for the form with tanh."""

    def __init__(self, approximate: str = "none") -> None:
        self.approximate = approximate

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.gelu(input, self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class SiLU(Module):
    """x·sigmoid(x)."""

    def __init__(self, inplace: bool = False) -> None:
        refuse_inplace("silu", inplace)

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.silu(input)


class Mish(Module):
    """x·tanh(softplus(x))."""

    def __init__(self, inplace: bool = False) -> None:
        refuse_inplace("mish", inplace)

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.mish(input)


class Sigmoid(Module):
    """1/(1 + e⁻ˣ)."""

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.sigmoid(input)


class LogSigmoid(Module):
    """ln(1/(1 + e⁻ˣ))."""

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.logsigmoid(input)


class Tanh(Module):
    """tanh x."""

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.tanh(input)


class Tanhshrink(Module):
    """x - tanh x."""

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.tanhshrink(input)


class Softsign(Module):
    """x/(1 + |x|)."""

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.softsign(input)


class Softplus(Module):
    """ln(1 + e^(beta·x))/beta, and x itself where beta·x > threshold."""

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        self.beta = beta
        self.threshold = threshold

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return F.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class GLU(Module):
    """a·sigmoid(b), a and b the two halves of x along `dim`."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return F.glu(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax(Module):
    """eˣ/Σeˣ along `dim`."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.softmax(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmin(Module):
    """e⁻ˣ/Σe⁻ˣ along `dim`."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return F.softmin(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """x - ln Σeˣ along `dim`."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.log_softmax(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Identity(Module):
    """x itself."""

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return input
