"""The scores of attention, each against its formula written out."""

from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from tests.cases import each
from tests.nn.attention_cases import LEARNED, SCORES, B, D, S, T, operands


@each("score", LEARNED.values(), ids=list(LEARNED))
def test_gradients_of_what_a_score_learns_to_second_order(score: Any) -> None:
    names = [name for name, _ in score.named_parameters()]

    def scores(*parameters: Any) -> Any:
        query, key, _ = operands(queries=2, keys=3)
        return nn.functional_call(score, dict(zip(names, parameters, strict=True)), query, key)

    mg.check_grads(scores, tuple(p.numpy() for p in score.parameters()), order=2)


@each("score", [score for score in SCORES.values() if isinstance(score, nn.Module)])
def test_prepared_keys_score_as_they_do_unprepared(score: Any) -> None:
    query, key, value = operands(B)
    by_steps = [
        nn.attention(query[:, t : t + 1], score.prepare(key), value, score.compare).numpy() for t in range(T)
    ]
    whole = nn.attention(query, key, value, score).numpy()
    np.testing.assert_allclose(np.concatenate(by_steps, axis=1), whole, rtol=1e-12)


def test_a_general_score_is_q_w_k() -> None:
    query, key, _ = operands(B)
    score = nn.GeneralScore(D, D).astype(np.float64)
    expected = np.einsum("btd,de,bse->bts", query, score.weight.numpy(), key)
    np.testing.assert_allclose(score(query, key).numpy(), expected, rtol=1e-12)
    score.weight.data[...] = np.eye(D)
    np.testing.assert_allclose(score(query, key).numpy(), nn.DotScore()(query, key).numpy(), rtol=1e-12)


def test_concat_is_additive_with_one_matrix() -> None:
    """W = [W_q, W_k]; and both are vᵀ·tanh(W·[q; k]), with every pair put side by side."""
    query, key = operands(B)[0], operands(B)[1][..., :3]
    additive = nn.AdditiveScore(D, 3, 6).astype(np.float64)
    concat = nn.ConcatScore(D, 3, 6).astype(np.float64)
    concat.weight.data[...] = np.concatenate([additive.query_weight.numpy(), additive.key_weight.numpy()], 1)
    concat.v.data[...] = additive.v.numpy()
    scores = concat(query, key).numpy()
    np.testing.assert_array_equal(scores, additive(query, key).numpy())
    pairs = [
        [[np.concatenate([query[b, t], key[b, s]]) for s in range(S)] for t in range(T)] for b in range(B)
    ]  # (B, T, S, Dq + Dk)
    written_out = np.tanh(np.array(pairs) @ concat.weight.numpy().T) @ concat.v.numpy()
    np.testing.assert_allclose(scores, written_out, rtol=1e-12)


def test_scaling_by_the_root_of_d_keeps_the_variance_of_scores_at_1() -> None:
    """Over 200,000 scores of normal channels, whatever the width; without it the variance is the width."""
    rng = np.random.default_rng(1)
    for width in (4, 16, 64, 256, 1024):
        query, key = rng.normal(size=(40, 100, width)), rng.normal(size=(40, 50, width))
        assert nn.ScaledDotScore()(query, key).numpy().var() == pytest.approx(1, rel=0.05), width
        assert nn.DotScore()(query, key).numpy().var() == pytest.approx(width, rel=0.05), width
