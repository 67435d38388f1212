"""Attention that knows distances: ALiBi's biases, and windows beyond which nothing is seen."""

import numpy as np
import pytest

import minigrad as mg
import nn
from tests.cases import each

# -- ALiBi ------------------------------------------------------------------------------------------


@each(
    ("heads", "slopes"),
    [
        (8, [1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64, 1 / 128, 1 / 256]),  # Press et al., section 3
        (16, [2 ** (-i / 2) for i in range(1, 17)]),  # "1/2^0.5, 1/2^1, 1/2^1.5, ..., 1/2^8"
        (1, [2**-8]),
        (2, [2**-4, 2**-8]),
        (4, [1 / 4, 1 / 16, 1 / 64, 1 / 256]),
        (3, [2**-4, 2**-8, 2**-2]),
        (6, [1 / 4, 1 / 16, 1 / 64, 1 / 256, 1 / 2, 1 / 8]),
        (12, [2.0**-i for i in range(1, 9)] + [2**-0.5, 2**-1.5, 2**-2.5, 2**-3.5]),
    ],
)
def test_slopes_are_the_papers(heads, slopes):
    np.testing.assert_allclose(nn.ALiBi(heads).slopes, slopes, rtol=1e-7)


def test_slopes_follow_the_papers_code_for_any_number_of_heads():
    """get_slopes of github.com/ofirpress/attention_with_linear_biases, as it is written there."""

    def power(n):
        start = 2 ** (-(2 ** -(np.log2(n) - 3)))
        return [start * start**i for i in range(n)]

    def slopes(n):
        if np.log2(n).is_integer():
            return power(n)
        closest = 2 ** int(np.floor(np.log2(n)))
        return power(closest) + slopes(2 * closest)[0::2][: n - closest]

    for heads in range(1, 40):
        np.testing.assert_allclose(nn.ALiBi(heads).slopes, slopes(heads), rtol=1e-6)


def test_the_bias_written_out():
    bias = nn.ALiBi(2)(3)
    far = -np.inf
    np.testing.assert_array_equal(bias[0, 0] * 16, [[0, far, far], [-1, 0, far], [-2, -1, 0]])
    np.testing.assert_array_equal(bias[0, 1] * 256, bias[0, 0] * 16)
    assert bias.shape == (1, 2, 3, 3)
    assert bias.dtype == np.float32


def test_queries_are_the_last_of_the_places():
    alibi = nn.ALiBi(3)
    np.testing.assert_array_equal(alibi(2, 5), alibi(5)[:, :, 3:])
    np.testing.assert_array_equal(alibi(1, 5)[0, :, 0, 0], -4 * alibi.slopes)
    assert alibi(0).shape == (1, 3, 0, 0)


def test_it_has_nothing_to_learn_and_follows_the_models_dtype():
    alibi = nn.ALiBi(4)
    assert list(alibi.parameters()) == []
    assert alibi.state_dict() == {}
    assert alibi.astype(np.float64)(3).dtype == np.float64
    assert repr(alibi) == "ALiBi(4)"


def test_attention_with_it_is_attention_written_out(rng):
    heads, t, width = 4, 6, 3
    attention = nn.MultiheadAttention(heads * width, heads, rng=rng).astype(np.float64)
    x = rng.normal(size=(2, t, heads * width))
    out, weights = attention(
        *[mg.tensor(x)] * 3, mask=nn.ALiBi(heads).astype(np.float64)(t), need_weights=True
    )

    w, b = attention.in_proj_weight.data, attention.in_proj_bias.data
    q, k, v = np.split(x @ w.T + b, 3, axis=-1)
    mixed = np.zeros_like(x)
    for batch in range(2):
        for head, slope in enumerate([1 / 4, 1 / 16, 1 / 64, 1 / 256]):
            part = slice(head * width, (head + 1) * width)
            for i in range(t):
                scores = [
                    q[batch, i, part] @ k[batch, j, part] / np.sqrt(width) - slope * (i - j)
                    for j in range(i + 1)
                ]
                p = np.exp(scores) / np.exp(scores).sum()
                mixed[batch, i, part] = p @ v[batch, : i + 1, part]
                np.testing.assert_allclose(weights.data[batch, head, i, : i + 1], p, rtol=1e-10)
                np.testing.assert_array_equal(weights.data[batch, head, i, i + 1 :], 0)
    expected = mixed @ attention.out_proj.weight.data.T + attention.out_proj.bias.data
    np.testing.assert_allclose(out.data, expected, rtol=1e-10, atol=1e-12)


@each("is_causal", [False, True])
def test_a_transformer_layer_takes_it_and_is_causal(is_causal, rng):
    layer = nn.TransformerEncoderLayer(8, 4, 16, dropout=0.0, norm_first=True, rng=rng)
    x = mg.tensor(rng.normal(size=(2, 6, 8)).astype(np.float32), requires_grad=True)
    out = layer(x, mask=nn.ALiBi(4)(6), is_causal=is_causal)
    assert out.dtype == np.float32
    out[:, 2].sum().backward()
    np.testing.assert_array_equal(x.grad.data[:, 3:], 0)
    assert (x.grad.data[:, :3] != 0).any(axis=(0, 2)).all()
    assert not np.allclose(out.data, layer(x, is_causal=True).data)


def test_it_differentiates_twice(rng):
    bias = nn.ALiBi(2).astype(np.float64)(3)
    mg.check_grads(
        lambda x: mg.scaled_dot_product_attention(x, x, x, bias), [rng.normal(size=(1, 2, 3, 2))],
        order=2, rtol=1e-4, atol=1e-5,
    )  # fmt: skip


def test_the_bias_depends_on_distance_alone():
    bias = nn.ALiBi(5)(9)[0]
    np.testing.assert_array_equal(bias[:, 1:, 1:], bias[:, :-1, :-1])


@each(
    ("call", "text"),
    [
        (lambda: nn.ALiBi(0), r"got 0 heads: the least is 1"),
        (lambda: nn.ALiBi(2)(4, 3), r"4 queries for 3 keys.*key_length must be at least length"),
    ],
)
def test_alibis_errors(call, text):
    with pytest.raises(ValueError, match=text):
        call()


# -- windows --------------------------------------------------------------------------------------------


def test_the_window_written_out():
    np.testing.assert_array_equal(
        nn.window_mask(5, 2),
        np.array(
            [[1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 1, 1, 0], [0, 0, 0, 1, 1]], bool
        ),
    )  # fmt: skip
    assert nn.window_mask(5, 2).dtype == np.bool
    assert nn.window_mask(0, 2).shape == (0, 0)


def test_the_least_window_is_itself_and_the_greatest_is_causal():
    np.testing.assert_array_equal(nn.window_mask(6, 1), np.eye(6, dtype=bool))
    for window in (6, 7, 100):
        np.testing.assert_array_equal(nn.window_mask(6, window), nn.causal_mask(6))


@each("window", [0, -1])
def test_a_window_on_nothing_is_refused(window):
    with pytest.raises(ValueError, match=rf"window_mask got the window {window}.*the least is 1"):
        nn.window_mask(4, window)


@each("layers", [1, 2])
@each("window", [1, 2, 3])
def test_beyond_its_reach_the_gradient_is_exactly_zero(window, layers, rng):
    """Through n layers position t sees t - n·(window - 1) and no further, and nothing ahead."""
    t, length = 7, 10
    stack = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, rng=rng), layers)
    x = mg.tensor(rng.normal(size=(1, length, 8)), requires_grad=True)
    (
        stack.astype(np.float64)(x, mask=nn.window_mask(length, window))[:, t] * rng.normal(size=8)
    ).sum().backward()
    reach = [t - layers * (window - 1) <= s <= t for s in range(length)]
    seen = (x.grad.data[0] != 0).any(axis=1)
    np.testing.assert_array_equal(seen, reach)


@each("is_causal", [False, True])
@each("window", [1, 3, 20])
def test_a_layer_with_a_window_of_its_own(window, is_causal, rng):
    """The same as a mask, for the output, the gradients and the recorded weights."""
    x = rng.normal(size=(2, 9, 8)).astype(np.float32)
    near = abs(np.arange(9)[:, None] - np.arange(9)) < window
    layers = [
        nn.TransformerEncoderLayer(8, 2, 16, 0.0, window=w, rng=np.random.default_rng(0))
        for w in (window, None)
    ]
    found = []
    for layer, mask in zip(layers, (None, near), strict=True):
        leaf = mg.tensor(x, requires_grad=True)
        with nn.record_attention(layer) as maps:
            out = layer(leaf, mask, is_causal=is_causal)
        out.sum().backward()
        found.append((out.data, leaf.grad.data, maps["self_attn"]))
    for own, masked in zip(*found, strict=True):
        np.testing.assert_allclose(own, masked, rtol=1e-5, atol=1e-6)
    assert f"window={window}" in repr(layers[0])
    assert "window" not in repr(layers[1])


def test_one_projection_for_all_three_is_three(rng):
    """Self-attention projects once; the same input given as three tensors is projected three times."""
    layer = nn.MultiheadAttention(8, 2, rng=np.random.default_rng(0))
    x = mg.tensor(rng.normal(size=(2, 5, 8)).astype(np.float32), requires_grad=True)
    y = [mg.tensor(x.data, requires_grad=True) for _ in range(3)]
    once, apart = layer(x, x, x)[0], layer(*y)[0]
    np.testing.assert_allclose(once.data, apart.data, rtol=1e-5, atol=1e-6)
    once.sum().backward()
    weights = layer.in_proj_weight.grad.data.copy()
    layer.zero_grad()
    apart.sum().backward()
    np.testing.assert_allclose(weights, layer.in_proj_weight.grad.data, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(x.grad.data, sum(part.grad.data for part in y), rtol=1e-5, atol=1e-6)


def test_it_combines_with_padding(rng):
    both = nn.window_mask(4, 2) & nn.padding_mask([4, 2], 4)
    assert both.shape == (2, 1, 4, 4)
    np.testing.assert_array_equal(both[0, 0], nn.window_mask(4, 2))
    np.testing.assert_array_equal(both[1, 0, 3], [False] * 4)
    layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, rng=rng)
    assert np.isfinite(layer(mg.tensor(rng.normal(size=(2, 4, 8))), mask=both).data).all()


def test_alibi_within_a_window(rng):
    """As ALiBi's docstring has it: the bias inside, nothing beyond."""
    bias = np.where(nn.window_mask(6, 3), nn.ALiBi(2)(6), -np.inf)
    layer = nn.MultiheadAttention(8, 2, rng=rng)
    x = mg.tensor(rng.normal(size=(1, 6, 8)))
    _, weights = layer(x, x, x, mask=bias, need_weights=True)
    np.testing.assert_array_equal(weights.data[0, 0] > 0, nn.window_mask(6, 3))
