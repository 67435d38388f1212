"""Narrow floats: sums, counts and squares that do not fit them, and formulas that overflow or cancel.

Each function in a narrow dtype gives, rounded, what the same numbers give in float64; so do its gradients.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

import minigrad as mg
import nn
from nn import functional as F
from tests.cases import each

MANY = 70_000  # more than the greatest float16, 65504
CLASSES = np.arange(MANY) % 3


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(5).normal(size=shape)


HUGE = noise(4, 60) * [[1], [1], [0.01], [0.01]]  # times what is nearly too large for squares, see SIZES
SIZES = {np.float16: 3e3, np.float32: 1e28, np.float64: 1e180}


def gradients(
    function: Callable[..., Any], arrays: list[np.ndarray], g: np.ndarray
) -> tuple[np.ndarray, list[Any]]:
    leaves = [mg.tensor(x, requires_grad=True) for x in arrays]
    out = function(*leaves)
    out.backward(g.astype(out.dtype))
    return out.data, [leaf.grad.data for leaf in leaves]


def assert_rounded(
    function: Callable[..., Any], *arrays: np.ndarray, dtype: Any, roundings: float, mean: float = 0.0
) -> None:
    """The value and the gradients, for a gradient of the result that is `mean` on average."""
    narrow = [np.asarray(x, dtype) for x in arrays]
    double = [x.astype(np.float64) for x in narrow]
    shape = function(*map(mg.tensor, narrow)).shape
    g = np.asarray(np.random.default_rng(1).normal(mean, 0.3, shape), dtype)
    out, found = gradients(function, narrow, g)
    exact, expected = gradients(function, double, g)
    assert out.dtype == dtype
    limits = np.finfo(dtype)
    for got, wanted in [(out, exact), *zip(found, expected, strict=True)]:
        allowed = roundings * float(limits.eps) * np.abs(wanted).max() + 4 * float(limits.smallest_subnormal)
        np.testing.assert_allclose(got.astype(np.float64), wanted, rtol=0, atol=allowed)


COUNTS = {
    "sum over rows": (lambda x: np.sum(x, axis=0), (5000, 2)),
    "mean": (np.mean, (MANY,)),
    "mean over rows": (lambda x: np.mean(x, axis=0), (MANY, 2)),
    "mean of what a mask leaves": (lambda x: np.mean(x, where=CLASSES > 0), (MANY,)),
    "nanmean": (np.nanmean, (MANY,)),
    "var": (np.var, (MANY,)),
    "var far from 0": (lambda x: np.var(x + 100), (MANY,)),
    "std": (np.std, (MANY,)),
    "nanvar": (np.nanvar, (MANY,)),
    "average": (lambda x: np.average(x, weights=np.full(MANY, 2, x.dtype)), (MANY,)),
    "cumsum": (np.cumsum, (MANY // 2,)),
    "softmax": (lambda x: mg.softmax(x * 0.1), (MANY,)),
    "logsumexp": (lambda x: mg.logsumexp(x * 0.1), (MANY,)),
    "cross_entropy of many classes": (lambda x: mg.cross_entropy(x * 0.1, np.arange(3)), (3, MANY)),
    "cross_entropy of many examples": (lambda x: mg.cross_entropy(x, CLASSES), (MANY, 3)),
    "nll_loss of many examples": (lambda x: F.nll_loss(F.log_softmax(x), CLASSES), (MANY, 3)),
    "weighted cross_entropy": (lambda x: F.cross_entropy(x, CLASSES, np.full(3, 2.0)), (MANY, 3)),
    "smoothed cross_entropy": (lambda x: mg.cross_entropy(x * 0.1, [1], label_smoothing=0.1), (1, MANY)),
    "a row added to many": (lambda x: np.ones((5000, 1), x.dtype) * x, (2,)),
    "a number added to many": (lambda x: np.ones(5000, x.dtype) + x, ()),
    "an element read often": (lambda x: x[np.zeros(5000, int)], (2,)),
    "elements read often": (lambda x: x[np.zeros(5000, int), np.arange(5000) % 2], (2, 2)),
    "repeat": (lambda x: np.repeat(x, 5000), (2,)),
    "tile": (lambda x: np.tile(x, 5000), (2,)),
    "linear of many rows": (lambda w, b: mg.linear(np.ones((5000, 2), w.dtype), w, b), [(3, 2), (3,)]),
    "matmul": (lambda x: np.matmul(np.ones((1, 5000), x.dtype), x), (5000, 1)),
    "einsum": (lambda x: np.einsum("ij->j", x), (5000, 2)),
    "einsum to many": (lambda x: np.einsum("i,j->ij", np.ones(5000, x.dtype), x), (2,)),
    "norm": (np.linalg.norm, (MANY,)),
    "avg_pool2d": (lambda x: mg.avg_pool2d(x * x * 90, 80), (1, 1, 80, 80)),
    "adaptive_avg_pool2d": (lambda x: mg.adaptive_avg_pool2d(x * x * 90, 1), (1, 1, 80, 80)),
    "fold of many windows": (lambda x: mg.fold(x, (1, 3000), (1, 3000), stride=1), (3000, 1)),
    "attention to many": (
        lambda q, v: mg.scaled_dot_product_attention(q, np.zeros((3000, 4), q.dtype), v * v * 90),
        [(2, 4), (3000, 2)],
    ),
}  # fmt: skip


@each("name", COUNTS)
def test_sums_and_counts_beyond_float16(name):
    function, shapes = COUNTS[name]
    arrays = [noise(*shape) for shape in (shapes if isinstance(shapes, list) else [shapes])]
    assert_rounded(function, *arrays, dtype=np.float16, roundings=8, mean=1.0)


def test_gradients_of_more_than_float16_counts():
    assert mg.grad(np.mean)(np.ones(MANY, np.float16)).data[0] == np.float16(1 / MANY)
    x = np.float16(noise(MANY) * 0.1)
    (gradient,) = mg.vjp(mg.log_softmax, x)[1](np.ones(MANY, np.float16))
    np.testing.assert_allclose(gradient.data, 1 - MANY * mg.softmax(x.astype(np.float64)).data, atol=1e-2)
    assert mg.grad(lambda x: np.sum(x * np.ones((5000, 1), np.float16)))(np.float16([1])).item() == 5000


SQUARES = {
    "layer_norm": mg.layer_norm,
    "layer_norm with parameters": lambda x: mg.layer_norm(x, x[0] / x[0], x[1] / x[1]),
    "layer_norm over rows": lambda x: mg.layer_norm(x, axis=0),
    "group_norm": lambda x: F.group_norm(x, 2),
    "instance_norm": lambda x: F.instance_norm(x.reshape(2, 2, 60)),
    "rms_norm": lambda x: F.rms_norm(x, (60,), eps=1e-5),
    "batch_norm": lambda x: F.batch_norm(x, None, None, training=True),
    "std": lambda x: np.std(x, axis=1),
    "norm": lambda x: np.linalg.norm(x[0, :4]),
    "3-norm": lambda x: np.linalg.norm(x[0, :4], 3),
    "Frobenius norm": lambda x: np.linalg.norm(x[:2, :2]),
    "normalize": lambda x: F.normalize(x[:, :4]),
    "cosine_similarity": lambda x: F.cosine_similarity(x[:2, :4], x[2:, :4]),
    "hypot": lambda x: np.hypot(x[0], x[1]),
    "arctan2": lambda x: np.arctan2(x[0], x[1]),
    "logaddexp": lambda x: np.logaddexp(x[0], x[1]),
    "huber_loss": lambda x: F.huber_loss(x, x.detach() * 0 if isinstance(x, mg.Tensor) else x * 0),
}
for (
    _name
) in "arcsinh arctan softsign sigmoid silu mish softplus logsigmoid tanh elu celu selu erf gelu".split():
    SQUARES[_name] = getattr(mg, _name)
SQUARES["gelu by tanh"] = lambda x: mg.gelu(x, "tanh")
SQUARES["softplus of a steep slope"] = lambda x: mg.softplus(x, 1e3)
SQUARES["arccosh"] = lambda x: np.arccosh(np.abs(x) + 2)
SQUARES["log10"] = lambda x: np.log10(np.abs(x) * 4)


@each("dtype", [np.float16, np.float32])
@each("name", SQUARES)
def test_squares_that_would_overflow(name, dtype):
    assert_rounded(SQUARES[name], HUGE * SIZES[dtype], dtype=dtype, roundings=16)


@each("name", ["layer_norm", "rms_norm", "std", "norms of rows"])
def test_each_row_has_its_own_size(name):
    function = SQUARES.get(name, lambda x: np.linalg.norm(x, axis=1))
    rows = noise(3, 60) * [[1e30], [1.0], [1e-3 if name == "layer_norm" else 1e-30]]
    weights = np.flip(noise(*function(mg.tensor(rows)).shape))  # at an angle to the rows
    found = []
    for dtype, recorded in [(np.float32, False), (np.float32, True), (np.float64, False)]:
        x = mg.tensor(np.asarray(rows, np.float32).astype(dtype), requires_grad=True)
        out = function(x)
        out.backward(weights.astype(np.float32).astype(dtype), create_graph=recorded)
        found.append([out.data.reshape(3, -1), x.grad.data])
    *narrow, exact = found
    for got in narrow:
        for short, double in zip(got, exact, strict=True):
            size = np.abs(double).max(axis=1, keepdims=True)
            np.testing.assert_allclose(short / size, double / size, atol=1e-5)


@each("name", ["layer_norm", "rms_norm", "gelu by tanh", "arcsinh", "silu", "norm"])
def test_second_derivatives_where_squares_would_overflow(name):
    x = mg.tensor(np.asarray(HUGE * SIZES[np.float32], np.float32), requires_grad=True)
    SQUARES[name](x).sum().backward(create_graph=True)
    (x.grad * x.grad).sum().backward()
    assert np.isfinite(x.grad.data).all()


TINY = 2.0**-30

# name: (function, x, its derivative there)
CANCELLING = {
    "sigmoid": (mg.sigmoid, 40.0, np.exp(-40.0)),
    "expm1": (np.expm1, -40.0, np.exp(-40.0)),
    "arcsin": (np.arcsin, 1 - TINY, (TINY * (2 - TINY)) ** -0.5),
    "arccos": (np.arccos, 1 - TINY, -((TINY * (2 - TINY)) ** -0.5)),
    "arctanh": (np.arctanh, 1 - TINY, 1 / (TINY * (2 - TINY))),
    "arccosh": (np.arccosh, 1 + TINY, (TINY * (2 + TINY)) ** -0.5),
    "arccosh of a large number": (np.arccosh, 1e200, 1e-200),
    "arcsinh of a large number": (np.arcsinh, 1e200, 1e-200),
    "arctan of a large number": (np.arctan, 1e155, 1e-310),
    "softsign of a large number": (mg.softsign, -1e155, 1e-310),
    "silu": (mg.silu, -40.0, -39 * np.exp(-40.0)),
    "prod with a 0": (
        lambda x: np.prod(mg.stack([x, x * 0 + 1e200, x * 0 + 1e200, x * 0 + 1e-300])),
        0.0,
        1e100,
    ),
    "norm of small numbers": (lambda x: np.linalg.norm(mg.stack([x, x])), 1e-200, 2**0.5),
}


@each("name", CANCELLING)
def test_derivatives_keep_their_digits(name):
    function, x, expected = CANCELLING[name]
    np.testing.assert_allclose(mg.grad(function)(np.float64(x)).item(), expected, rtol=1e-12)


def test_products_with_zeros_and_numbers_whose_product_overflows():
    x = np.array([0.0, 0.0, 1e200, 1e200])
    np.testing.assert_array_equal(mg.grad(np.prod)(x).data, [0, 0, 0, 0])
    np.testing.assert_array_equal(mg.grad(lambda x: np.cumprod(x).sum())(x).data, [1, 0, 0, 0])
    small = np.array([1e-200, 1e-200, 1e200])  # whose product underflows
    np.testing.assert_allclose(mg.grad(np.prod)(small).data, [1, 1, 0], atol=1e-300)


@each("size", [1e-4, 1.0, 1e3])
@each("optimiser", [nn.optim.Adam, nn.optim.AdamW])
def test_adam_of_float16(optimiser, size):
    """Squares of 1000 and eps = 1e-8 are both out of its range."""
    found = []
    for dtype in (np.float16, np.float64):
        p = nn.Parameter(np.ones(3, dtype))
        steps = optimiser([p], lr=0.1)
        for _ in range(3):
            p.grad = mg.tensor(np.full(3, size, dtype))
            steps.step()
        assert p.dtype == dtype
        found.append(p.data)
    np.testing.assert_allclose(*found, rtol=2e-3)


@each("norm_type", [2.0, 1.0, 3.0, np.inf])
@each(("dtype", "size"), [(np.float16, 1e4), (np.float32, 1e25), (np.float64, 1e200)])
def test_clip_grad_norm_of_large_gradients(dtype, size, norm_type):
    parameters = [nn.Parameter(np.zeros(50, dtype)) for _ in "ab"]
    for p in parameters:
        p.grad = mg.tensor(np.asarray(noise(50) * size, dtype))
    before = [p.grad.data.astype(np.float64) / size for p in parameters]
    expected = np.linalg.norm(np.concatenate(before), norm_type)
    norm = nn.utils.clip_grad_norm_(parameters, 2.0, norm_type)
    np.testing.assert_allclose(norm, expected * size, rtol=1e-3 if dtype == np.float16 else 1e-6)
    for p, g in zip(parameters, before, strict=True):
        np.testing.assert_allclose(p.grad.data, g * 2 / expected, rtol=2e-3, atol=1e-6)
