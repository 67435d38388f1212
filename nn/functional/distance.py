"""How far or how alike vectors are."""

from typing import Any

import numpy as np

import minigrad as mg
from nn.mistakes import answers


def vector_norm(x: Any, p: float = 2.0, dim: int = -1, keepdim: bool = False) -> mg.Tensor:
    """(Σ|x|^p)^(1/p) along `dim`; max|x| for p = inf, min|x| for -inf, how many are not 0 for p = 0.

    Where it is 0 its derivative is 0.
    """
    if p in (np.inf, -np.inf):
        extreme = mg.max if p > 0 else mg.min
        return extreme(mg.absolute(x), axis=dim, keepdims=keepdim)
    if p == 0:
        there = x != 0
        counted = mg.where(there, mg.power(mg.where(there, x, 1.0), 0.0), 0.0)  # x⁰, of derivative 0
        return counted.sum(axis=dim, keepdims=keepdim)
    if p == 1:
        return mg.sum(mg.absolute(x), axis=dim, keepdims=keepdim)
    powers = mg.square(x) if p == 2 else mg.power(mg.absolute(x), p)
    total = powers.sum(axis=dim, keepdims=keepdim)
    nothing = total == 0
    above = mg.where(nothing, 1.0, total)  # keeps the root away from 0, where its slope is infinite
    return mg.where(nothing, 0.0, mg.sqrt(above) if p == 2 else mg.power(above, 1 / p))


@answers
def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> mg.Tensor:
    """x1·x2/(max(‖x1‖, eps)·max(‖x2‖, eps)) along `dim` of the shapes broadcast together."""
    if tuple(x1.shape) != tuple(x2.shape):  # before the lengths: `dim` may be an axis that broadcasts
        x1, x2 = mg.broadcast_arrays(x1, x2)
    lengths = [mg.clip(vector_norm(x, dim=dim, keepdim=True), eps) for x in (x1, x2)]
    return ((x1 / lengths[0]) * (x2 / lengths[1])).sum(axis=dim)


@answers
def pairwise_distance(
    x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> mg.Tensor:
    """‖x1 - x2 + eps‖ₚ along the last axis; the shapes broadcast."""
    return vector_norm(x1 - x2 + eps, p, -1, keepdim)
