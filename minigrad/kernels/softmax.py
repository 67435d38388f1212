"""The softmax of attention, in place on a tile of its scores."""

import numpy as np

from minigrad.kernels.dispatch import kernel


@kernel
def exp_scores(
    scores: np.ndarray, low: int, high: int, top: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Make of scores (..., T, S) exp(scores - m), and give m and the sum of each row, (..., T, 1).

    Row i sees columns i + low to i + high, and is 0 in all others.  m is `top`, or unless that is given the
    greatest score that the row sees; of a row that sees nothing, or nothing but -inf, it is -inf.
    """
    rows, columns = scores.shape[-2:]
    if low > 1 - rows or high < columns - 1:
        distance = np.arange(columns) - np.arange(rows)[:, None]
        scores[..., (distance < low) | (distance > high)] = -np.inf
    if top is None:
        top = scores.max(axis=-1, keepdims=True, initial=-np.inf)
    scores -= np.where(np.isneginf(top), 0, top)
    np.exp(scores, out=scores)
    return top, scores.sum(axis=-1, keepdims=True)


@kernel
def scores_backward(g: np.ndarray, shift: np.ndarray, weights: np.ndarray) -> None:
    """Make of g, the gradient of the weights (..., T, S), that of the scores: (g - shift)·weights."""
    g -= shift
    g *= weights
