"""How far or how alike vectors are."""

from typing import Any

import minigrad as mg
from nn.mistakes import answers


def vector_norm(x: Any, p: float = 2.0, dim: int = -1, keepdim: bool = False) -> mg.Tensor:
    """(Σ|x|^p)^(1/p) along `dim`; max|x| for p = inf, min|x| for -inf, how many are not 0 for p = 0.

    Where it is 0 its derivative is 0.
    """
    return mg.linalg.vector_norm(x, axis=dim, keepdims=keepdim, ord=p)


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
