"""What the output depends on, measured on models of which it is known."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import minigrad as mg
import nn
from tests.cases import each

B, S, C, K = 3, 5, 4, 4
X = np.random.default_rng(0).normal(size=(B, S, C))


class Lookup(nn.Module):
    """Attention is the only path: the one query finds key 1, whose value is the answer."""

    def __init__(self, sharp: float = 30.0, equal: bool = False) -> None:
        self.attention = nn.Attention("dot")
        self.sharp, self.equal = sharp, equal

    def forward(self, values: mg.Tensor, seen: np.ndarray | None = None) -> mg.Tensor:
        """(B, S, C) -> (B, C): the values are the scores of the classes."""
        batch, length, _ = values.shape
        key = np.zeros((batch, length, 1))
        key[:, 1] = self.sharp
        if self.equal:
            values = mg.broadcast_to(values[:, :1], values.shape)
        mask = None if seen is None else seen[:, None]
        return self.attention(mg.tensor(np.ones((batch, 1, 1))), mg.tensor(key), values, mask)[:, 0]


def one_hot(*classes: int) -> np.ndarray:
    """Values (1, S, C), each 20 for its class: an answer that is sure."""
    return 20 * np.eye(C)[list(classes)][None]


# -- gradient × input -------------------------------------------------------------------------


def test_in_a_linear_model_gradient_times_input_adds_up_to_the_output() -> None:
    weight = np.random.default_rng(1).normal(size=(S, C, K))

    def output(e: mg.Tensor) -> mg.Tensor:
        return mg.einsum("bsc,sck->bk", e, weight)

    found = nn.explain.gradient_times_input(output, X)
    scores = np.einsum("bsc,sck->bk", X, weight)
    np.testing.assert_allclose(found.sum(axis=1), scores.max(axis=1))
    np.testing.assert_allclose(
        nn.explain.gradient_times_input(output, mg.tensor(X), [2, 0, 1]),
        np.stack([np.einsum("sc,sc->s", X[b], weight[..., k]) for b, k in enumerate([2, 0, 1])]),
    )


def test_gradient_times_input_leaves_the_gradients_of_parameters_alone() -> None:
    layer = nn.Linear(C, K).astype(np.float64)
    nn.explain.gradient_times_input(lambda e: layer(e).sum(axis=1), X)
    assert all(p.grad is None for p in layer.parameters())


# -- leave one out ----------------------------------------------------------------------------


def test_only_the_place_that_is_looked_up_changes_the_answer() -> None:
    found = nn.explain.leave_one_out(Lookup(), one_hot(2, 3, 0, 1))
    assert found.shape == (1, 4)
    np.testing.assert_allclose(found, [[0, 0.75, 0, 0]], atol=1e-6)  # from sure to one of 4


@each("instead", [20 * np.eye(C)[0], one_hot(0)[0, 0]])
def test_left_out_is_replaced_by_what_is_given(instead: np.ndarray) -> None:
    same = nn.explain.leave_one_out(Lookup(), one_hot(2, 0, 3), instead=instead)
    other = nn.explain.leave_one_out(Lookup(), one_hot(2, 3, 3), instead=instead)
    np.testing.assert_allclose((same, other), [[[0, 0, 0]], [[0, 1, 0]]], atol=1e-6)


def test_left_out_by_a_mask_attention_goes_elsewhere() -> None:
    found = nn.explain.leave_one_out(Lookup(), one_hot(2, 3, 0), instead="mask")
    p = np.exp(one_hot(2, 0).mean(axis=1))[0]  # the two that are left count alike
    expected = np.abs(np.eye(C)[3] - p / p.sum()).sum() / 2
    np.testing.assert_allclose(found, [[0, expected, 0]], atol=1e-6)


# -- other weights ----------------------------------------------------------------------------


def test_where_attention_is_the_only_path_uniform_weights_change_the_answer() -> None:
    model = Lookup()
    found = nn.explain.output_change(model, model, one_hot(2, 3, 0, 1), "uniform")
    np.testing.assert_allclose(found, [0.75], atol=1e-6)


@each("how", ["uniform", "permuted"])
def test_where_all_values_are_equal_no_weights_change_it(how: str) -> None:
    model = Lookup(equal=True)
    np.testing.assert_allclose(nn.explain.output_change(model, model, X, how), 0, atol=1e-12)


def test_permuted_weights_choose_another_value() -> None:
    model, rng = Lookup(), np.random.default_rng(0)
    values = np.repeat(one_hot(2, 3, 0, 1), 400, axis=0)
    changed = nn.explain.output_change(model, model, values, "permuted", rng)
    assert set(changed.round(3)) == {0.0, 1.0}
    assert abs(changed.mean() - 0.75) < 5 * (0.75 * 0.25 / 400) ** 0.5


def test_a_permutation_of_one_key_is_no_change() -> None:
    model = Lookup(sharp=1.0)
    one = np.zeros((B, S), bool)
    one[:, 2] = True
    change = nn.explain.output_change(model, lambda e: model(e, one), X, "permuted")
    np.testing.assert_array_equal(change, 0)


@each("mask", [None, np.tri(4, dtype=bool), np.tri(4, k=-1, dtype=bool), nn.padding_mask([4, 2, 0], 4)])
def test_changed_weights_stay_among_the_keys_that_may_be_seen(mask: Any) -> None:
    layer = nn.MultiheadAttention(8, 2).astype(np.float64)
    x = mg.tensor(np.random.default_rng(0).normal(size=(3, 4, 8)))
    seen = np.broadcast_to(True if mask is None else mask, (3, 2, 4, 4))
    found = {}
    for how in ("as they are", "uniform", "permuted"):
        change = (lambda attended: attended.weights) if how == "as they are" else how
        with nn.record_attention(layer) as maps, nn.explain.with_weights(layer, change):
            layer(x, x, x, mask)
        found[how] = maps[""]
        assert not found[how][~seen].any()
        np.testing.assert_allclose(found[how].sum(axis=-1), seen.any(axis=-1))
    np.testing.assert_allclose(
        found["uniform"][seen], (1 / np.maximum(seen.sum(-1, keepdims=True), 1) * seen)[seen]
    )
    np.testing.assert_array_equal(np.sort(found["permuted"], -1), np.sort(found["as they are"], -1))


def test_each_row_is_permuted_by_itself_and_every_order_comes_up() -> None:
    layer = nn.MultiheadAttention(4, 2)
    x = mg.tensor(np.random.default_rng(0).normal(size=(50, 3, 4)).astype(np.float32))
    with nn.record_attention(layer) as plain:
        layer(x, x, x)
    with (
        nn.record_attention(layer) as maps,
        nn.explain.with_weights(layer, "permuted", np.random.default_rng(0)),
    ):
        layer(x, x, x)
    orders = (maps[""][..., None] == plain[""][..., None, :]).argmax(axis=-1).reshape(-1, 3)
    found, counts = np.unique(orders, axis=0, return_counts=True)
    assert len(found) == 6
    assert abs(counts - 50).max() < 5 * (300 * 5 / 36) ** 0.5


def test_only_the_layers_and_heads_asked_for_are_changed_and_all_are_as_before() -> None:
    model = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 8), 2).eval()
    x = mg.tensor(X[:, :, :1] * np.ones(8)).astype(np.float32)
    first, second = (f"layers.{i}.self_attn" for i in range(2))
    with nn.record_attention(model) as plain:
        model(x)
    with (
        nn.record_attention(model) as maps,
        nn.explain.with_weights(model, "uniform", layers=[first], heads=[1]),
    ):
        model(x)
    np.testing.assert_array_equal(maps[first][:, 0], plain[first][:, 0])
    np.testing.assert_allclose(maps[first][:, 1], 1 / S, rtol=1e-6)
    assert abs(maps[second] - 1 / S).max() > 1e-3
    with pytest.raises(ZeroDivisionError), nn.explain.with_weights(model, "uniform"):
        1 / 0  # noqa: B018
    assert all(layer.self_attn.reweigh is None for layer in model.layers)


def test_each_head_alone() -> None:
    model = nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0), 2).eval()
    output = lambda e: model(e)[:, -1]
    found = nn.explain.change_by_head(model, output, X)
    assert list(found) == ["layers.0.self_attn", "layers.1.self_attn"]
    for path, changes in found.items():
        assert changes.shape == (B, 2)
        for head in range(2):
            alone = nn.explain.output_change(model, output, X, "uniform", layers=[path], heads=[head])
            np.testing.assert_array_equal(changes[:, head], alone)
    lookup = Lookup()
    assert nn.explain.change_by_head(lookup, lookup, one_hot(0, 1, 2, 3, 0))["attention"] > 0.5


def test_a_model_can_be_trained_with_weights_that_are_held() -> None:
    layer = nn.MultiheadAttention(8, 2)
    x = mg.tensor(np.ones((1, 3, 8), np.float32))
    with nn.explain.with_weights(layer, "uniform"):
        layer(x, x, x)[0].sum().backward()
    grad = layer.in_proj_weight.grad.numpy()
    assert not grad[:16].any()
    assert grad[16:].any()


def test_a_recurrent_decoder_takes_other_weights_at_each_step() -> None:
    rng = np.random.default_rng(0)
    decoder = nn.RecurrentDecoder.bahdanau(7, 4, 6, 8, rng=rng).astype(np.float64)
    annotations = mg.tensor(rng.normal(size=(2, 5, 8)))
    target, last, lengths = rng.integers(0, 7, (2, 3)), annotations[:, -1], np.array([5, 4])
    with nn.record_attention(decoder) as plain:
        before = decoder(target, annotations, last, lengths).numpy()
    with nn.record_attention(decoder) as maps, nn.explain.with_weights(decoder, "uniform"):
        after = decoder(target, annotations, last, lengths).numpy()
    assert plain[""].shape == maps[""].shape == (2, 1, 3, 5)
    expected = np.repeat([[0.2] * 5, [0.25] * 4 + [0]], 3, axis=0).reshape(2, 1, 3, 5)
    np.testing.assert_allclose(maps[""], expected)
    assert (abs(after - before).max(axis=-1) > 1e-6).all()


# -- nn.Attention -----------------------------------------------------------------------------


@each(
    "mask", [None, np.tri(3, 2, dtype=bool), nn.padding_mask([2, 1], 2), np.where(np.tri(3, 2), 0.5, -np.inf)]
)
@each(
    "score", ["dot", "scaled_dot", nn.AdditiveScore(4, 4, 3, rng=np.random.default_rng(0)).astype(np.float64)]
)
def test_the_layer_is_the_function_and_shows_what_it_returns(score: Any, mask: Any) -> None:
    layer, rng = nn.Attention(score), np.random.default_rng(1)
    inputs = [mg.tensor(rng.normal(size=shape)) for shape in ((2, 3, 4), (2, 2, 4), (2, 2, 5))]
    context, weights, scores, _ = nn.attention(*inputs, score, mask, return_weights=True)
    with nn.record_attention(layer) as maps:
        recorded = layer(*inputs, mask)
    for found in (recorded, layer(*inputs, mask)):
        np.testing.assert_allclose(found.numpy(), context.numpy(), rtol=1e-12)
    np.testing.assert_array_equal(maps[""][:, 0], weights.numpy())
    np.testing.assert_array_equal(maps.scores[""][:, 0], scores.numpy())
    seen = np.broadcast_to(True if maps.masks[""] is None else maps.masks[""], (2, 1, 3, 2))
    assert not maps[""][~seen].any()
    with nn.explain.with_weights(layer, lambda attended: np.broadcast_to([1.0, 0.0], attended.weights.shape)):
        changed = layer(*inputs, mask)
    np.testing.assert_allclose(changed.numpy(), np.repeat(inputs[2].numpy()[:, :1], 3, axis=1))


# -- all of it --------------------------------------------------------------------------------


def test_all_measures_at_once() -> None:
    model, values = Lookup(), one_hot(2, 3, 0, 1)
    found = nn.explain.measure(model, model, values, np.random.default_rng(0))
    np.testing.assert_allclose(found.gradient_times_input, [[0, 20, 0, 0]], atol=1e-6)
    np.testing.assert_array_equal(found.leave_one_out, nn.explain.leave_one_out(model, values))
    np.testing.assert_allclose(found.uniform, [0.75], atol=1e-6)
    assert found.permuted.shape == (1,)


# -- ranks ------------------------------------------------------------------------------------


@each("kind, name", [("kendall", "kendalltau"), ("spearman", "spearmanr")])
def test_rank_correlation_is_scipys(kind: str, name: str) -> None:
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(6, 9)), rng.integers(0, 4, (6, 9))  # b has ties
    mask = np.arange(9) < np.array([9, 8, 7, 6, 5, 4])[:, None]
    found = nn.explain.rank_correlation(a, b, kind)
    hidden = nn.explain.rank_correlation(a, b, kind, mask)
    for i, length in enumerate(mask.sum(axis=-1)):
        expected, _ = getattr(stats, name)(a[i], b[i])
        np.testing.assert_allclose(found[i], expected, rtol=1e-12)
        expected, _ = getattr(stats, name)(a[i, :length], b[i, :length])
        np.testing.assert_allclose(hidden[i], expected, rtol=1e-12)


@each("kind", ["kendall", "spearman"])
@given(x=arrays(np.int64, (6,), elements=st.integers(-3, 3)).filter(lambda x: len(set(x)) > 1))
def test_an_order_agrees_with_itself_under_any_growing_function(kind: str, x: np.ndarray) -> None:
    correlation = nn.explain.rank_correlation(np.stack([x, x, -x]), np.stack([x, np.exp(x), x**3]), kind)
    np.testing.assert_allclose(correlation, [1, 1, -1])


def test_what_does_not_differ_has_no_order() -> None:
    assert np.isnan(nn.explain.rank_correlation([1, 1, 1], [1, 2, 3]))


MODEL = nn.Sequential(nn.Attention())
ERRORS: list[tuple[Callable[[], Any], str]] = [
    (
        lambda: nn.explain.with_weights(MODEL, "flat").__enter__(),
        'weights are made "uniform" or "permuted", or by a function of Attended, not \'flat\'',
    ),
    (
        lambda: nn.explain.with_weights(MODEL, "uniform", layers=["1"]).__enter__(),
        "Sequential has no attention at '1', but at '0'",
    ),
    (
        lambda: nn.explain.leave_one_out(lambda e: e[:, 0], X, instead="zero"),
        "leave_one_out takes instead=\"mask\", a number or a vector, not 'zero'",
    ),
    (
        lambda: nn.explain.rank_correlation([1, 2], [1, 2, 3]),
        "rank_correlation compares arrays of one shape, and got (2,) and (3,)",
    ),
    (
        lambda: nn.explain.rank_correlation([1, 2], [1, 2], "pearson"),
        'rank_correlation is "kendall" or "spearman", not \'pearson\'',
    ),
]


@each("call, message", ERRORS, ids=[message[:40] for _, message in ERRORS])
def test_errors(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
