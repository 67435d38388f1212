"""What attention is called with in its tests: every score, kinds of masks, and operands."""

from typing import Any

import numpy as np

import nn
from tests.cases import each

B, T, S, D, V = 2, 4, 5, 4, 3  # queries and keys of one width, so that every score takes them
MASKS = {
    "no mask": None,
    "padding": nn.padding_mask([3, 5], S),
    "some": np.array([[1, 1, 0, 0, 1], [0, 1, 1, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 1, 0]], bool),
    "of floats": np.array([0.5, -np.inf, -1.0, 2.0, 0.0]),
}


RNG = np.random.default_rng(5)
LEARNED = {
    "GeneralScore": nn.GeneralScore(D, D, rng=RNG),
    "AdditiveScore": nn.AdditiveScore(D, D, 6, rng=RNG),
    "ConcatScore": nn.ConcatScore(D, D, 6, rng=RNG),
}
SCORES: dict[str, Any] = {
    "dot": "dot",
    "scaled_dot": "scaled_dot",
    "DotScore": nn.DotScore(),
    "ScaledDotScore": nn.ScaledDotScore(),
    **{name: score.astype(np.float64).requires_grad_(False) for name, score in LEARNED.items()},
}
every_score = each("score", SCORES.values(), ids=list(SCORES))
every_mask = each("mask", MASKS.values(), ids=list(MASKS))


def operands(*lead: int, queries: int = T, keys: int = S) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    shapes = (*lead, queries, D), (*lead, keys, D), (*lead, keys, V)
    return tuple(rng.normal(size=shape) for shape in shapes)
