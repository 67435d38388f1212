"""Activations as functions: those of minigrad, and those that need PyTorch's `dim` or weights."""

from typing import Any

import numpy as np

import minigrad as mg
from nn.init import Rng, generator

celu = mg.celu
elu = mg.elu
gelu = mg.gelu
hardshrink = mg.hardshrink
hardsigmoid = mg.hardsigmoid
hardswish = mg.hardswish
hardtanh = mg.hardtanh
leaky_relu = mg.leaky_relu
logsigmoid = mg.logsigmoid
mish = mg.mish
relu = mg.relu
relu6 = mg.relu6
selu = mg.selu
sigmoid = mg.sigmoid
silu = mg.silu
softshrink = mg.softshrink
softsign = mg.softsign
tanh = mg.tanh
tanhshrink = mg.tanhshrink
threshold = mg.threshold


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> mg.Tensor:
    """ln(1 + e^(beta·x))/beta, and x itself where beta·x > threshold.  See mg.softplus."""
    return mg.softplus(input, beta, threshold)


def prelu(input: Any, weight: Any) -> mg.Tensor:
    """x where x > 0, else weight·x, with one learned slope or one per channel (He et al., 2015).

    `weight` is (1,), or (C,) for input (N, C, ...).  At 0 the derivative is the slope.
    Raises ValueError for another number of slopes.
    """
    channels = input.shape[1] if len(input.shape) > 1 else 1
    if weight.size not in (1, channels):
        raise ValueError(
            f"prelu got {weight.size} slopes for an input {tuple(input.shape)} of {channels} channels, which "
            "are axis 1: give one slope, or one per channel"
        )
    if weight.size > 1:
        weight = weight.reshape(-1, *[1] * (len(input.shape) - 2))
    return mg.where(input > 0, input, input * weight)


def rrelu(
    input: Any, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False, rng: Rng = None
) -> mg.Tensor:
    """x where x > 0, else x times a slope: drawn for each element in training, else (lower + upper)/2.

    Xu et al. (2015), section 2.4.
    """
    slope: Any = (lower + upper) / 2
    if training:
        slope = generator(rng).uniform(lower, upper, input.shape).astype(input.dtype)
    return mg.where(input > 0, input, input * slope)


def glu(input: Any, dim: int = -1) -> mg.Tensor:
    """a·sigmoid(b), a and b the two halves of `input` along `dim` (Dauphin et al., 2017)."""
    a, b = mg.split(input, 2, axis=dim)
    return a * mg.sigmoid(b)


def softmax(input: Any, dim: int = -1) -> mg.Tensor:
    """eˣ/Σeˣ along `dim`."""
    return mg.softmax(input, axis=dim)


def softmin(input: Any, dim: int = -1) -> mg.Tensor:
    """e⁻ˣ/Σe⁻ˣ along `dim`."""
    return mg.softmax(-input, axis=dim)


def log_softmax(input: Any, dim: int = -1) -> mg.Tensor:
    """x - ln Σeˣ along `dim`."""
    return mg.log_softmax(input, axis=dim)


def gumbel_softmax(
    logits: mg.Tensor, tau: float = 1.0, hard: bool = False, dim: int = -1, rng: Rng = None
) -> mg.Tensor:
    """softmax((logits + Gumbel noise)/tau), a differentiable draw of a class (Jang et al., 2017).

    With `hard` the value is the one-hot vector of the greatest, the derivative still the softmax's.
    """
    noise = generator(rng).gumbel(size=logits.shape).astype(logits.dtype)
    soft = mg.softmax((logits + noise) / tau, axis=dim)
    if not hard:
        return soft
    drawn = np.zeros_like(soft.data)
    np.put_along_axis(drawn, np.argmax(soft.data, axis=dim, keepdims=True), 1, axis=dim)
    return soft - soft.detach() + drawn
