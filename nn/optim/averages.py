"""Arithmetic that optimisers share: weight decay and running averages, in place."""

import numpy as np


def decayed(g: np.ndarray, p: np.ndarray, weight_decay: float) -> np.ndarray:
    """g + λ·θ, the gradient of a loss to which λ/2·θ² was added; g itself where λ is 0."""
    if not weight_decay:
        return g
    d = np.multiply(p, float(weight_decay), dtype=g.dtype)
    d += g
    return d


def shrink(p: np.ndarray, lr: float, weight_decay: float) -> None:
    """θ ← (1 - lr·λ)·θ: weight decay apart from the gradient (Loshchilov and Hutter, 2019)."""
    if weight_decay:
        p *= 1 - lr * float(weight_decay)


def approach(average: np.ndarray, value: np.ndarray, beta: float) -> None:
    """a ← β·a + (1 - β)·value."""
    average *= beta
    average += (1 - beta) * value


def approach_square(average: np.ndarray, value: np.ndarray, beta: float) -> None:
    """a ← β·a + (1 - β)·value²."""
    square = value * value
    square *= 1 - beta
    average *= beta
    average += square


def root(x: np.ndarray, eps: float, scale: float = 1.0) -> np.ndarray:
    """scale·√x + eps, a new array, also of 0-d ones."""
    out = np.sqrt(x, out=np.empty_like(x))
    if scale != 1:
        out *= scale
    out += eps
    return out


def subtract_ratio(p: np.ndarray, rate: float, over: np.ndarray, under: np.ndarray) -> None:
    """θ ← θ - rate·over/under; `under` is used up."""
    np.divide(over, under, out=under)
    under *= rate
    p -= under
