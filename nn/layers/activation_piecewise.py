"""Rectifiers and other activation functions that change their formula at a threshold, as modules."""

import numpy as np

import minigrad as mg
from nn import functional as F
from nn import init
from nn.functional.inplace import refuse_inplace
from nn.module import Module
from nn.parameter import Parameter
from nn.sizes import check_sizes


class ReLU(Module):
    """max(x, 0)."""

    def __init__(self, inplace: bool = False) -> None:
        refuse_inplace("relu", inplace)

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.relu(input)


class ReLU6(Module):
    """min(max(x, 0), 6)."""

    def __init__(self, inplace: bool = False) -> None:
        refuse_inplace("relu6", inplace)

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.relu6(input)


class LeakyReLU(Module):
    """x, or negative_slope·x below 0."""

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        refuse_inplace("leaky_relu", inplace)
        self.negative_slope = negative_slope

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.leaky_relu(input, self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


class PReLU(Module):
    """x, or weight·x below 0, the slope being learned: one, or one for each channel of (N, C, ...).

    He et al. (2015).  `weight` (num_parameters,) starts at `init`.
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25) -> None:
        check_sizes("PReLU", 1, num_parameters=num_parameters)
        self.num_parameters = num_parameters
        self.init = init
        self.weight = Parameter(np.full(num_parameters, init, np.float32))

    def reset_parameters(self) -> None:
        """All slopes `init`, as at first."""
        self.weight.data[...] = self.init

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return F.prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class RReLU(Module):
    """x, or below 0 x times a slope from `lower` to `upper`: drawn in training, their mean in evaluation.

    Xu et al. (2015).  `rng` draws the slopes.
    """

    def __init__(
        self, lower: float = 1 / 8, upper: float = 1 / 3, inplace: bool = False, *, rng: init.Rng = None
    ) -> None:
        refuse_inplace("rrelu", inplace)
        self.lower = lower
        self.upper = upper
        self.rng = init.generator(rng)

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return F.rrelu(input, self.lower, self.upper, self.training, rng=self.rng)

    def extra_repr(self) -> str:
        return f"lower={self.lower}, upper={self.upper}"


class ELU(Module):
    """x, or alpha·(eˣ - 1) below 0."""

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        refuse_inplace("elu", inplace)
        self.alpha = alpha

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.elu(input, self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class CELU(Module):
    """x, or alpha·(e^(x/alpha) - 1) below 0."""

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        refuse_inplace("celu", inplace)
        self.alpha = alpha

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.celu(input, self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class SELU(Module):
    """scale·elu(x, alpha), with the constants that keep mean 0 and variance 1."""

    def __init__(self, inplace: bool = False) -> None:
        refuse_inplace("selu", inplace)

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.selu(input)


class Threshold(Module):
    """x where x > threshold, else `value`."""

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        refuse_inplace("threshold", inplace)
        self.threshold = threshold
        self.value = value

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.threshold(input, self.threshold, self.value)

    def extra_repr(self) -> str:
        return f"threshold={self.threshold}, value={self.value}"


class Hardtanh(Module):
    """x held between min_val and max_val."""

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        refuse_inplace("hardtanh", inplace)
        self.min_val = min_val
        self.max_val = max_val

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.hardtanh(input, self.min_val, self.max_val)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}"


class Hardsigmoid(Module):
    """x/6 + 1/2 held between 0 and 1."""

    def __init__(self, inplace: bool = False) -> None:
        refuse_inplace("hardsigmoid", inplace)

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.hardsigmoid(input)


class Hardswish(Module):
    """x·hardsigmoid(x)."""

    def __init__(self, inplace: bool = False) -> None:
        refuse_inplace("hardswish", inplace)

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.hardswish(input)


class Hardshrink(Module):
    """x where |x| > lambd, else 0."""

    def __init__(self, lambd: float = 0.5) -> None:
        self.lambd = lambd

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.hardshrink(input, self.lambd)

    def extra_repr(self) -> str:
        return f"{self.lambd}"


class Softshrink(Module):
    """x brought towards 0 by lambd, 0 where |x| <= lambd."""

    def __init__(self, lambd: float = 0.5) -> None:
        self.lambd = lambd

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return mg.softshrink(input, self.lambd)

    def extra_repr(self) -> str:
        return f"{self.lambd}"
