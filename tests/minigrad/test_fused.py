"""Fused ops: the fast pair against the composition, both ways, and the second order through it."""

import inspect
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.fused import Fused
from tests.cases import each

FUSED = [op for op in mg.OPS.values() if isinstance(op, Fused)]

TOLERANCE = {
    np.float64: {"rtol": 1e-12, "atol": 1e-12},
    np.float32: {"rtol": 2e-5, "atol": 5e-6},
}


def heads(*shape: int) -> Any:
    """Heads side by side in memory, (B, T, H, D), seen as (B, H, T, D): what a transformer gives."""
    b, h, t, d = shape

    def draw(rng: np.random.Generator) -> np.ndarray:
        return rng.normal(size=(b, t, h, d)).transpose(0, 2, 1, 3)

    return draw


def real(*shape: int) -> Any:
    return lambda rng: np.asarray(rng.normal(size=shape))


def bools(*shape: int) -> Any:
    return lambda rng: rng.random(shape) < 0.6


def fixed(value: Any) -> Any:
    return lambda rng: value


def with_minus_inf(*shape: int) -> Any:
    """A float mask that forbids as well as shifts."""
    return lambda rng: np.where(rng.random(shape) < 0.4, -np.inf, rng.normal(size=shape))


def recurrent(gates: int) -> Any:
    """The recurrent weight of 3 hidden units."""
    return real(3 * gates, 3)


ROW_OF_NONE = np.array([[True, True, False, True], [False] * 4, [True] * 4])
TARGETS = np.array([0, 4, -100, 2, 1, -100])
ANGLES = np.linspace(0.1, 2.0, 8).reshape(4, 2)
TURN = {"cos": np.cos(ANGLES), "sin": np.sin(ANGLES)}
ONE, TWO, THREE = (fixed(np.int64(heads)) for heads in (1, 2, 3))
qkv = (real(3, 5), real(4, 5), real(4, 2))
batched = (heads(2, 3, 4, 5), heads(2, 3, 4, 5), heads(2, 3, 4, 5))

CASES: list[tuple[str, str, tuple[Any, ...], dict[str, Any]]] = [
    ("linear", "bias", (real(6, 3), real(4, 3), real(4)), {}),
    ("linear", "no bias", (real(6, 3), real(4, 3)), {}),
    ("linear", "one row", (real(3), real(4, 3), real(4)), {}),
    ("linear", "leading axes", (real(2, 1, 5, 3), real(4, 3), real(4)), {}),
    ("linear", "strided", (lambda rng: rng.normal(size=(3, 5, 2)).T, lambda rng: real(3, 4)(rng).T), {}),
    ("linear", "empty batch", (real(0, 3), real(4, 3), real(4)), {}),
    ("linear", "no features", (real(2, 0), real(4, 0), real(4)), {}),
    ("layer_norm", "affine", (real(6, 3), real(3), real(3)), {}),
    ("layer_norm", "plain", (real(6, 3),), {}),
    ("layer_norm", "weight only", (real(6, 3), real(3)), {}),
    ("layer_norm", "bias only", (real(6, 3), fixed(None), real(3)), {}),
    ("layer_norm", "leading axes", (real(2, 2, 2, 3), real(3), real(3)), {}),
    ("layer_norm", "last two axes", (real(2, 4, 3), real(4, 3), real(4, 3)), {"axis": (-2, -1)}),
    ("layer_norm", "first axis", (real(4, 3), real(4, 1), real(4, 1)), {"axis": 0}),
    ("layer_norm", "last axis by its number", (real(4, 3), real(3), real(3)), {"axis": 1}),
    ("layer_norm", "axes apart", (real(2, 4, 3), real(3), real(4, 1)), {"axis": (0, 2)}),
    ("layer_norm", "all axes", (real(2, 4), real(4), real()), {"axis": None}),
    ("layer_norm", "0-d weight", (real(2, 4), real(), real(1)), {}),
    ("layer_norm", "eps", (real(2, 4), real(4), real(4)), {"eps": 0.3}),
    ("layer_norm", "strided", (lambda rng: rng.normal(size=(3, 5, 2)).T, real(3), real(3)), {}),
    ("layer_norm", "weight of a whole row", (real(5, 3), real(5, 3), real(5, 3)), {}),
    ("gelu", "erf", (real(5, 3),), {}),
    ("gelu", "tanh", (real(5, 3),), {"approximate": "tanh"}),
    ("gelu", "0-d", (real(),), {}),
    ("gelu", "0-d tanh", (real(),), {"approximate": "tanh"}),
    ("gelu", "strided", (lambda rng: rng.normal(size=(3, 5)).T[::2],), {"approximate": "tanh"}),
    *(
        ("cross_entropy", f"{reduction} {smoothing} {ignore}", (real(6, 5), fixed(TARGETS)), {
            "reduction": reduction, "label_smoothing": smoothing, "ignore_index": ignore,
        })
        for reduction in ("mean", "sum", "none") for smoothing in (0.0, 0.2) for ignore in (-100,)
    ),
    ("cross_entropy", "another ignored", (real(3, 5), fixed(np.array([4, 2, 4]))), {"ignore_index": 4}),
    ("cross_entropy", "classes first", (real(5, 6), fixed(TARGETS)), {"axis": 0}),
    ("cross_entropy", "images", (real(2, 5, 3), fixed(np.array([[0, 4, -100], [1, 1, 1]]))), {"axis": 1}),
    ("cross_entropy", "images none", (real(2, 5, 3), fixed(np.array([[0, 4, -100], [1, 1, 1]]))),
     {"axis": 1, "reduction": "none", "label_smoothing": 0.1}),
    ("cross_entropy", "sequence", (real(2, 3, 5), fixed(np.array([[0, 4, -100], [1, 1, 1]]))), {}),
    ("cross_entropy", "one", (real(5), fixed(np.array(3))), {}),
    ("cross_entropy", "short targets", (real(3, 5), fixed(np.array([4, 0, 2], np.int8))), {}),
    ("cross_entropy", "strided", (lambda rng: rng.normal(size=(5, 6)).T, fixed(TARGETS)), {}),
    *(
        (name, label, (x, real(3 * n, 4), square(n), *others(n, states)), {})
        for name, n, states in (("rnn", 1, 1), ("gru", 3, 1), ("lstm", 4, 2))
        for label, x, square, others in (
            ("all", real(2, 5, 4), recurrent, lambda n, k: (real(3 * n), real(3 * n), *[real(2, 3)] * k)),
            ("bare", real(2, 5, 4), recurrent, lambda n, _: ()),
            ("first bias", real(2, 5, 4), recurrent, lambda n, _: (real(3 * n),)),
            ("second bias", real(2, 5, 4), recurrent, lambda n, _: (fixed(None), real(3 * n))),
            ("state only", real(2, 5, 4), recurrent, lambda n, _: (fixed(None), fixed(None), real(2, 3))),
            ("one step", real(2, 1, 4), recurrent, lambda n, _: ()),
            ("empty batch", real(0, 2, 4), recurrent, lambda n, _: ()),
            ("strided", lambda rng: rng.normal(size=(4, 5, 2)).T,
             lambda n: lambda rng: rng.normal(size=(3, 3 * n)).T, lambda n, _: ()),
        )
    ),
    *(
        (name, f"mask {n}", (real(2, 3, 4), real(3 * n, 4), recurrent(n), real(3 * n), real(3 * n),
         *[real(2, 3)] * states), {"mask": mask, **options})
        for name, n, states, options in (
            ("rnn", 1, 1, {}), ("rnn", 1, 1, {"nonlinearity": "relu"}), ("gru", 3, 1, {}), ("lstm", 4, 2, {}))
        for mask in (np.array([[1, 1, 0], [0, 1, 0]], bool), np.zeros((2, 3), bool))
    ),
    ("rnn", "relu", (real(2, 5, 4), real(3, 4), real(3, 3), real(3), real(3), real(2, 3)),
     {"nonlinearity": "relu"}),
    ("scaled_dot_product_attention", "plain", qkv, {}),
    ("scaled_dot_product_attention", "heads", batched, {}),
    ("scaled_dot_product_attention", "heads causal", batched, {"is_causal": True}),
    ("scaled_dot_product_attention", "causal, more keys", qkv, {"is_causal": True}),
    ("scaled_dot_product_attention", "causal, fewer keys", (real(4, 5), real(3, 5), real(3, 2)),
     {"is_causal": True}),
    ("scaled_dot_product_attention", "scale", qkv, {"scale": 0.7}),
    ("scaled_dot_product_attention", "scale 0", qkv, {"scale": 0.0}),
    ("scaled_dot_product_attention", "window", batched, {"window": 2}),
    ("scaled_dot_product_attention", "window, causal, mask", (*batched, bools(4, 4)),
     {"window": 2, "is_causal": True}),
    ("scaled_dot_product_attention", "window beyond the keys", (real(6, 5), real(3, 5), real(3, 2)),
     {"window": 2}),
    ("scaled_dot_product_attention", "mask", (*qkv, bools(3, 4)), {}),
    ("scaled_dot_product_attention", "mask of keys", (*batched, bools(2, 1, 1, 4)), {}),
    ("scaled_dot_product_attention", "mask of one axis", (*qkv, bools(4)), {}),
    ("scaled_dot_product_attention", "row of none", (*qkv, fixed(ROW_OF_NONE)), {}),
    ("scaled_dot_product_attention", "all masked", (*qkv, fixed(np.zeros((3, 4), bool))), {}),
    ("scaled_dot_product_attention", "mask and causal", (*batched, bools(4, 4)), {"is_causal": True}),
    ("scaled_dot_product_attention", "additive", (*qkv, real(3, 4)), {}),
    ("scaled_dot_product_attention", "additive, stretched", (*batched, real(3, 1, 4)), {}),
    ("scaled_dot_product_attention", "additive of one axis", (*qkv, real(4)), {}),
    ("scaled_dot_product_attention", "additive and causal", (*batched, real(4, 4)), {"is_causal": True}),
    ("scaled_dot_product_attention", "additive -inf", (*qkv, with_minus_inf(3, 4)), {}),
    ("scaled_dot_product_attention", "additive -inf everywhere", (*qkv, fixed(np.full((3, 4), -np.inf))), {}),
    ("scaled_dot_product_attention", "dropout", batched, {"dropout_mask": (2, 3, 4, 4)}),
    ("scaled_dot_product_attention", "dropout, mask, causal", (*batched, bools(4, 4)),
     {"is_causal": True, "dropout_mask": (2, 3, 4, 4)}),
    ("scaled_dot_product_attention", "key and value shared by heads",
     (real(2, 3, 4, 5), real(2, 1, 4, 5), real(4, 2)), {}),
    ("scaled_dot_product_attention", "query without batch", (real(4, 5), real(2, 4, 5), real(2, 4, 2)), {}),
    ("scaled_dot_product_attention", "query with heads only",
     (real(3, 4, 5), real(2, 3, 4, 5), real(2, 1, 4, 2)), {}),
    ("scaled_dot_product_attention", "no queries", (real(0, 5), real(4, 5), real(4, 2)), {}),
    ("scaled_dot_product_attention", "no keys", (real(3, 5), real(0, 5), real(0, 2)), {}),
    ("self_attention", "plain", (real(2, 4, 18), THREE), {}),
    ("self_attention", "one head", (real(2, 4, 6), ONE), {}),
    ("self_attention", "causal", (real(2, 4, 12), TWO), {"is_causal": True}),
    ("self_attention", "window", (real(2, 6, 12), TWO), {"window": 2}),
    ("self_attention", "window, causal, mask", (real(2, 6, 12), TWO, bools(6, 6)),
     {"window": 3, "is_causal": True}),
    ("self_attention", "mask of keys", (real(2, 4, 12), TWO, bools(2, 1, 1, 4)), {}),
    ("self_attention", "all masked", (real(1, 4, 6), ONE, fixed(np.zeros((4, 4), bool))), {}),
    ("self_attention", "additive", (real(2, 4, 12), TWO, real(2, 1, 4)), {}),
    ("self_attention", "additive -inf", (real(2, 4, 12), TWO, with_minus_inf(4, 4)), {}),
    ("self_attention", "rotated", (real(2, 4, 24), TWO), TURN),
    ("self_attention", "rotated, one pair", (real(1, 4, 6), ONE), {k: x[:, :1] for k, x in TURN.items()}),
    ("self_attention", "rotated, causal, additive", (real(2, 4, 24), TWO, real(4, 4)),
     {**TURN, "is_causal": True}),
    ("self_attention", "rotated, window", (real(2, 4, 24), TWO), {**TURN, "window": 2}),
    ("self_attention", "dropout", (real(2, 4, 12), TWO), {"dropout_mask": (2, 2, 4, 4)}),
    ("self_attention", "all at once", (real(2, 4, 24), TWO, bools(4, 4)),
     {**TURN, "is_causal": True, "window": 3, "dropout_mask": (2, 2, 4, 4)}),
    ("self_attention", "strided", (lambda rng: rng.normal(size=(12, 4, 2)).T, TWO), {}),
    ("self_attention", "strided, rotated", (lambda rng: rng.normal(size=(24, 4, 2)).T, TWO), TURN),
    ("self_attention", "one position", (real(2, 1, 12), TWO), {}),
    ("self_attention", "empty batch", (real(0, 4, 12), TWO), {}),
    ("self_attention", "no positions", (real(2, 0, 12), TWO), {}),
]  # fmt: skip
every_case = each(
    ("name", "draws", "options"),
    [(name, draws, options) for name, _, draws, options in CASES],
    ids=[f"{name}-{label}" for name, label, _, _ in CASES],
    by=lambda row: row[0],
)


def make(draws: Any, options: Any, dtype: Any) -> tuple[list[Any], dict[str, Any]]:
    rng = np.random.default_rng(7)
    arrays = [draw(rng) for draw in draws]
    arrays = [x.astype(dtype) if x is not None and x.dtype.kind == "f" else x for x in arrays]
    if "dropout_mask" in options:
        keep = rng.random(options["dropout_mask"]) < 0.7
        options = {**options, "dropout_mask": (keep / 0.7).astype(dtype)}
    return arrays, options


def run(f: Any, arrays: list[Any], options: dict[str, Any]) -> tuple[mg.Tensor, list[mg.Tensor]]:
    floats = [x is not None and x.dtype.kind == "f" for x in arrays]
    inputs = [mg.Tensor(x) if is_float else x for x, is_float in zip(arrays, floats, strict=True)]
    leaves = [x for x, is_float in zip(inputs, floats, strict=True) if is_float]
    for x in leaves:
        x.requires_grad = True
    return f(*inputs, **options), leaves


def test_every_fused_op_has_cases():
    assert {name for name, *_ in CASES} == {op.name for op in FUSED}


@pytest.mark.parametrize("op", FUSED, ids=lambda op: op.name)
def test_the_pair_has_the_names_and_the_parameters_of_its_op(op):
    """The first are what a profile shows."""
    assert op.compute.__name__ == f"{op.name}_forward"
    assert op._backward.__name__ == f"{op.name}_backward"
    parameters = {p.name: p.default for p in inspect.signature(op.composed).parameters.values()}
    forward, backward = (inspect.signature(f).parameters.values() for f in (op.compute, op._backward))
    assert {p.name: p.default for p in forward} == parameters
    assert [p.name for p in backward] == ["g", "residuals", "wanted", *parameters]
    assert {p.name: p.default for p in backward if p.name in parameters} == parameters


@each("dtype", [np.float64, np.float32])
@every_case
def test_fast_is_composed(name, draws, options, dtype):
    op = mg.OPS[name]
    arrays, options = make(draws, options, dtype)
    fast, leaves = run(op, arrays, options)
    composed, twins = run(op.composed, arrays, options)
    assert fast.shape == composed.shape
    assert fast.dtype == composed.dtype == dtype
    np.testing.assert_allclose(fast.data, composed.data, **TOLERANCE[dtype])
    assert np.isfinite(fast.data).all()

    g = np.asarray(np.random.default_rng(8).normal(size=fast.shape), dtype)
    fast.backward(g)
    composed.backward(g)
    for x, twin in zip(leaves, twins, strict=True):
        assert x.grad.dtype == dtype
        assert np.isfinite(x.grad.data).all()
        np.testing.assert_allclose(x.grad.data, twin.grad.data, **TOLERANCE[dtype])


@every_case
def test_only_what_is_wanted_is_the_same(name, draws, options):
    """Each gradient alone, the other operands being constants, is what it is among all."""
    op = mg.OPS[name]
    arrays, options = make(draws, options, np.float64)
    out, leaves = run(op, arrays, options)
    g = np.asarray(np.random.default_rng(8).normal(size=out.shape))
    out.backward(g)
    places = [i for i, x in enumerate(arrays) if x is not None and x.dtype.kind == "f"]
    for place, leaf in zip(places, leaves, strict=True):
        alone = mg.tensor(arrays[place], requires_grad=True)
        op(*[alone if i == place else x for i, x in enumerate(arrays)], **options).backward(g)
        np.testing.assert_allclose(alone.grad.data, leaf.grad.data, rtol=1e-13, atol=1e-13)


@every_case
def test_second_order(name, draws, options):
    arrays, options = make(draws, options, np.float64)
    places = [
        i for i, x in enumerate(arrays) if x is not None and x.dtype.kind == "f" and np.isfinite(x).all()
    ]

    def f(*args):
        given = dict(zip(places, args, strict=True))
        return mg.OPS[name](*[given.get(i, x) for i, x in enumerate(arrays)], **options)

    if sum(arrays[i].size for i in places) > 100:
        return second_order_by_direction(f, [arrays[i] for i in places])
    mg.check_grads(f, [arrays[i] for i in places], order=2, rtol=1e-4, atol=1e-5)
    return None


def second_order_by_direction(f, arrays):
    """For larger inputs: v·H·w against the difference of two gradients, along one direction."""
    rng = np.random.default_rng(9)
    out = f(*arrays)
    g = rng.normal(size=out.shape)
    ws = [rng.normal(size=x.shape) for x in arrays]
    everything = tuple(range(len(arrays)))
    gradients = mg.grad(lambda *xs: (f(*xs) * g).sum(), everything)

    def slope(*xs):
        return sum(((d * w).sum() for d, w in zip(gradients(*xs), ws, strict=True)), mg.tensor(0.0))

    second = mg.grad(slope, everything)(*arrays)
    for i, x in enumerate(arrays):
        v = rng.normal(size=x.shape)
        ends = [
            slope(*[o + s * v if j == i else o for j, o in enumerate(arrays)]).item() for s in (1e-5, -1e-5)
        ]
        np.testing.assert_allclose(
            np.sum(second[i].data * v), (ends[0] - ends[1]) / 2e-5, rtol=1e-5, atol=1e-6
        )


# -- masks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(
    ("mask", "is_causal"),
    [
        (ROW_OF_NONE, False),
        (np.where(ROW_OF_NONE, 0.0, -np.inf), False),
        (np.array([[False] * 4, [True] * 4, [True] * 4]), True),
        (np.array([False, True, True, True]), True),  # with causality, row 0 sees nothing
    ],
    ids=["booleans", "minus infinity", "causal too", "only by both"],
)
def test_a_row_that_may_attend_to_nothing_is_exactly_zero(mask, is_causal, order, rng):
    query, key, value = (mg.tensor(rng.normal(size=s), requires_grad=True) for s in [(3, 5), (4, 5), (4, 2)])
    allowed = np.broadcast_to(mask if mask.dtype == bool else mask == 0, (3, 4))
    dead = ~(allowed & np.tri(3, 4, dtype=bool) if is_causal else allowed).any(axis=1)
    assert dead.sum() == 1
    out = mg.scaled_dot_product_attention(query, key, value, mask, is_causal=is_causal)
    np.testing.assert_array_equal(out.data[dead], 0)
    assert (out.data[~dead] != 0).all()
    (out * out).sum().backward(create_graph=order == 2)
    if order == 2:
        norm = sum((x.grad * x.grad).sum() for x in (query, key, value))
        for x in (query, key, value):
            x.grad = None
        norm.backward()
    np.testing.assert_array_equal(query.grad.data[dead], 0)
    for x in (query, key, value):
        assert np.isfinite(x.grad.data).all()


def test_what_is_masked_has_no_influence(rng):
    """Not even where it is infinite or NaN in the values' place is it seen through the weights."""
    query, key, value = (rng.normal(size=s) for s in [(3, 5), (4, 5), (4, 2)])
    mask = np.array([True, True, False, True])
    out = mg.scaled_dot_product_attention(query, key, value, mask)
    short = mg.scaled_dot_product_attention(query, key[mask], value[mask])
    np.testing.assert_allclose(out.data, short.data, rtol=1e-13)
    key[2] = 1e3
    value[2] = -1e3
    np.testing.assert_array_equal(mg.scaled_dot_product_attention(query, key, value, mask).data, out.data)


def test_large_scores_do_not_overflow():
    query = mg.tensor(np.full((2, 4), 1e3, np.float32), requires_grad=True)
    key = mg.tensor(np.array([[1e3] * 4, [-1e3] * 4], np.float32))
    out = mg.scaled_dot_product_attention(query, key, np.eye(2, dtype=np.float32))
    np.testing.assert_array_equal(out.data, [[1, 0], [1, 0]])
    out.sum().backward()
    assert np.isfinite(query.grad.data).all()


def test_an_additive_mask_that_is_trained_gets_its_gradient(rng):
    """A position bias (T, S) shared by all heads: summed over batch and heads."""
    query, key, value = (rng.normal(size=(2, 3, 4, 5)) for _ in range(3))
    bias = mg.tensor(rng.normal(size=(4, 4)), requires_grad=True)
    mg.scaled_dot_product_attention(query, key, value, bias).sum().backward()
    assert bias.grad.shape == (4, 4)
    mg.check_grads(
        lambda b: mg.scaled_dot_product_attention(query[:1, :1], key[:1, :1], value[:1, :1], b),
        (bias.data,),
    )


def test_the_sum_over_ignored_targets_alone_is_zero():
    logits = mg.tensor(np.ones((2, 3)), requires_grad=True)
    ignored = np.array([-100, -100])
    total = mg.cross_entropy(logits, ignored, reduction="sum")
    total.backward()
    assert total.item() == 0
    np.testing.assert_array_equal(logits.grad.data, 0)


def test_cross_entropy_of_certain_predictions_stays_finite():
    logits = mg.tensor(np.array([[1e4, 0.0], [0.0, 1e4]], np.float32), requires_grad=True)
    loss = mg.cross_entropy(logits, np.array([0, 0]))
    loss.backward()
    assert loss.item() == 5000
    np.testing.assert_array_equal(logits.grad.data, [[0, 0], [-0.5, 0.5]])


# -- how they are called --------------------------------------------------------------------------


def test_operands_by_keyword(rng):
    x, weight, bias = (mg.tensor(rng.normal(size=s), requires_grad=True) for s in [(2, 3), (4, 3), (4,)])
    mg.linear(bias=bias, x=x, weight=weight).sum().backward()
    found = [t.grad.data for t in (x, weight, bias)]
    for t in (x, weight, bias):
        t.grad = None
    mg.linear(x, weight, bias).sum().backward()
    for t, expected in zip((x, weight, bias), found, strict=True):
        np.testing.assert_array_equal(t.grad.data, expected)


def test_a_skipped_operand_by_keyword(rng):
    x, bias = (mg.tensor(rng.normal(size=s), requires_grad=True) for s in [(2, 3), (3,)])
    out = mg.layer_norm(x, bias=bias)
    out.backward(np.ones((2, 3)))
    np.testing.assert_array_equal(bias.grad.data, [2, 2, 2])
    again = mg.layer_norm(x, None, bias, eps=1e-5)
    np.testing.assert_array_equal(again.data, out.data)


def test_the_same_tensor_as_several_operands(rng):
    """Self-attention with q = k = v: the three gradients meet in one leaf."""
    x = rng.normal(size=(3, 4))
    mg.check_grads(lambda t: mg.scaled_dot_product_attention(t, t, t, is_causal=True), (x,), order=2,
                   rtol=1e-4, atol=1e-5)  # fmt: skip
    mg.check_grads(lambda t: mg.layer_norm(t, t, t), (x,), order=2, rtol=1e-4, atol=1e-5)
