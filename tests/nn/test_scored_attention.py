"""nn.attention with every score: what must hold of it whatever the numbers are."""

from typing import Any

import numpy as np

import minigrad as mg
import nn
from tests.cases import each

B, T, S, D, V = 2, 4, 5, 4, 3  # queries and keys of one width, so that every score takes them
MASKS = {
    "no mask": None,
    "padding": nn.padding_mask([3, 5], S),
    "some": np.array([[1, 1, 0, 0, 1], [0, 1, 1, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 1, 0]], bool),
    "of floats": np.array([0.5, -np.inf, -1.0, 2.0, 0.0]),
}


def scores_of(width: int = D) -> dict[str, Any]:
    rng = np.random.default_rng(5)
    learned = {
        "GeneralScore": nn.GeneralScore(width, width, rng=rng),
        "AdditiveScore": nn.AdditiveScore(width, width, 6, rng=rng),
        "ConcatScore": nn.ConcatScore(width, width, 6, rng=rng),
    }
    return {
        "dot": "dot",
        "scaled_dot": "scaled_dot",
        "DotScore": nn.DotScore(),
        "ScaledDotScore": nn.ScaledDotScore(),
        **{name: score.astype(np.float64) for name, score in learned.items()},
    }


SCORES = scores_of()
every_score = each("score", SCORES.values(), ids=list(SCORES))
every_mask = each("mask", MASKS.values(), ids=list(MASKS))


def operands(*lead: int, queries: int = T, keys: int = S) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    shapes = (*lead, queries, D), (*lead, keys, D), (*lead, keys, V)
    return tuple(rng.normal(size=shape) for shape in shapes)


# -- weights ------------------------------------------------------------------------------------


@every_score
@every_mask
def test_weights_lie_in_0_to_1_and_sum_to_1(score: Any, mask: Any) -> None:
    """But where nothing may be attended to: there they are 0, and so is the context."""
    attended = nn.attention(*operands(B), score, mask, return_weights=True)
    weights = attended.weights.numpy()
    assert weights.shape == attended.scores.shape == (B, T, S)
    assert weights.min() >= 0
    assert weights.max() <= 1
    seen = np.broadcast_to(True if attended.mask is None else attended.mask, weights.shape)
    np.testing.assert_allclose(weights.sum(-1), seen.any(-1), rtol=1e-14)
    np.testing.assert_array_equal(weights[~seen], 0)
    np.testing.assert_array_equal(attended.context.numpy()[~seen.any(-1)], 0)
    np.testing.assert_allclose(attended.context.numpy(), weights @ operands(B)[2], rtol=1e-12)


@every_score
@every_mask
def test_the_context_is_the_same_whether_or_not_weights_are_asked_for(score: Any, mask: Any) -> None:
    """With a name it comes from another op, which never holds all scores at once."""
    alone = nn.attention(*operands(B), score, mask)
    attended = nn.attention(*operands(B), score, mask, return_weights=True)
    np.testing.assert_allclose(alone.numpy(), attended.context.numpy(), rtol=1e-12, atol=1e-14)


@every_score
@every_mask
@each("return_weights", [False, True])
def test_gradients_to_second_order(score: Any, mask: Any, return_weights: bool) -> None:
    def context(*inputs: Any) -> Any:
        found = nn.attention(*inputs, score, mask, return_weights=return_weights)
        return found.context if return_weights else found

    batched = mask is MASKS["padding"]
    mg.check_grads(context, operands(*((B,) if batched else ())), order=2)
