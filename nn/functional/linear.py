"""Maps that are linear in each of their inputs."""

from typing import Any

import minigrad as mg


def linear(input: Any, weight: Any, bias: Any = None) -> mg.Tensor:
    """x·Wᵀ + b: input (..., in), weight (out, in), bias (out,) -> (..., out).  See mg.linear."""
    return mg.linear(input, weight, bias)


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> mg.Tensor:
    """x1ᵀ·W·x2 + b: (..., in1), (..., in2), weight (out, in1, in2), bias (out,) -> (..., out)."""
    y = mg.einsum("...i,oij,...j->...o", input1, weight, input2)
    return y if bias is None else y + bias
