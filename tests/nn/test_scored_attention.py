"""nn.attention with every score: what must hold of it whatever the numbers are."""

import copy
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from tests.cases import each
from tests.nn.attention_cases import MASKS, B, D, S, T, V, every_mask, every_score, operands

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


def test_composed_masks_are_their_and() -> None:
    """Each hides what it hides alone, and the result is that of the one mask written out place by place."""
    lengths, window = [3, 4], 2
    composed = nn.causal_mask(T) & nn.window_mask(T, window) & nn.padding_mask(lengths, T)
    written = [
        [[s <= t and t - s < window and s < length for s in range(T)] for t in range(T)] for length in lengths
    ]
    inputs = operands(B, keys=T)
    got = nn.attention(*inputs, mask=composed, return_weights=True)
    expected = nn.attention(*inputs, mask=np.array(written), return_weights=True)
    for ours, other in zip(got, expected, strict=True):
        np.testing.assert_array_equal(ours, other)
    np.testing.assert_array_equal(got.weights.numpy() > 0, written)


def test_a_mask_made_for_heads_fits_scores_without_and_with_them() -> None:
    mask = nn.padding_mask([2, 5], S)  # (B, 1, 1, S)
    alone = nn.attention(*operands(B), mask=mask).numpy()
    np.testing.assert_array_equal(nn.attention(*operands(B), mask=mask[:, 0]).numpy(), alone)
    by_head = [x[:, None].repeat(3, axis=1) for x in operands(B)]  # (B, H, ·, ·)
    for head in range(3):
        np.testing.assert_allclose(nn.attention(*by_head, mask=mask).numpy()[:, head], alone, rtol=1e-14)
    one = nn.attention(*operands(), mask=nn.padding_mask([2], S)[0])  # (1, 1, S) of one sequence
    np.testing.assert_allclose(one.numpy(), nn.attention(*operands(), mask=np.arange(S) < 2).numpy())


def test_a_mask_of_floats_is_part_of_the_scores_and_what_it_hides_of_the_mask() -> None:
    added = np.array([0.5, -np.inf, -1.0, 2.0, 0.0])
    plain = nn.attention(*operands(), return_weights=True)
    attended = nn.attention(*operands(), mask=added, return_weights=True)
    np.testing.assert_array_equal(attended.mask, [True, False, True, True, True])
    np.testing.assert_allclose(attended.scores.numpy(), plain.scores.numpy() + np.where(added > -9, added, 0))


# -- what attention does not see ----------------------------------------------------------------


@every_score
def test_permuting_pairs_of_key_and_value_changes_nothing(score: Any) -> None:
    """They are a set, another one where keys alone are permuted; and permuted queries permute what comes."""
    query, key, value = operands(B)
    mask = nn.padding_mask([3, 5], S)
    order, rows = np.array([3, 0, 4, 2, 1]), np.array([2, 0, 3, 1])
    straight = nn.attention(query, key, value, score, mask).numpy()
    permuted = nn.attention(query, key[:, order], value[:, order], score, mask[..., order]).numpy()
    np.testing.assert_allclose(permuted, straight, rtol=1e-12)
    np.testing.assert_allclose(
        nn.attention(query[:, rows], key, value, score, mask).numpy(), straight[:, rows], rtol=1e-12
    )
    apart = nn.attention(query, key[:, order], value, score, mask).numpy()
    assert np.abs(apart - straight).max() > 1e-2


@every_score
@each("return_weights", [False, True])
def test_the_causal_mask_leaks_nothing(score: Any, return_weights: bool) -> None:
    """The Jacobian of output i by input j > i is 0, exactly, and by every j <= i it is not."""
    x = operands()[0]  # (T, D), queries, keys and values alike

    def self_attention(x: Any, mask: Any = None) -> Any:
        found = nn.attention(x, x, x, score, mask, return_weights)
        return found.context if return_weights else found

    jacobian = mg.jacobian(lambda x: self_attention(x, nn.causal_mask(T)))(x)
    by_places = np.abs(jacobian.numpy()).max(axis=(1, 3))  # (T, T) of (T, D, T, D)
    np.testing.assert_array_equal(by_places > 0, np.tri(T, dtype=bool))
    without = np.abs(mg.jacobian(self_attention)(x).numpy()).max(axis=(1, 3))
    assert without.min() > 0, "without the mask it does leak"


@every_score
@each("return_weights", [False, True])
def test_pads_cannot_change_an_output_or_get_a_gradient(score: Any, return_weights: bool) -> None:
    lengths = np.array([3, 0])
    pads = np.arange(S) >= lengths[:, None]  # (B, S)

    def attend(*inputs: Any) -> Any:
        found = nn.attention(*inputs, score, nn.padding_mask(lengths, S), return_weights)
        return found.context if return_weights else found

    query, key, value = (mg.tensor(x, requires_grad=True) for x in operands(B))
    out = attend(query, key, value)
    other_key, other_value = key.numpy().copy(), value.numpy().copy()
    other_key[pads] = 1e6
    other_value[pads] = -1e6
    np.testing.assert_array_equal(attend(query, other_key, other_value).numpy(), out.numpy())
    np.testing.assert_array_equal(out.numpy()[1], 0)
    out.sum().backward()
    for x in (key, value):
        assert np.abs(x.grad.numpy()[~pads]).min() > 0
        np.testing.assert_array_equal(x.grad.numpy()[pads], 0)
    np.testing.assert_array_equal(query.grad.numpy()[1], 0)


# -- what is the same by two ways ---------------------------------------------------------------


def with_weights(layer: nn.MultiheadAttention, rng: np.random.Generator) -> list[np.ndarray]:
    """Give the layer new weights; W_q, W_k, W_v and W_O, each (C, C)."""
    layer.astype(np.float64)
    for parameter in layer.parameters():
        parameter.data[...] = rng.normal(size=parameter.shape)
    return [*np.split(layer.in_proj_weight.numpy(), 3), layer.out_proj.weight.numpy()]


def test_multi_head_attention_with_one_head_is_attention() -> None:
    """Whose projections are the identity: nothing else is done."""
    layer = nn.MultiheadAttention(D, 1, bias=False).astype(np.float64)
    layer.in_proj_weight.data[...] = np.concatenate([np.eye(D)] * 3)
    layer.out_proj.weight.data[...] = np.eye(D)
    query, key, _ = operands(B)
    value = np.random.default_rng(8).normal(size=key.shape)
    for mask in (None, nn.padding_mask([3, 0], S)):
        out, weights = layer(*map(mg.tensor, (query, key, value)), mask, need_weights=True)
        attended = nn.attention(query, key, value, mask=mask, return_weights=True)
        np.testing.assert_allclose(out.numpy(), attended.context.numpy(), rtol=1e-12)
        np.testing.assert_allclose(weights.numpy()[:, 0], attended.weights.numpy(), rtol=1e-12)


@each("heads", [1, 2, 4])
def test_h_separate_projections_concatenated_times_w_o_are_the_batched_form(heads: int) -> None:
    """MultiHead(Q, K, V) = Concat(head_1, ..., head_h)·W_O (Vaswani et al., 2017, section 3.2.2)."""
    rng = np.random.default_rng(2)
    layer = nn.MultiheadAttention(8, heads, bias=False)
    w_q, w_k, w_v, w_o = with_weights(layer, rng)
    x, memory = rng.normal(size=(B, T, 8)), rng.normal(size=(B, S, 8))
    mask = nn.padding_mask([3, 5], S)
    separate = []
    for head in np.split(np.arange(8), heads):  # the channels of one head
        query, key, value = x @ w_q[head].T, memory @ w_k[head].T, memory @ w_v[head].T
        separate.append(nn.attention(query, key, value, mask=mask).numpy())
    batched, _ = layer(*map(mg.tensor, (x, memory, memory)), mask)
    np.testing.assert_allclose(np.concatenate(separate, -1) @ w_o.T, batched.numpy(), rtol=1e-10)


# -- shapes, dtypes, modes, and PyTorch ---------------------------------------------------------


@every_score
@each("return_weights", [False, True])
def test_odd_shapes(score: Any, return_weights: bool) -> None:
    def context(*inputs: Any, **options: Any) -> np.ndarray:
        found = nn.attention(*inputs, score, return_weights=return_weights, **options)
        return (found.context if return_weights else found).numpy()

    query, key, value = operands(B, 3)  # two batch axes
    several = context(query, key, value)
    assert several.shape == (B, 3, T, V)
    alone = context(query[1, 2], key[1, 2], value[1, 2])  # and none
    np.testing.assert_allclose(several[1, 2], alone, rtol=1e-12)
    shared = context(query, key[0, 0], value[:1])  # the same keys for all, values for all of one axis
    np.testing.assert_allclose(shared[1, 2], context(query[1, 2], key[0, 0], value[0, 2]), rtol=1e-12)
    np.testing.assert_array_equal(context(query[:, :, :0], key, value), np.zeros((B, 3, 0, V)))  # T = 0
    np.testing.assert_array_equal(
        context(query, key[:, :, :0], value[:, :, :0]), np.zeros((B, 3, T, V))
    )  # S = 0
    np.testing.assert_array_equal(context(query[:0], key[:0], value[:0]), np.zeros((0, 3, T, V)))
    one = context(query, key[:, :, :1], value[:, :, :1])  # S = 1
    np.testing.assert_allclose(one, value[:, :, :1].repeat(T, axis=2), rtol=1e-14)


@every_score
def test_float32_stays_float32(score: Any) -> None:
    score = score if isinstance(score, str) else copy.deepcopy(score).astype(np.float32)
    inputs = [x.astype(np.float32) for x in operands(B)]
    for mask in (None, nn.padding_mask([3, 5], S), np.array([0.5, -np.inf, -1.0, 2.0, 0.0])):
        attended = nn.attention(*inputs, score, mask, return_weights=True)
        assert {x.dtype for x in attended[:3]} == {np.dtype(np.float32)}
        assert nn.attention(*inputs, score, mask).dtype == np.float32


@every_score
@every_mask
def test_debug_sees_nothing_wrong(score: Any, mask: Any) -> None:
    """Not in the rows of infinite scores either, and the bits are the same."""

    def trained() -> list[np.ndarray]:
        inputs = [mg.tensor(x, requires_grad=True) for x in operands(B)]
        attended = nn.attention(*inputs, score, mask, return_weights=True)
        (attended.context.sum() + nn.attention(*inputs, score, mask).sum()).backward()
        return [attended.context.numpy(), attended.weights.numpy(), *(x.grad.numpy() for x in inputs)]

    expected = trained()
    with mg.debug():
        got = trained()
    for ours, other in zip(got, expected, strict=True):
        np.testing.assert_array_equal(ours, other)


def test_a_mask_that_is_learned_gets_the_same_gradient_by_both_ways() -> None:
    gradients = []
    for return_weights in (False, True):
        learned = mg.tensor(MASKS["of floats"], requires_grad=True)
        out = nn.attention(*operands(B), mask=learned, return_weights=return_weights)
        (out.context if return_weights else out).sum().backward()
        gradients.append(learned.grad.numpy())
    np.testing.assert_allclose(*gradients, atol=1e-14)


@each("score, scale", [("dot", 1.0), ("scaled_dot", None)])
@each("return_weights", [False, True])
@every_mask
def test_as_in_pytorch(score: str, scale: float | None, return_weights: bool, mask: Any) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed, and this test compares with it")
    ours = [mg.tensor(x, requires_grad=True) for x in operands(B)]
    theirs = [torch.tensor(x, requires_grad=True) for x in operands(B)]
    found = nn.attention(*ours, score, mask, return_weights)
    out = found.context if return_weights else found
    their_mask = None if mask is None else torch.tensor(mask[:, 0] if mask.ndim == 4 else mask)
    expected = torch.nn.functional.scaled_dot_product_attention(*theirs, their_mask, scale=scale)
    np.testing.assert_allclose(out.numpy(), expected.detach().numpy(), rtol=1e-10, atol=1e-12)
    (out * out).sum().backward()
    (expected * expected).sum().backward()
    for x, y in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(x.grad.numpy(), y.grad.numpy(), rtol=1e-10, atol=1e-12)
