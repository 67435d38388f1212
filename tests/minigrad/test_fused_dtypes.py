"""Fused ops on floats of several lengths: NumPy's promotion, as their compositions have it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from tests.cases import each

SHAPES: dict[str, tuple[Callable[..., Any], tuple[tuple[int, ...], ...]]] = {
    "linear": (mg.linear, ((4, 3), (2, 3), (2,))),
    "linear without bias": (mg.linear, ((4, 3), (2, 3))),
    "layer_norm": (mg.layer_norm, ((4, 3), (3,), (3,))),
    "layer_norm without weight": (lambda x, bias: mg.layer_norm(x, None, bias), ((4, 3), (3,))),
    "attention": (mg.scaled_dot_product_attention, ((2, 3), (4, 3), (4, 3))),
    "attention with a mask": (mg.scaled_dot_product_attention, ((2, 3), (4, 3), (4, 3), (2, 4))),
    "self_attention": (lambda x, mask: mg.self_attention(x, 2, mask), ((2, 3, 6), (3, 3))),
    "self_attention, rotated": (
        lambda x: mg.self_attention(x, 1, cos=np.full((3, 1), 0.6), sin=np.full((3, 1), 0.8)), ((2, 3, 6),)
    ),
    "lstm": (mg.lstm, ((2, 3, 1), (8, 1), (8, 2), (8,))),
    "gru": (mg.gru, ((2, 3, 1), (6, 1), (6, 2), (6,))),
    "rnn": (mg.rnn, ((2, 3, 1), (2, 1), (2, 2), (2,))),
    "layer_norm over two axes": (
        lambda x, w, b: mg.layer_norm(x, w, b, axis=(0, 1)), ((4, 3), (3,), (4, 1))
    ),
}  # fmt: skip


@each("wide", range(4))
@each("narrow", [np.float16, np.float32])
@each("case", SHAPES)
def test_mixed_floats_promote_as_in_numpy(case: str, narrow: Any, wide: int) -> None:
    function, shapes = SHAPES[case]
    if wide >= len(shapes):
        return
    rng = np.random.default_rng(0)
    arrays = [
        rng.normal(size=shape).astype(np.float64 if i == wide else narrow) for i, shape in enumerate(shapes)
    ]
    inputs = [mg.tensor(x, requires_grad=True) for x in arrays]
    exact = [mg.tensor(x.astype(np.float64), requires_grad=True) for x in arrays]
    out, expected = function(*inputs), function(*exact)
    assert out.dtype == np.float64
    tolerance = 2e-2 if narrow == np.float16 else 1e-5
    np.testing.assert_allclose(out.data, expected.data, atol=tolerance)
    g = rng.normal(size=out.shape)
    expected.backward(g)
    out.backward(g, retain_graph=True)
    first = [x.grad for x in inputs]
    for x, ours, theirs in zip(arrays, first, exact, strict=True):
        assert ours.dtype == x.dtype
        np.testing.assert_allclose(ours.data, theirs.grad.data, atol=10 * tolerance)
    for x in inputs:
        x.grad = None
    out.backward(g, create_graph=True)
    for x, ours in zip(inputs, first, strict=True):
        assert x.grad.dtype == ours.dtype
        np.testing.assert_allclose(x.grad.data, ours.data, atol=10 * tolerance)


@each("kind", [int, np.uint8, bool])
def test_integers_are_refused(kind: Any) -> None:
    x = np.ones((2, 3), kind)
    calls: dict[str, Callable[[], Any]] = {
        "linear": lambda: mg.linear(x, np.ones((4, 3))),
        "layer_norm": lambda: mg.layer_norm(mg.tensor(x)),
        "gelu": lambda: mg.gelu(x),
        "scaled_dot_product_attention": lambda: mg.scaled_dot_product_attention(x, x, x),
        "self_attention": lambda: mg.self_attention(x[None], 1),
        "cross_entropy": lambda: mg.cross_entropy(x, np.array([0, 1]), axis=1),
    }
    for name, call in calls.items():
        with pytest.raises(TypeError) as error:
            call()
        operand = {
            "cross_entropy": "logits", "scaled_dot_product_attention": "query", "self_attention": "projected"
        }.get(name, "x")  # fmt: skip
        assert str(error.value) == (
            f"{name} takes floats, and got {np.dtype(kind)}: write {operand}.astype(np.float32)"
        )
    assert mg.gelu([1, 2]).dtype == np.float32  # Python's numbers are floats here
