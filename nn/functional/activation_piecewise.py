"""Activations that change their formula at a threshold, as functions with PyTorch's names for arguments."""

from typing import Any

import minigrad as mg
from nn.functional.inplace import refuse_inplace
from nn.init import Rng, generator


def relu(input: Any, inplace: bool = False) -> mg.Tensor:
    """max(x, 0)."""
    refuse_inplace("relu", inplace)
    return mg.relu(input)


def relu6(input: Any, inplace: bool = False) -> mg.Tensor:
    """min(max(x, 0), 6)."""
    refuse_inplace("relu6", inplace)
    return mg.relu6(input)


def leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> mg.Tensor:
    """x, or negative_slope·x below 0."""
    refuse_inplace("leaky_relu", inplace)
    return mg.leaky_relu(input, negative_slope)


def threshold(input: Any, threshold: float, value: float, inplace: bool = False) -> mg.Tensor:
    """x where x > threshold, else `value`."""
    refuse_inplace("threshold", inplace)
    return mg.threshold(input, threshold, value)


def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> mg.Tensor:
    """x held between min_val and max_val."""
    refuse_inplace("hardtanh", inplace)
    return mg.hardtanh(input, min_val, max_val)


def hardsigmoid(input: Any, inplace: bool = False) -> mg.Tensor:
    """x/6 + 1/2 held between 0 and 1."""
    refuse_inplace("hardsigmoid", inplace)
    return mg.hardsigmoid(input)


def hardswish(input: Any, inplace: bool = False) -> mg.Tensor:
    """x·hardsigmoid(x) (Howard et al., 2019)."""
    refuse_inplace("hardswish", inplace)
    return mg.hardswish(input)


def hardshrink(input: Any, lambd: float = 0.5) -> mg.Tensor:
    """x where |x| > lambd, else 0."""
    return mg.hardshrink(input, lambd)


def softshrink(input: Any, lambd: float = 0.5) -> mg.Tensor:
    """x brought towards 0 by lambd, 0 where |x| <= lambd."""
    return mg.softshrink(input, lambd)


def softsign(input: Any) -> mg.Tensor:
    """x/(1 + |x|)."""
    return mg.softsign(input)


def prelu(input: Any, weight: Any) -> mg.Tensor:
    """x where x > 0, else weight·x, with one learned slope or one per channel (He et al., 2015).

    `weight` is (1,), or (C,) for input (N, C, ...).  At 0 the derivative is the slope.
    Raises ValueError for another number of slopes.
    """
    shape = tuple(input.shape)
    channels = shape[1] if len(shape) > 1 else 1
    if weight.size not in (1, channels):
        raise ValueError(
            f"prelu got {weight.size} slopes for an input {shape} of {channels} channels, which "
            "are axis 1: give one slope, or one per channel"
        )
    # The slopes as they broadcast, and never add an axis of their own.
    weight = weight.reshape(-1, *[1] * (len(shape) - 2)) if shape else weight.reshape(())
    return mg.where(input > 0, input, input * weight)


def rrelu(
    input: Any,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    inplace: bool = False,
    rng: Rng = None,
) -> mg.Tensor:
    """x where x > 0, else x times a slope: drawn for each element in training, else (lower + upper)/2.

    Xu et al. (2015), section 2.4.
    """
    refuse_inplace("rrelu", inplace)
    slope: Any = (lower + upper) / 2
    if training:
        slope = generator(rng).uniform(lower, upper, input.shape).astype(input.dtype)
    return mg.where(input > 0, input, input * slope)
