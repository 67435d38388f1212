"""What attention layers show of themselves, and that their weights can be changed from outside."""

import copy
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn.attending.attended import Attended
from tests.cases import each


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def leaf(*shape: int) -> mg.Tensor:
    return mg.tensor(normal(*shape), requires_grad=True)


def layer(**settings: Any) -> nn.MultiheadAttention:
    return nn.MultiheadAttention(8, 2, rng=np.random.default_rng(42), **settings).astype(np.float64)


def model_with_attention() -> nn.Module:
    class Model(nn.Module):
        def __init__(self) -> None:
            rng = np.random.default_rng(0)
            self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, rng=rng), 2)
            self.decoder = nn.TransformerDecoderLayer(8, 4, 16, rng=rng)

        def forward(self, x: mg.Tensor, y: mg.Tensor) -> mg.Tensor:
            return self.decoder(y, self.encoder(x), tgt_is_causal=True)

    return Model().eval()


def test_record_attention() -> None:
    model = model_with_attention()
    x, y = mg.tensor(normal(3, 5, 8).astype(np.float32)), mg.tensor(normal(3, 4, 8).astype(np.float32))
    plain = model(x, y).numpy()
    with nn.record_attention(model) as maps:
        assert maps == {}
        recorded = model(x, y).numpy()
    np.testing.assert_array_equal(recorded, plain)
    assert {path: weights.shape for path, weights in maps.items()} == {
        "encoder.layers.0.self_attn": (3, 2, 5, 5),
        "encoder.layers.1.self_attn": (3, 2, 5, 5),
        "decoder.self_attn": (3, 4, 4, 4),
        "decoder.multihead_attn": (3, 4, 4, 5),
    }
    for weights in maps.values():
        assert isinstance(weights, np.ndarray)
        assert weights.min() >= 0
        np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=1e-6)
    assert (maps["decoder.self_attn"][..., ~nn.causal_mask(4)] == 0).all()
    first = model.encoder.layers[0].self_attn
    np.testing.assert_array_equal(
        maps["encoder.layers.0.self_attn"], first(x, x, x, need_weights=True)[1].numpy()
    )


def test_recording_ends_with_the_block_and_keeps_the_last_call() -> None:
    model = layer()
    x, y = mg.tensor(normal(1, 3, 8)), mg.tensor(normal(1, 4, 8))
    with nn.record_attention(model) as outer:
        model(x, x, x)
        with nn.record_attention(model) as inner:
            model(y, y, y)
        model(x, x, x)
    assert (outer[""].shape, inner[""].shape) == ((1, 2, 3, 3), (1, 2, 4, 4))
    model(y, y, y)
    assert outer[""].shape == (1, 2, 3, 3)
    assert model.on_attention is None
    with pytest.raises(ZeroDivisionError), nn.record_attention(model):
        1 / 0  # noqa: B018
    assert model.on_attention is None


def test_recording_changes_no_gradient_and_no_random_number() -> None:
    model = layer(dropout=0.5)
    twin = copy.deepcopy(model)
    x, y = leaf(1, 3, 8), leaf(1, 3, 8)
    with nn.record_attention(model) as maps:
        out, _ = model(x, x, x)
    other, _ = twin(y, y, y)
    np.testing.assert_array_equal(out.numpy(), other.numpy())
    np.testing.assert_allclose(maps[""].sum(axis=-1), 1)  # before dropout
    out.sum().backward()
    other.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), y.grad.numpy())


BOOLEANS = normal(5, 5) > -0.5
MASKS: dict[str, dict[str, Any]] = {
    "none": {},
    "causal": {"is_causal": True},
    "booleans": {"mask": BOOLEANS},
    "a row of nothing": {"mask": BOOLEANS & (np.arange(5) != 2)[:, None]},
    "pads": {"mask": nn.padding_mask([5, 0, 2], 5)},
    "floats": {"mask": normal(5, 5, seed=1)},
    "floats that hide": {"mask": np.where(BOOLEANS, normal(5, 5, seed=1), -np.inf)},
    "floats that learn": {"mask": mg.tensor(normal(2, 5, 5, seed=1)[None], requires_grad=True)},
    "all": {"mask": np.where(BOOLEANS, normal(5, 5, seed=1), -np.inf), "is_causal": True},
}


@each("masks", MASKS.values(), ids=list(MASKS))
@each("settings", [{}, {"window": 2}, {"add_zero_attn": True}, {"rotary": nn.RotaryPosition(4)}], ids=str)
def test_the_weights_are_the_softmax_of_the_scores_where_the_mask_is_true(settings: Any, masks: Any) -> None:
    model, x = layer(**settings), leaf(3, 5, 8)
    with nn.record_attention(model) as maps:
        _, weights = model(x, x, x, **masks, need_weights=True)
    scores, mask = maps.scores[""], maps.masks[""]
    seen = np.broadcast_to(True if mask is None else mask, scores.shape)
    assert seen.dtype == np.bool
    exps = np.exp(scores) * seen
    total = exps.sum(axis=-1, keepdims=True)
    by_hand = np.divide(exps, total, out=np.zeros_like(exps), where=total > 0)
    np.testing.assert_allclose(maps[""], by_hand, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(maps[""], weights.numpy())


def test_scores_are_queries_times_keys_over_the_root_of_their_width() -> None:
    model, x, memory = layer(bias=False), normal(1, 3, 8), normal(1, 4, 8, seed=1)
    with nn.record_attention(model) as maps:
        model(mg.tensor(x), mg.tensor(memory), mg.tensor(memory), nn.causal_mask(4)[:3])
    w_q, w_k, _ = np.split(model.in_proj_weight.numpy(), 3)
    for head in range(2):
        rows = slice(4 * head, 4 * head + 4)
        q, k = x[0] @ w_q[rows].T, memory[0] @ w_k[rows].T
        np.testing.assert_allclose(maps.scores[""][0, head], q @ k.T / 2, rtol=1e-12)
    np.testing.assert_array_equal(maps.masks[""], nn.causal_mask(4)[:3])


def test_a_module_of_ones_own_is_recorded_by_its_attribute() -> None:
    class Mean(nn.Module):
        def __init__(self) -> None:
            self.on_attention = None

        def forward(self, values: np.ndarray) -> np.ndarray:
            weights = np.full((1, 1, 1, len(values)), 1 / len(values))
            if self.on_attention is not None:
                self.on_attention(Attended(None, weights, np.zeros_like(weights), None))
            return weights[0, 0] @ values

    model = nn.Sequential(Mean())
    with nn.record_attention(model) as maps:
        model(np.ones((4, 2)))
    assert list(maps) == list(maps.scores) == list(maps.masks) == ["0"]
    assert (maps["0"].shape, maps.masks["0"]) == ((1, 1, 1, 4), None)


def test_without_anybody_who_looks_nothing_is_computed_in_addition() -> None:
    model, x = layer(), mg.tensor(normal(1, 3, 8))
    names: list[str] = []
    with mg.observe(lambda op, *_: names.append(op.name)):
        model(x, x, x)
    assert names == ["linear", "self_attention", "linear"]


# -- weights from outside ---------------------------------------------------------------------


@each("need_weights", [False, True])
def test_values_are_mixed_by_the_weights_that_reweigh_gives(need_weights: bool) -> None:
    model, x = layer(), leaf(2, 3, 8)
    model.reweigh = lambda attended: np.broadcast_to(np.eye(3)[::-1], attended.weights.shape)
    with nn.record_attention(model) as maps:
        out, weights = model(x, x, x, need_weights=need_weights)
    w = model.in_proj_weight.numpy()[-8:]
    values = x.numpy() @ w.T  # the biases are 0
    np.testing.assert_allclose(out.numpy(), values[:, ::-1] @ model.out_proj.weight.numpy().T, rtol=1e-12)
    np.testing.assert_array_equal(maps[""], np.broadcast_to(np.eye(3)[::-1], (2, 2, 3, 3)))  # as mixed by
    assert (weights is not None) == need_weights
    out.sum().backward()
    grad = model.in_proj_weight.grad.numpy()
    assert not grad[:16].any()  # no gradient to queries and keys: they decide nothing
    assert grad[16:].all()


@each("settings", [{}, {"dropout": 0.5}, {"add_bias_kv": True}], ids=str)
def test_weights_given_back_as_they_are_change_nothing(settings: Any) -> None:
    model = layer(**settings)
    twin, x = copy.deepcopy(model), mg.tensor(normal(2, 3, 8))
    twin.reweigh = lambda attended: attended.weights
    out, other = (m(x, x, x, is_causal=True)[0].numpy() for m in (model, twin))
    np.testing.assert_allclose(out, other, rtol=1e-12, atol=1e-14)
