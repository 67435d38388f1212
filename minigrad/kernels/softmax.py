"""The softmax of attention, in place on its scores."""

import numpy as np

from minigrad.kernels.dispatch import kernel


@kernel
def exp_scores(scores: np.ndarray, is_causal: bool) -> np.ndarray:
    """Make of scores (..., T, S) exp(scores - their row's maximum), and give 1/Σ of each row (..., T, 1).

    With `is_causal` row t is 0 beyond column t.  A row of nothing but -inf becomes zeros, its factor 1.
    """
    if is_causal:
        allowed = np.tri(*scores.shape[-2:], dtype=np.bool)
        scores += np.where(allowed, scores.dtype.type(0), scores.dtype.type(-np.inf))
    top = scores.max(axis=-1, keepdims=True, initial=-np.inf)
    top[np.isneginf(top)] = 0
    scores -= top
    np.exp(scores, out=scores)
    total = scores.sum(axis=-1, keepdims=True)
    total[total == 0] = 1
    return np.reciprocal(total, out=total)


@kernel
def scores_backward(g: np.ndarray, shift: np.ndarray, weights: np.ndarray) -> None:
    """Make of g, the gradient of the weights (..., T, S), that of the scores: (g - shift)·weights."""
    g -= shift
    g *= weights
