"""Maps that are linear in each of their inputs."""

from typing import Any

import minigrad as mg


def linear(input: Any, weight: Any, bias: Any = None) -> mg.Tensor:
    """x·Wᵀ + b: input (..., in), weight (out, in), bias (out,) -> (..., out).  See mg.linear."""
    return mg.linear(input, weight, bias)


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> mg.Tensor:
    """x1ᵀ·W·x2 + b: (..., in1), (..., in2), weight (out, in1, in2), bias (out,) -> (..., out)."""
    shapes = [tuple(x.shape) for x in (input1, input2, weight)]
    given = None if bias is None else tuple(bias.shape)
    if shapes[0][:-1] != shapes[1][:-1] or given not in (None, shapes[2][:1]):
        raise ValueError(
            f"bilinear got inputs {shapes[0]} and {shapes[1]}, a weight {shapes[2]} and a bias {given}: the "
            "inputs must agree but in the last axis, and the bias be (out,) of a weight (out, in1, in2)"
        )
    y = mg.einsum("...i,oij,...j->...o", input1, weight, input2)
    return y if bias is None else y + bias
