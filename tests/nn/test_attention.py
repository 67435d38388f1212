"""Attention: masks, causality, needed weights, rotary positions, padding and dropout."""

import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import minigrad as mg
import nn
from nn import functional as F
from tests.cases import each


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def leaf(*shape: int, seed: int = 0) -> mg.Tensor:
    return mg.tensor(normal(*shape, seed=seed), requires_grad=True)


def attention(channels: int = 8, heads: int = 2, **settings: Any) -> nn.MultiheadAttention:
    """In float64, biases too drawn at random."""
    rng = np.random.default_rng(42)
    layer = nn.MultiheadAttention(channels, heads, rng=rng, **settings).astype(np.float64)
    for parameter in layer.parameters():
        nn.init.normal_(parameter, std=0.5, rng=rng)
    return layer


def by_hand(
    layer: nn.MultiheadAttention, query: np.ndarray, memory: np.ndarray, allowed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Output and weights, one number after the other; `allowed` (B, H, T, S)."""
    c, heads = layer.embed_dim, layer.num_heads
    w, b = layer.in_proj_weight.numpy(), layer.in_proj_bias.numpy()
    q, k, v = (
        x @ w[i * c : (i + 1) * c].T + b[i * c : (i + 1) * c] for i, x in enumerate((query, memory, memory))
    )
    d = c // heads
    weights = np.zeros(allowed.shape)
    mixed = np.zeros(query.shape)
    for n, h, t in np.ndindex(allowed.shape[:3]):
        part = slice(h * d, (h + 1) * d)
        scores = {s: q[n, t, part] @ k[n, s, part] / d**0.5 for s in range(k.shape[1]) if allowed[n, h, t, s]}
        for s, score in scores.items():
            weights[n, h, t, s] = np.exp(score) / sum(np.exp(other) for other in scores.values())
            mixed[n, t, part] += weights[n, h, t, s] * v[n, s, part]
    return mixed @ layer.out_proj.weight.numpy().T + layer.out_proj.bias.numpy(), weights


# -- masks ------------------------------------------------------------------------------------

B, H, T, S = 2, 2, 3, 5
FORMS = [(T, S), (B, T, S), (B, 1, 1, S), (B, 1, T, S), (B, H, T, S), (1, 1, 1, S), (1, S), (T, 1)]
MASKS = {
    "none": (None, np.ones((B, H, T, S), bool)),
    **{
        str(shape): (mask, np.broadcast_to(mask[:, None] if mask.ndim == 3 else mask, (B, H, T, S)))
        for shape in FORMS
        for mask in [normal(*shape, seed=sum(shape)) > -0.5]
    },
    "dead": (np.zeros((T, S), bool), np.zeros((B, H, T, S), bool)),
}  # fmt: skip


@each("kind", ["bool", "float"])
@each(("mask", "allowed"), MASKS.values(), ids=MASKS)
def test_mask_forms_against_a_computation_by_hand(mask: Any, allowed: np.ndarray, kind: str) -> None:
    layer, query, memory = attention(), normal(B, T, 8), normal(B, S, 8, seed=1)
    expected, weights = by_hand(layer, query, memory, allowed)
    given_mask = mask if mask is None or kind == "bool" else np.where(mask, 0.0, -np.inf)
    x, m = mg.tensor(query), mg.tensor(memory)
    out, none = layer(x, m, m, given_mask)
    assert none is None
    np.testing.assert_allclose(out.numpy(), expected, rtol=1e-12, atol=1e-12)
    out, found = layer(x, m, m, given_mask, need_weights=True)
    np.testing.assert_allclose(out.numpy(), expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found.numpy(), weights, rtol=1e-12, atol=1e-12)
    assert (found.numpy()[~allowed] == 0).all()


@each("shape", [(T, S), (B, T, S), (B, 1, 1, S)], ids=str)
def test_a_causal_mask_and_another_hide_together(shape: tuple[int, ...]) -> None:
    layer, x = attention(), mg.tensor(normal(B, T, 8))
    mask = np.ones((*shape[:-1], T), bool)
    mask[..., 1] = False
    out, _ = layer(x, x, x, mask, is_causal=True)
    both, _ = layer(x, x, x, mask & nn.causal_mask(T))
    np.testing.assert_array_equal(out.numpy(), both.numpy())
    assert not np.array_equal(out.numpy(), layer(x, x, x, mask)[0].numpy())


def test_masks_as_lists_and_tensors() -> None:
    layer, x = attention(), mg.tensor(normal(1, 2, 8))
    expected = layer(x, x, x, nn.causal_mask(2))[0].numpy()
    for mask in ([[True, False], [True, True]], mg.tensor(nn.causal_mask(2))):
        np.testing.assert_array_equal(layer(x, x, x, mask)[0].numpy(), expected)


def test_causal_and_padding_masks_themselves() -> None:
    np.testing.assert_array_equal(nn.causal_mask(3), [[1, 0, 0], [1, 1, 0], [1, 1, 1]])
    mask = nn.padding_mask([2, 0, 3], 3)
    assert (mask.shape, mask.dtype) == ((3, 1, 1, 3), np.bool)
    np.testing.assert_array_equal(mask[:, 0, 0], [[1, 1, 0], [0, 0, 0], [1, 1, 1]])
    assert nn.padding_mask(np.array([], int), 3).shape == (0, 1, 1, 3)


@each("need_weights", [False, True], ids=["fused", "weights"])
@each("kind", ["bool", "float"])
def test_a_row_that_sees_nothing_gives_zero_and_has_no_gradient(kind: str, need_weights: bool) -> None:
    layer = attention(bias=False)
    query, memory = leaf(1, 3, 8), leaf(1, 4, 8, seed=1)
    mask = np.ones((3, 4), bool)
    mask[1] = False
    mask = mask if kind == "bool" else np.where(mask, 0.3, -np.inf)
    out, _ = layer(query, memory, memory, mask, need_weights=need_weights)
    assert (out.numpy()[0, 1] == 0).all()
    assert (out.numpy()[0, [0, 2]] != 0).all()
    out[0, 1].sum().backward(retain_graph=True)
    for x in (query, memory, *layer.parameters()):
        assert (x.grad.numpy() == 0).all()
        x.grad = None
    out.sum().backward()
    assert (query.grad.numpy()[0, 1] == 0).all()
    assert np.isfinite(query.grad.numpy()).all()
    assert np.isfinite(memory.grad.numpy()).all()


def test_a_sequence_of_padding_only() -> None:
    """Empty sequences in a batch stay finite through whole layers, forward and back."""
    model = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, 0.0), 2, nn.LayerNorm(8))
    x = leaf(2, 3, 8)
    out = model(x, nn.padding_mask([0, 2], 3))
    assert np.isfinite(out.numpy()).all()
    out.sum().backward()
    assert np.isfinite(x.grad.numpy()).all()
    assert all(np.isfinite(p.grad.numpy()).all() for p in model.parameters())


def test_a_float64_mask_does_not_widen_a_float32_model() -> None:
    layer = nn.MultiheadAttention(8, 2)
    x = mg.tensor(normal(1, 3, 8).astype(np.float32))
    hide = np.where(nn.causal_mask(3), 0.0, np.finfo(np.float64).min)
    for mask in (hide, mg.tensor(hide), np.where(nn.causal_mask(3), 0.0, -np.inf)):
        out, weights = layer(x, x, x, mask, need_weights=True)
        assert out.dtype == weights.dtype == layer(x, x, x, mask)[0].dtype == np.float32
        np.testing.assert_array_equal(weights.numpy()[..., 0, :], [[[1, 0, 0]] * 2])
        assert F.scaled_dot_product_attention(x, x, x, hide).dtype == np.float32


def test_a_mask_of_integers_is_refused() -> None:
    """Added to the scores, 0 and 1 would hide nothing, and nobody would see it."""
    layer, x = attention(), mg.tensor(normal(1, 3, 8))
    mask = np.tri(3, dtype=int)
    for call in (lambda: layer(x, x, x, mask), lambda: F.scaled_dot_product_attention(x, x, x, mask)):
        with pytest.raises(TypeError, match=r"this one is int64: write mask\.astype\(bool\)"):
            call()


# -- causality --------------------------------------------------------------------------------


def causal_models() -> dict[str, Any]:
    layer = {"dim_feedforward": 16, "dropout": 0.0, "rng": np.random.default_rng(0)}
    mha = attention()
    turning = attention(rotary=nn.RotaryPosition(4))
    encoder = nn.TransformerEncoderLayer(8, 2, norm_first=True, rotary=nn.RotaryPosition(4), **layer)
    post = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, **layer), 2).astype(np.float64)
    decoder = nn.TransformerDecoderLayer(8, 2, **layer).astype(np.float64)
    memory = mg.tensor(normal(2, 4, 8, seed=9))
    mask = nn.causal_mask(5)
    return {
        "flag": lambda x: mha(x, x, x, is_causal=True)[0],
        "mask": lambda x: mha(x, x, x, mask)[0],
        "weights": lambda x: mha(x, x, x, is_causal=True, need_weights=True)[0],
        "rotary": lambda x: turning(x, x, x, is_causal=True)[0],
        "float32 layer": lambda x: encoder(x.astype(np.float32), is_causal=True),
        "stack": lambda x: post(x, is_causal=True),
        "decoder": lambda x: decoder(x, memory, tgt_is_causal=True),
    }


@each("name", causal_models())
def test_nothing_leaks_from_later_places(name: str) -> None:
    model = causal_models()[name]
    x = normal(2, 5, 8)
    before = model(mg.tensor(x)).numpy()
    for j in range(1, 5):
        changed = x.copy()
        changed[:, j] += 100 * normal(2, 8, seed=j)
        after = model(mg.tensor(changed)).numpy()
        np.testing.assert_array_equal(after[:, :j], before[:, :j])
        assert not np.isclose(after[:, j], before[:, j]).all()
    for i in range(5):
        t = mg.tensor(x, requires_grad=True)
        model(t)[:, i].backward(normal(2, 8))
        assert (t.grad.numpy()[:, i + 1 :] == 0).all()
        assert (np.abs(t.grad.numpy()[:, : i + 1]).max(axis=-1) > 1e-9).all()


def test_without_the_flag_it_would_leak() -> None:
    layer, x = attention(), leaf(1, 3, 8)
    layer(x, x, x)[0][:, 0].sum().backward()
    assert (x.grad.numpy()[:, 1:] != 0).any()


# -- padding ----------------------------------------------------------------------------------


@given(
    lengths=st.lists(st.integers(1, 5), min_size=1, max_size=3),
    noise=arrays(np.float64, (3, 5, 8), elements=st.floats(-100, 100)),
    causal=st.booleans(),
    norm_first=st.booleans(),
)
def test_padding_cannot_change_outputs(
    lengths: list[int], noise: np.ndarray, causal: bool, norm_first: bool
) -> None:
    rng = np.random.default_rng(1)
    layer = nn.TransformerEncoderLayer(8, 2, 16, 0.0, norm_first=norm_first, rng=rng)
    model = nn.TransformerEncoder(layer, 2).astype(np.float64)
    x = normal(len(lengths), 5, 8)
    real = np.arange(5) < np.array(lengths)[:, None]
    mask = nn.padding_mask(lengths, 5)
    out = model(mg.tensor(x), mask, is_causal=causal).numpy()
    other = np.where(real[..., None], x, noise[: len(lengths)])
    t = mg.tensor(other, requires_grad=True)
    again = model(t, mask, is_causal=causal)
    np.testing.assert_array_equal(again.numpy()[real], out[real])
    for n, length in enumerate(lengths):  # and a sequence alone, without padding, gives the same
        alone = model(mg.tensor(x[n : n + 1, :length]), is_causal=causal).numpy()[0]
        np.testing.assert_allclose(out[n, :length], alone, rtol=1e-9, atol=1e-12)
    (again * real[..., None] * normal(*again.shape, seed=2)).sum().backward()
    assert (t.grad.numpy()[~real] == 0).all()


def test_padded_memory_cannot_change_outputs() -> None:
    layer = nn.TransformerDecoderLayer(8, 2, 16, 0.0).astype(np.float64)
    x, memory = mg.tensor(normal(2, 3, 8)), normal(2, 5, 8, seed=1)
    mask = nn.padding_mask([2, 4], 5)
    changed = np.where(mask[:, 0, 0, :, None], memory, 77.0)
    np.testing.assert_array_equal(
        layer(x, mg.tensor(memory), memory_mask=mask).numpy(),
        layer(x, mg.tensor(changed), memory_mask=mask).numpy(),
    )


# -- weights ----------------------------------------------------------------------------------


@each("dropout", [0.0, 0.5])
def test_needing_weights_changes_no_output_and_no_gradient(dropout: float) -> None:
    model = attention(dropout=dropout)
    twin = copy.deepcopy(model)
    x, y = leaf(2, 4, 8), leaf(2, 4, 8)
    mask = normal(4, 4) > -0.5
    out, weights = model(x, x, x, mask, need_weights=True)
    other, nothing = twin(y, y, y, mask)
    assert nothing is None
    assert weights.requires_grad
    np.testing.assert_allclose(out.numpy(), other.numpy(), rtol=1e-12, atol=1e-12)
    g = normal(2, 4, 8, seed=3)
    out.backward(g)
    other.backward(g)
    np.testing.assert_allclose(x.grad.numpy(), y.grad.numpy(), rtol=1e-11, atol=1e-12)
    for p, q in zip(model.parameters(), twin.parameters(), strict=True):
        np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), rtol=1e-11, atol=1e-12)


# -- positions --------------------------------------------------------------------------------

vectors = arrays(np.float64, (2, 6), elements=st.floats(-10, 10))
places = st.integers(0, 300)


@given(vectors, places, places, st.integers(0, 200))
def test_rotary_scores_depend_on_distance_only(pair: np.ndarray, s: int, t: int, shift: int) -> None:
    turn = nn.RotaryPosition(6)
    q, k = mg.tensor(pair[:1]), mg.tensor(pair[1:])
    score = (turn(q, s) @ turn(k, t).T).item()
    moved = (turn(q, s + shift) @ turn(k, t + shift).T).item()
    assert moved == pytest.approx(score, rel=1e-9, abs=1e-9)


@given(vectors, places)
def test_rotary_keeps_lengths(pair: np.ndarray, offset: int) -> None:
    turned = nn.RotaryPosition(6)(mg.tensor(pair), offset).numpy()
    np.testing.assert_allclose(np.linalg.norm(turned, axis=-1), np.linalg.norm(pair, axis=-1), rtol=1e-12)


def test_rotary_by_hand() -> None:
    x = normal(2, 3, 5, 4)
    turned = nn.RotaryPosition(4, base=100.0)(mg.tensor(x)).numpy()
    for t in range(5):
        for i, angle in enumerate((t, t / 10)):  # t/base^(2i/4)
            a, b = x[..., t, 2 * i], x[..., t, 2 * i + 1]
            np.testing.assert_allclose(turned[..., t, 2 * i], a * np.cos(angle) - b * np.sin(angle))
            np.testing.assert_allclose(turned[..., t, 2 * i + 1], b * np.cos(angle) + a * np.sin(angle))
    np.testing.assert_array_equal(turned[..., 0, :], x[..., 0, :])


def test_rotary_beyond_its_table_and_from_an_offset() -> None:
    x = normal(1, 50, 4)
    whole = nn.RotaryPosition(4)(mg.tensor(x)).numpy()
    turn = nn.RotaryPosition(4)
    for start, end in [(0, 3), (3, 4), (4, 30), (30, 50), (0, 50), (7, 9)]:
        part = turn(mg.tensor(x[:, start:end]), offset=start).numpy()
        np.testing.assert_array_equal(part, whole[:, start:end])
    assert len(turn._table[0]) <= 100


def test_rotary_tables_do_not_grow_with_a_change_of_dtype() -> None:
    turn, x = nn.RotaryPosition(4), normal(3, 4)
    for _ in range(20):
        for dtype in (np.float32, np.float64):
            out = turn(mg.tensor(x.astype(dtype)))
            assert out.dtype == dtype
            np.testing.assert_allclose(
                out.numpy(), nn.RotaryPosition(4)(mg.tensor(x)).numpy(), rtol=1e-5, atol=1e-6
            )
    assert len(turn._table[0]) == 3


def test_rotary_gradient() -> None:
    mg.check_grads(lambda x: nn.RotaryPosition(4)(x, offset=2), (normal(3, 4),))


def test_rotary_attention_does_not_care_where_the_sequence_starts() -> None:
    """With rotary positions attention is unchanged by a shift; without, by any order of the keys."""
    turn = nn.RotaryPosition(4)
    layer = attention(rotary=turn)
    x = normal(1, 4, 8)
    out = layer(*[mg.tensor(x)] * 3)[0].numpy()
    padded = np.concatenate([normal(1, 3, 8, seed=5), x], axis=1)  # the same sequence three places later
    late = layer(*[mg.tensor(padded)] * 3, np.arange(7) >= 3 + np.zeros((7, 1)))[0].numpy()[:, 3:]
    np.testing.assert_allclose(late, out, rtol=1e-9, atol=1e-12)
    swapped = [mg.tensor(x), mg.tensor(x[:, ::-1].copy()), mg.tensor(x[:, ::-1].copy())]
    assert not np.allclose(layer(*swapped)[0].numpy(), out)
    layer.rotary = None
    np.testing.assert_allclose(
        layer(*swapped)[0].numpy(), layer(*[mg.tensor(x)] * 3)[0].numpy(), rtol=1e-9, atol=1e-12
    )


def test_sinusoidal_by_hand() -> None:
    layer = nn.SinusoidalPosition(7, 6)
    out = layer(mg.tensor(np.zeros((2, 5, 6), np.float32)))
    assert out.dtype == np.float32
    for t, i in np.ndindex(5, 3):
        angle = t / 10000 ** (2 * i / 6)
        np.testing.assert_allclose(out.numpy()[:, t, 2 * i], np.sin(angle), atol=1e-7)
        np.testing.assert_allclose(out.numpy()[:, t, 2 * i + 1], np.cos(angle), atol=1e-7)
    assert list(layer.parameters()) == []
    assert layer.state_dict() == {}


def test_learned_positions() -> None:
    layer, x = nn.LearnedPosition(7, 4, rng=np.random.default_rng(0)), leaf(2, 3, 4)
    np.testing.assert_allclose(layer(x).numpy(), x.numpy() + layer.weight.numpy()[:3])
    layer(x).backward(np.ones((2, 3, 4)))
    np.testing.assert_array_equal(layer.weight.grad.numpy()[:, 0], [2, 2, 2, 0, 0, 0, 0])
    assert 0.01 < layer.weight.numpy().std() < 0.03


# -- dropout ----------------------------------------------------------------------------------


def test_dropout_in_attention_is_the_seeds() -> None:
    def outputs(seed: int) -> list[np.ndarray]:
        layer = nn.MultiheadAttention(8, 2, dropout=0.5, rng=np.random.default_rng(seed))
        x = mg.tensor(normal(2, 4, 8).astype(np.float32))
        return [layer(x, x, x)[0].numpy() for _ in range(2)]

    (a, b), (c, d) = outputs(0), outputs(0)
    np.testing.assert_array_equal(a, c)
    np.testing.assert_array_equal(b, d)
    assert not np.allclose(a, b)
    assert not np.allclose(a, outputs(1)[0])


def test_no_dropout_in_evaluation() -> None:
    layer, plain = attention(dropout=0.9), attention()
    x = mg.tensor(normal(2, 4, 8))
    state = layer.rng.bit_generator.state
    layer.eval()
    np.testing.assert_array_equal(layer(x, x, x)[0].numpy(), plain(x, x, x)[0].numpy())
    assert layer.rng.bit_generator.state == state
    assert not np.allclose(layer.train()(x, x, x)[0].numpy(), plain(x, x, x)[0].numpy())


@each("p", [0.1, 0.5])
def test_dropout_in_attention_leaves_the_mean(p: float) -> None:
    copies = 4000
    q, k, v = (np.broadcast_to(normal(1, 2, 3, 4, seed=i), (copies, 2, 3, 4)) for i in range(3))
    expected = F.scaled_dot_product_attention(q[:1], k[:1], v[:1]).numpy()
    out = F.scaled_dot_product_attention(q, k, v, dropout_p=p, rng=np.random.default_rng(0)).numpy()
    error = out.std(axis=0) / copies**0.5
    assert (error > 0).all()
    assert (np.abs(out.mean(axis=0) - expected[0]) < 5 * error).all()


def test_dropout_in_attention_falls_on_weights_one_by_one() -> None:
    """With values that are unit vectors, the output is the weights themselves."""
    n = 100
    q, k, v = np.zeros((1, 50, 4)), np.zeros((1, n, 4)), np.eye(n)[None]
    out = F.scaled_dot_product_attention(q, k, v, dropout_p=0.25, rng=np.random.default_rng(0)).numpy()
    assert out.shape == (1, 50, n)
    np.testing.assert_allclose(np.unique(out.round(12)), [0, 1 / n / 0.75])
    assert abs((out == 0).mean() - 0.25) < 5 * (0.25 * 0.75 / out.size) ** 0.5


def test_dropout_reaches_the_gradient() -> None:
    def f(*inputs: mg.Tensor) -> mg.Tensor:
        return F.scaled_dot_product_attention(*inputs, dropout_p=0.5, rng=np.random.default_rng(0))

    mg.check_grads(f, [normal(1, 2, 3, seed=i) for i in range(3)])


def test_layers_of_a_stack_drop_different_places() -> None:
    """Copies of a layer draw from one generator: with a copy of it each, all would drop the same."""
    for stack in (
        nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 6, 0.5, rng=np.random.default_rng(0)), 3),
        nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, 6, 0.5, rng=np.random.default_rng(0)), 3),
    ):
        ones = mg.tensor(np.ones(64, np.float32))
        drawn = [layer.dropout(ones).numpy().tobytes() for layer in stack.layers]
        assert len(set(drawn)) == 3
        assert len({id(m.rng) for m in stack.modules() if hasattr(m, "rng")}) == 1
        first, second = (layer.linear1.weight for layer in list(stack.layers)[:2])
        assert first is not second
        np.testing.assert_array_equal(first.numpy(), second.numpy())


# -- errors -----------------------------------------------------------------------------------


def test_heads_that_do_not_divide() -> None:
    with pytest.raises(ValueError) as error:
        nn.MultiheadAttention(10, 4)
    assert str(error.value) == (
        "10 channels cannot be shared by 4 heads: embed_dim must be a multiple of num_heads, for example 8"
    )
    with pytest.raises(ValueError, match=r"for example 8$"):
        nn.TransformerEncoderLayer(4, 8)


@each(
    "build",
    [nn.MultiheadAttention, nn.TransformerEncoderLayer, nn.TransformerDecoderLayer],
    ids=lambda layer: layer.__name__,
)
def test_time_first_is_refused(build: Any) -> None:
    with pytest.raises(ValueError) as error:
        build(8, 2, batch_first=False)
    assert str(error.value) == (
        "batch_first=False is not here, since every array in this library is (B, T, C): omit it and "
        "give x.swapaxes(0, 1)"
    )
    build(8, 2, batch_first=True)


# -- shapes that do not fit ---------------------------------------------------------------------


@each("need_weights", [False, True])
@each(
    "shapes",
    [
        ((1, 3, 8), (2, 3, 8), (2, 3, 8)),  # one query to two batches
        ((2, 3, 8), (1, 3, 8), (1, 3, 8)),
        ((2, 3, 8), (2, 3, 8), (1, 3, 8)),
        ((2, 3, 8), (2, 3, 8), (2, 1, 8)),  # keys and values of other lengths
        ((2, 3, 8), (2, 1, 8), (2, 3, 8)),
        ((2, 3, 6), (2, 3, 8), (2, 3, 8)),  # other channels
        ((2, 3, 8), (2, 3, 1), (2, 3, 8)),
    ],
)
def test_inputs_of_other_shapes_are_refused(shapes: Any, need_weights: bool) -> None:
    inputs = [leaf(*shape) for shape in shapes]
    for layer in (attention(), attention(kdim=8, vdim=8)):
        with pytest.raises(ValueError, match="and got"):
            layer(*inputs, need_weights=need_weights)
    if shapes[0][2] == shapes[1][2] == 8 and shapes[0][0] == 1:
        with pytest.raises(ValueError, match="are those of query"):
            F.scaled_dot_product_attention(*inputs, dropout_p=0.5)


@each("need_weights", [False, True])
@each("shape", [(2, 3, 3), (2, 1, 1, 3), (1, 4, 3, 3), (4, 3), (3, 2), (1, 1, 1, 3, 3)], ids=str)
@each("hides", [False, True])
def test_a_mask_never_makes_the_batch_larger(shape: tuple[int, ...], need_weights: bool, hides: bool) -> None:
    """Whatever its values: one that hides nothing is refused as well."""
    x, mask = leaf(1, 3, 8), np.ones(shape, bool)
    mask[..., 0, 0] = not hides
    for m in (mask, np.where(mask, 0.0, -np.inf)):
        with pytest.raises(ValueError, match=r"got a mask"):
            attention()(x, x, x, m, need_weights=need_weights)
        with pytest.raises(ValueError, match=r"got a mask"):
            attention()(x, x + 0, x, m, need_weights=need_weights)


def test_weights_have_the_shape_of_the_inputs_with_any_mask() -> None:
    x = leaf(2, 3, 8)
    for mask in (None, np.ones((3, 3), bool), np.tri(3, dtype=bool), np.ones((1, 1, 1, 3), bool)):
        out, weights = attention()(x, x, x, mask, need_weights=True)
        assert (out.shape, weights.shape) == ((2, 3, 8), (2, 2, 3, 3))
