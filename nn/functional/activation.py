"""Smooth activations as functions, with PyTorch's names for arguments; see activation_piecewise as well."""

from typing import Any

import numpy as np

import minigrad as mg
from nn.functional.inplace import refuse_inplace
from nn.init import Rng, generator
from nn.mistakes import answers


def celu(input: Any, alpha: float = 1.0, inplace: bool = False) -> mg.Tensor:
    """x, or alpha·(e^(x/alpha) - 1) below 0 (Barron, 2017)."""
    refuse_inplace("celu", inplace)
    return mg.celu(input, alpha)


def elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> mg.Tensor:
    """x, or alpha·(eˣ - 1) below 0 (Clevert et al., 2016)."""
    refuse_inplace("elu", inplace)
    return mg.elu(input, alpha)


def gelu(input: Any, approximate: str = "none") -> mg.Tensor:
    """x·Φ(x); approximate="tanh" for the form with tanh (Hendrycks and Gimpel, 2016)."""
    return mg.gelu(input, approximate)


def logsigmoid(input: Any) -> mg.Tensor:
    """ln(1/(1 + e⁻ˣ))."""
    return mg.logsigmoid(input)


def mish(input: Any, inplace: bool = False) -> mg.Tensor:
    """x·tanh(softplus(x)) (Misra, 2019)."""
    refuse_inplace("mish", inplace)
    return mg.mish(input)


def selu(input: Any, inplace: bool = False) -> mg.Tensor:
    """scale·elu(x, alpha), with the constants that keep mean 0 and variance 1 (Klambauer et al., 2017)."""
    refuse_inplace("selu", inplace)
    return mg.selu(input)


def sigmoid(input: Any) -> mg.Tensor:
    """1/(1 + e⁻ˣ)."""
    return mg.sigmoid(input)


def silu(input: Any, inplace: bool = False) -> mg.Tensor:
    """x·sigmoid(x) (Elfwing et al., 2017)."""
    refuse_inplace("silu", inplace)
    return mg.silu(input)


def tanh(input: Any) -> mg.Tensor:
    """tanh x."""
    return mg.tanh(input)


def tanhshrink(input: Any) -> mg.Tensor:
    """x - tanh x."""
    return mg.tanhshrink(input)


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> mg.Tensor:
    """ln(1 + e^(beta·x))/beta, and x itself where beta·x > threshold.  See mg.softplus."""
    return mg.softplus(input, beta, threshold)


@answers
def glu(input: Any, dim: int = -1) -> mg.Tensor:
    """a·sigmoid(b), a and b the two halves of `input` along `dim` (Dauphin et al., 2017)."""
    a, b = mg.split(input, 2, axis=dim)
    return a * mg.sigmoid(b)


@answers
def softmax(input: Any, dim: int = -1, *, dtype: Any = None) -> mg.Tensor:
    """eˣ/Σeˣ along `dim`; of the input as `dtype`, if given."""
    return mg.softmax(_as(input, dtype), axis=dim)


@answers
def softmin(input: Any, dim: int = -1, *, dtype: Any = None) -> mg.Tensor:
    """e⁻ˣ/Σe⁻ˣ along `dim`; of the input as `dtype`, if given."""
    return mg.softmax(-_as(input, dtype), axis=dim)


@answers
def log_softmax(input: Any, dim: int = -1, *, dtype: Any = None) -> mg.Tensor:
    """x - ln Σeˣ along `dim`; of the input as `dtype`, if given."""
    return mg.log_softmax(_as(input, dtype), axis=dim)


@answers
def gumbel_softmax(
    logits: mg.Tensor,
    tau: float = 1.0,
    hard: bool = False,
    eps: float = 1e-10,
    dim: int = -1,
    rng: Rng = None,
) -> mg.Tensor:
    """softmax((logits + Gumbel noise)/tau), a differentiable draw of a class (Jang et al., 2017).

    With `hard` the value is the one-hot vector of the greatest, the derivative still the softmax's.
    `eps` has no effect, as in PyTorch.
    """
    noise = generator(rng).gumbel(size=logits.shape).astype(logits.dtype)
    soft = mg.softmax((logits + noise) / tau, axis=dim)
    if not hard:
        return soft
    drawn = np.zeros_like(soft.data)
    np.put_along_axis(drawn, np.argmax(soft.data, axis=dim, keepdims=True), 1, axis=dim)
    return soft - soft.detach() + drawn


def _as(input: Any, dtype: Any) -> Any:
    return input if dtype is None else mg.astype(input, dtype)
