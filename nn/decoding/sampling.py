"""From scores to ids: temperature, top-k, top-p and a draw, each a function of scores (N, V).

What is ruled out gets the score -inf.  Among equal scores the lowest id counts as the better one.
"""

import math

import numpy as np


def with_temperature(scores: np.ndarray, temperature: float) -> np.ndarray:
    """scores/temperature: below 1 the likely ids become likelier, above 1 the unlikely ones."""
    if not 0 < temperature < math.inf:
        raise ValueError(
            f"scores are divided by a temperature above 0, and got {temperature}: for the likeliest id write "
            "scores.argmax(axis=-1)"
        )
    return scores / temperature


def with_top_k(scores: np.ndarray, k: int) -> np.ndarray:
    """The k best of each row only (Fan et al., 2018, section 5.1)."""
    if k < 1:
        raise ValueError(f"top-k sampling keeps the k best ids, at least 1, and got top_k={k}")
    allowed = np.zeros(scores.shape, np.bool)
    np.put_along_axis(allowed, _best_first(scores)[:, :k], True, axis=1)
    return np.where(allowed, scores, -np.inf)


def with_top_p(scores: np.ndarray, p: float) -> np.ndarray:
    """Of each row the fewest ids whose probabilities sum to at least p, best first: its nucleus.

    Holtzman et al. (2020), section 3.1, equations 2 and 3.
    """
    if not 0 < p <= 1:
        raise ValueError(f"top-p sampling keeps a share of the probability in (0, 1], and got top_p={p}")
    if p == 1:
        return scores
    order = _best_first(scores)
    ordered = np.take_along_axis(scores, order, axis=1)
    weights = np.exp(ordered - ordered[:, :1])
    before = np.cumsum(weights, axis=1) - weights  # of all that are better
    allowed = np.zeros(scores.shape, np.bool)
    np.put_along_axis(allowed, order, before < p * weights.sum(axis=1, keepdims=True), axis=1)
    return np.where(allowed, scores, -np.inf)


def draw(scores: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """One id for each row, (N,), of softmax(scores), by `noise` (N, V) = rng.gumbel(size=(N, V)).

    argmax(scores + noise) is such a draw (Gumbel, 1954; Maddison et al., 2014, section 2).
    """
    return np.argmax(scores + noise, axis=1)


def _best_first(scores: np.ndarray) -> np.ndarray:
    """The ids of each row (N, V) by falling score."""
    return np.argsort(-scores, axis=1, kind="stable")
