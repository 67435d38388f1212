"""The two kinds of heads give the same, so that attention needs no second path."""

from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn.attending.heads import Heads, PackedHeads
from nn.masks import Masks

B, T, H, D = 2, 5, 2, 4
ADDED = np.random.default_rng(1).normal(size=(T, T))
MASKS = {
    "none": Masks(None),
    "causal": Masks(None, is_causal=True),
    "window": Masks(None, window=2),
    "booleans": Masks(ADDED > 0),
    "floats": Masks(ADDED),
    "all": Masks(ADDED > -1, is_causal=True, window=3),
}
every_mask = pytest.mark.parametrize("masks", MASKS.values(), ids=MASKS)
every_rotary = pytest.mark.parametrize("rotary", [None, nn.RotaryPosition(D)], ids=["plain", "rotary"])
every_first = pytest.mark.parametrize("first", [0, 7])


def packed(rotary: Any, first: int) -> PackedHeads:
    projected = np.random.default_rng(0).normal(size=(B, T, 3 * H * D))
    return PackedHeads(mg.tensor(projected, requires_grad=True), H, rotary, first)


def by_hand(heads: PackedHeads) -> Heads:
    """Each head cut out of the channels, (B, T, D), and turned, one at a time."""
    rows = heads.projected.numpy()
    parts = [[rows[..., (i * H + h) * D : (i * H + h + 1) * D] for h in range(H)] for i in range(3)]
    q, k, v = (mg.tensor(np.stack(part, axis=1)) for part in parts)
    if heads.rotary is not None:
        q, k = heads.rotary(q, heads.first), heads.rotary(k, heads.first)
    return Heads(q, k, v)


@every_first
@every_rotary
def test_packed_heads_are_taken_apart_as_by_hand(rotary: Any, first: int) -> None:
    heads = packed(rotary, first)
    expected = by_hand(heads)
    assert heads.shape_of_scores == expected.shape_of_scores == (B, H, T, T)
    assert heads.dtype == expected.dtype == np.float64
    for found in (heads.apart(), heads.unrecorded()):
        for x, y in zip(found, expected, strict=True):
            np.testing.assert_array_equal(x.numpy(), y.numpy())
    assert all(x.requires_grad for x in heads.apart())
    assert not any(x.requires_grad for x in heads.unrecorded())
    assert expected.apart() is expected.unrecorded() is expected


@pytest.mark.parametrize("p", [0.0, 0.5], ids=["whole", "dropout"])
@every_first
@every_rotary
@every_mask
def test_packed_heads_attend_as_the_three_do(masks: Masks, rotary: Any, first: int, p: float) -> None:
    heads, twin = packed(rotary, first), packed(rotary, first)
    keep = np.random.default_rng(2).random((B, H, T, T)) < 0.5
    dropped = keep / p if p else None
    out, others = heads.attend(masks, dropped), twin.apart().attend(masks, dropped)
    assert out.shape == (B, T, H * D)
    np.testing.assert_allclose(out.numpy(), others.numpy(), rtol=1e-12, atol=1e-12)
    g = np.random.default_rng(3).normal(size=out.shape)
    out.backward(g)
    others.backward(g)
    np.testing.assert_allclose(
        heads.projected.grad.numpy(), twin.projected.grad.numpy(), rtol=1e-12, atol=1e-12
    )


@every_rotary
@every_mask
def test_values_mixed_by_the_weights_are_what_attending_gives(masks: Masks, rotary: Any) -> None:
    heads = packed(rotary, 0)
    weights = heads.apart().weights(masks)
    np.testing.assert_array_equal(weights.numpy(), heads.attended(masks).weights)
    out = heads.apart().mix(weights, None)
    np.testing.assert_allclose(out.numpy(), heads.attend(masks, None).numpy(), rtol=1e-12, atol=1e-12)
    one = [weights.numpy()[1, h, 3] @ by_hand(heads).v.numpy()[1, h] for h in range(H)]
    np.testing.assert_allclose(out.numpy()[1, 3], np.concatenate(one), rtol=1e-12, atol=1e-12)


def ops_of(layer: nn.MultiheadAttention, *inputs: mg.Tensor, **options: Any) -> list[str]:
    names: list[str] = []
    with mg.observe(lambda op, *_: names.append(op.name)):
        layer(*inputs, **options)
    return names


X, Y = (mg.tensor(np.ones((1, 3, 8), np.float32)) for _ in range(2))
PLAIN = nn.MultiheadAttention(8, 2)
TURNING = nn.MultiheadAttention(8, 2, rotary=nn.RotaryPosition(4))
ONE_OP = ["linear", "self_attention", "linear"]


def test_self_attention_stays_one_op_until_a_step_needs_the_heads() -> None:
    assert ops_of(PLAIN, X, X, X) == ops_of(TURNING, X, X, X, is_causal=True) == ONE_OP
    with nn.record_attention(PLAIN):  # which looks at the weights aside
        recorded = ops_of(PLAIN, X, X, X)
        assert (recorded[0], recorded[-2:]) == ("linear", ONE_OP[1:])
    for layer, inputs in (
        (PLAIN, (X, Y, Y)),
        (nn.MultiheadAttention(8, 2, add_zero_attn=True), (X, X, X)),
        (nn.MultiheadAttention(8, 2, add_bias_kv=True), (X, X, X)),
    ):
        names = ops_of(layer, *inputs)
        assert "self_attention" not in names
        assert names.count("scaled_dot_product_attention") == 1
    assert not {"self_attention", "scaled_dot_product_attention"} & {
        *ops_of(PLAIN, X, X, X, need_weights=True)
    }
    with mg.no_grad():
        cached = ops_of(PLAIN, X, X, X, is_causal=True, cache=nn.KeyValueCache())
    assert cached == ["linear", "scaled_dot_product_attention", "swapaxes", "reshape", "linear"]
