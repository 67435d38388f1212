"""Every function of nn.functional against PyTorch's: value, gradient, second order, and float32 throughout.

A line of the table is a call that both libraries understand.  (Attention and those that only
name an op of minigrad are tested elsewhere.)
"""

import math
import warnings
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn import functional as F

torch = pytest.importorskip(
    "torch", reason="torch is not installed, and these tests compare with it: pip install torch"
)

from tests.cases import each
from tests.nn.test_against_torch import agree, arrays_for, dtypes, to_torch

RNG = np.random.default_rng(9)
CLASSES = np.array([0, 2, 1, 2])
IGNORING = np.array([0, -100, 1, -100])
GRID = np.array([[0, 2], [1, 1]])
WEIGHT = np.array([0.5, 1.0, 2.0])
SIGNS = np.array([1, -1, -1, 1])
ZERO_ONE = np.array([[0, 1, 1], [1, 0, 0]])
P = RNG.uniform(0.05, 0.95, (2, 3))
Q = RNG.dirichlet(np.ones(3), 4)
LOG_P, LOG_Q = np.log(RNG.dirichlet(np.ones(3), 4)), np.log(Q)
COUNTS = np.array([[0.0, 1, 4], [2, 7, 3]])
VARIANCE = RNG.uniform(0.3, 2, (4, 3))
HOLE = np.array([[3.0, -4.0, 0.0], [0.0, 0.0, 0.0], [1.0, 2.0, 2.0]])  # one vector of length 0
RATES = RNG.uniform(0.3, 2, (2, 3))

SAME, ROWS = ((4, 3), (4, 3)), ((4, 3),)
REDUCTIONS = ("mean", "sum", "none")

Line = tuple[str, tuple[Any, ...], tuple[Any, ...], dict[str, Any]]  # name, arrays, arguments, keywords

SHAPES_OF_MODES = (
    ("linear", (2, 3, 4)), ("bilinear", (2, 1, 4, 3)), ("trilinear", (1, 1, 4, 2, 3)),
    ("bicubic", (1, 2, 4, 3)),
)  # fmt: skip

CALLS: list[Line] = [
    # -- activations
    *[(name, ((3, 4),), (), {}) for name in (
        "celu", "elu", "gelu", "hardshrink", "hardswish", "hardtanh", "leaky_relu", "logsigmoid", "mish",
         "relu", "relu6", "selu", "sigmoid", "silu", "softshrink", "softsign", "tanh", "tanhshrink")],
    ("linear", ((2, 3), (4, 3), (4,)), (), {}),
    ("prelu", (np.array(-2.0), (1,)), (), {}),
    ("softplus", ((3, 4),), (), {"beta": 2.0, "threshold": 1.0}),
    ("prelu", ((2, 3, 4), (1,)), (), {}),
    ("prelu", ((2, 3, 4), (3,)), (), {}),
    ("rrelu", ((3, 4),), (0.1, 0.3), {}),
    ("glu", ((3, 4),), (), {}),
    ("glu", ((4, 3),), (0,), {}),
    ("softmin", ((2, 3, 4),), (1,), {}),
    ("threshold", ((3, 4),), (0.3, -2.0), {}),
    # -- normalisation
    ("rms_norm", ((2, 3, 4),), ((4,),), {}),
    ("rms_norm", ((2, 4, 3),), ((4, 3),), {"weight": Q, "eps": 0.1}),
    ("group_norm", ((2, 4, 3),), (2,), {}),
    ("group_norm", ((2, 6, 3, 2),), (3,), {"eps": 0.1}),
    ("instance_norm", ((2, 3, 4),), (), {}),
    ("batch_norm", ((3, 2, 4),), (None, None), {"training": True}),
    ("normalize", ((3, 4),), (), {}),
    ("normalize", ((3, 4),), (1.0, 0), {}),
    ("normalize", ((3, 4),), (3.0, -1, 0.1), {}),
    ("normalize", ((3, 4),), (np.inf,), {}),
    ("normalize", ((3, 4),), (0.0,), {"dim": 0}),
    ("instance_norm", ((2, 3, 4),), (None, None, WEIGHT, WEIGHT), {"eps": 0.1}),
    ("instance_norm", ((2, 3, 4),), (WEIGHT, WEIGHT), {"use_input_stats": False}),
    ("cosine_similarity", ((1, 4), (3, 1)), (), {}),
    ("cosine_similarity", ((3, 4), (3, 4)), (), {}),
    ("pairwise_distance", ((3, 4), (3, 4)), (-np.inf,), {}),
    ("cosine_similarity", ((3, 4), (1, 4)), (), {"dim": 1}),
    ("pairwise_distance", ((3, 4), (3, 4)), (), {}),
    ("pairwise_distance", ((3, 4), (3, 4)), (1.0,), {"keepdim": True}),
    ("pairwise_distance", ((3, 4), (4,)), (3.0,), {}),
    # -- losses of numbers
    *[(name, SAME, (), {"reduction": r}) for r in REDUCTIONS
      for name in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")],
    *[(name, SAME, (), {"reduction": r, "weight": VARIANCE}) for r in REDUCTIONS
      for name in ("mse_loss", "l1_loss", "huber_loss")],
    ("smooth_l1_loss", SAME, (), {"beta": 0.5}),
    ("smooth_l1_loss", SAME, (), {"beta": 0.0}),
    ("huber_loss", SAME, (), {"delta": 0.3}),
    *[("kl_div", (LOG_P, Q), (), {"reduction": r}) for r in (*REDUCTIONS, "batchmean")],
    ("kl_div", (LOG_P, LOG_Q), (), {"log_target": True, "reduction": "batchmean"}),
    ("poisson_nll_loss", ((2, 3), COUNTS), (), {}),
    ("poisson_nll_loss", (RATES,), (COUNTS,), {"log_input": False, "full": True, "reduction": "none"}),
    ("gaussian_nll_loss", (*SAME, VARIANCE), (), {}),
    ("gaussian_nll_loss", (*SAME, VARIANCE[:, :1]), (), {"full": True, "reduction": "sum"}),
    # -- losses of classes
    *[("nll_loss", (LOG_P, CLASSES), (), {"reduction": r}) for r in REDUCTIONS],
    *[("nll_loss", (LOG_P, IGNORING), (), {"weight": WEIGHT, "reduction": r}) for r in REDUCTIONS],
    ("nll_loss", ((2, 3, 2), GRID), (), {"ignore_index": 1, "weight": WEIGHT}),
    ("nll_loss", ((3,), np.array(1)), (), {}),
    *[("cross_entropy", (*ROWS, IGNORING), (), {"weight": WEIGHT, "reduction": r, "label_smoothing": s})
      for r in REDUCTIONS for s in (0.0, 0.2)],
    ("cross_entropy", ((2, 3, 2), GRID), (), {"weight": WEIGHT, "label_smoothing": 0.1}),
    *[("cross_entropy", (*ROWS, Q), (), {"weight": w, "reduction": r, "label_smoothing": s})
      for r in REDUCTIONS for s, w in ((0.0, None), (0.2, WEIGHT))],
    ("cross_entropy", ((2, 3, 2),), (RNG.dirichlet(np.ones(3), (2, 2)).swapaxes(1, 2),), {}),
    ("cross_entropy", ((3,), np.array(1)), (), {"weight": WEIGHT}),
    *[("binary_cross_entropy", (P, RATES / 2), (), {"reduction": r}) for r in REDUCTIONS],
    ("binary_cross_entropy", (P,), (ZERO_ONE * 1.0,), {"weight": np.array([[2.0, 0.5, 1.0]])}),
    *[("binary_cross_entropy_with_logits", ((2, 3), P), (), {"reduction": r}) for r in REDUCTIONS],
    ("binary_cross_entropy_with_logits", ((2, 3),), (ZERO_ONE * 1.0, WEIGHT), {"pos_weight": WEIGHT}),
    # -- losses of margins
    *[("hinge_embedding_loss", ((4,),), (SIGNS,), {"margin": 0.7, "reduction": r}) for r in REDUCTIONS],
    *[("margin_ranking_loss", ((4,), (4,)), (SIGNS,), {"margin": 0.2, "reduction": r}) for r in REDUCTIONS],
    *[("cosine_embedding_loss", SAME, (SIGNS,), {"margin": 0.1, "reduction": r}) for r in REDUCTIONS],
    ("triplet_margin_loss", (*SAME, (4, 3)), (), {}),
    ("triplet_margin_loss", (*SAME, (4, 3)), (2.0, 1.0), {"swap": True, "reduction": "none"}),
    # -- the rest
    ("embedding", (np.array([[0, 2], [2, 1]]), (3, 4)), (), {"padding_idx": 2}),
    ("bilinear", ((2, 3), (2, 4), (5, 3, 4), (5,)), (), {}),
    ("pad", ((2, 3),), ((1, 2),), {}),
    ("pad", ((2, 3, 4),), ((1, 0, 0, 2), "constant", 1.5), {}),
    ("pad", ((2, 3, 4),), ((-1, 2, 1, -2),), {}),
    *[("pad", ((2, 3, 4),), ((2, 1),), {"mode": mode}) for mode in ("reflect", "replicate", "circular")],
    *[("pad", ((2, 3, 5),), (ends,), {"mode": mode}) for mode in ("reflect", "replicate")
      for ends in ((-3, 4), (3, -4), (-1, -2))],
    ("pad", ((2, 3, 5),), ((-2, 1),), {"mode": "circular"}),
    ("avg_pool2d", ((1, 2, 4, 4),), (2, (), 0, False, True, -2), {}),
    ("pixel_shuffle", ((2, 8, 3, 2),), (2,), {}),
    ("pixel_unshuffle", ((8, 6, 4),), (2,), {}),
    ("interpolate", ((2, 3, 4),), (7,), {}),
    ("interpolate", ((2, 3, 4, 5),), ((3, 8),), {}),
    ("interpolate", ((2, 3, 4, 5),), (None, (2, 0.5)), {}),
    *[("interpolate", (shape,), (size, factor, mode, align), {})
      for mode, shape in SHAPES_OF_MODES for align in (False, True)
      for size, factor in ((7, None), (None, 0.6))],
    *[("interpolate", ((2, 3, 4, 5),), (size, factor, mode), {})
      for mode in ("area", "nearest", "nearest-exact") for size, factor in (((3, 7), None), (None, 1.7))],
    ("interpolate", ((1, 2, 5),), (None, 1.7, "linear", False, True), {}),
    *[(f"dropout{n}d", ((2, 3, 4, 5)[: n + 2],), (0.5,), {"training": False}) for n in (1, 2)],
    ("alpha_dropout", ((2, 3),), (0.5,), {"training": False}),
]  # fmt: skip


def label(line: Line) -> str:
    name, _, args, kwargs = line
    settings = [*map(str, args), *(f"{k}={v}" for k, v in kwargs.items())]
    return f"{name}({','.join(settings)})".replace(" ", "").replace("\n", "")[:70]


every_call = each("line", CALLS, ids=label, by=lambda line: line[0])


def caller(library: Any, line: Line, convert: Callable[[Any], Any]) -> Callable[..., Any]:
    name, _, args, kwargs = line
    args, kwargs = tuple(map(convert, args)), {k: convert(v) for k, v in kwargs.items()}
    function = getattr(library, name)
    return lambda *inputs: function(*inputs, *args, **kwargs)


def of(dtype: Any) -> Callable[[Any], Any]:
    return lambda x: x.astype(dtype) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x


@dtypes
@every_call
def test_value_and_gradient(line: Line, dtype: Any) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "reduction: 'mean' divides the total loss", UserWarning)
        theirs = caller(torch.nn.functional, line, lambda x: to_torch(x, dtype))
        ours = caller(F, line, of(dtype))
        agree(nn.Identity(), torch.nn.Identity(), arrays_for(line[1], dtype), ours, theirs)


# A row of padding has no gradient on purpose, which differences do not know.
@each("line", [line for line in CALLS if "padding_idx" not in line[3]], ids=label, by=lambda line: line[0])
def test_second_order(line: Line) -> None:
    arrays = arrays_for(line[1], np.float64)
    call = caller(F, line, lambda x: x)
    floats = [i for i, x in enumerate(arrays) if x.dtype.kind == "f"]

    def of_floats(*inputs: Any) -> Any:
        given = list(arrays)
        for i, x in zip(floats, inputs, strict=True):
            given[i] = x
        return call(*given)

    mg.check_grads(of_floats, [arrays[i] for i in floats], order=2, rtol=1e-4, atol=1e-5)


@each("dtype", [np.float32, np.float16])
@each("line", CALLS, ids=label)
def test_no_other_float_anywhere(line: Line, dtype: Any) -> None:
    seen: set[tuple[str, str]] = set()

    def observe(op: Any, operands: Any, options: Any, out: np.ndarray) -> None:
        if out.dtype.kind == "f" and out.dtype != dtype:
            seen.add((op.name, out.dtype.name))

    arrays = arrays_for(line[1], dtype)
    inputs = [mg.tensor(x, requires_grad=True) if x.dtype.kind == "f" else x for x in arrays]
    with mg.observe(observe):
        out = caller(F, line, of(dtype))(*inputs)
        out.backward(np.ones(out.shape, dtype), create_graph=True)
    assert not seen
    assert {x.grad.dtype for x in inputs if isinstance(x, mg.Tensor)} == {np.dtype(dtype)}


def test_every_function_that_both_libraries_have_is_called() -> None:
    ops = {name for name in F.__all__ if getattr(F, name) is getattr(mg, name, None)}
    in_other_tests = set(
        "softmax log_softmax layer_norm dropout scaled_dot_product_attention gumbel_softmax one_hot conv1d "
        "conv2d conv_transpose1d conv_transpose2d fold unfold max_pool1d max_pool2d avg_pool1d avg_pool2d "
        "adaptive_avg_pool1d adaptive_avg_pool2d adaptive_max_pool1d adaptive_max_pool2d ctc_loss "
        "hardsigmoid".split()
    )
    shared = {name for name in F.__all__ if hasattr(torch.nn.functional, name)}
    assert shared - ops - in_other_tests <= {line[0] for line in CALLS}


@each("mode", ["nearest", "nearest-exact"])
def test_the_nearest_place_is_exact_in_float64(mode: str) -> None:
    """49·(2/98) is a hair below 1 in floats, and the place 49 of 98 is the second of 2."""
    for n in range(1, 8):
        x = np.arange(float(n))[None, None]
        for length in range(1, 120):
            places = F.interpolate(x, length, mode=mode).numpy()[0, 0]
            half = Fraction(int(mode == "nearest-exact"), 2)
            assert places.tolist() == [math.floor((i + half) * n / length) for i in range(length)]


# -- what a table cannot say ----------------------------------------------------------------------


@each("weight", [None, WEIGHT], ids=["even", "weighted"])
@each("name", ["cross_entropy", "nll_loss"])
def test_nothing_but_ignored_targets(name: str, weight: Any) -> None:
    """NaN, as in PyTorch, and a gradient of 0, without a warning; the sum is 0."""
    x = mg.tensor(LOG_P, requires_grad=True)
    ignored = np.full(4, -100)
    loss = getattr(F, name)(x, ignored, weight)
    loss.backward(retain_graph=True)
    assert np.isnan(loss.item())
    np.testing.assert_array_equal(x.grad.numpy(), 0)
    x.grad = None
    loss.backward(create_graph=True)
    np.testing.assert_array_equal(x.grad.numpy(), 0)
    assert getattr(F, name)(x, ignored, weight, reduction="sum").item() == 0


def test_one_hot() -> None:
    numbers = np.array([[0, 2], [1, 0]])
    for classes in (-1, 3, 5):
        expected = torch.nn.functional.one_hot(torch.tensor(numbers), classes).numpy()
        np.testing.assert_array_equal(F.one_hot(numbers, classes), expected)
        assert F.one_hot(numbers, classes).dtype == expected.dtype


def test_vectors_of_length_zero() -> None:
    ours = lambda x: F.normalize(x)
    theirs = lambda x: torch.nn.functional.normalize(x)
    agree(nn.Identity(), torch.nn.Identity(), [HOLE], ours, theirs)
    agree(nn.Identity(), torch.nn.Identity(), [HOLE, HOLE[::-1].copy()], F.cosine_similarity,
          torch.nn.functional.cosine_similarity)  # fmt: skip


def test_probabilities_of_zero_and_one() -> None:
    p, t = np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.0, 1.0, 0.0, 1.0])
    loss = F.binary_cross_entropy(mg.tensor(p), t, reduction="none")
    np.testing.assert_array_equal(loss.numpy(), [0, 100, 100, 0])
    x = mg.tensor(np.array([-2000.0, 2000.0]), requires_grad=True)
    F.binary_cross_entropy_with_logits(x, np.array([True, False]), reduction="sum").backward()
    np.testing.assert_array_equal(x.grad.numpy(), [-1, 1])


def test_a_target_of_integers_does_not_widen_the_loss() -> None:
    x = mg.tensor(P.astype(np.float32))
    for target in (ZERO_ONE, ZERO_ONE.astype(bool), mg.tensor(ZERO_ONE)):
        assert F.mse_loss(x, target).dtype == np.float32
        assert F.binary_cross_entropy(x, target).dtype == np.float32


def test_a_variance_too_small_counts_as_eps() -> None:
    var = np.array([0.0, 1e-9, 0.5])
    agree(nn.Identity(), torch.nn.Identity(), [np.ones(3), np.zeros(3), var],
          lambda x, t, v: F.gaussian_nll_loss(x, t, v, eps=1e-3),
          lambda x, t, v: torch.nn.functional.gaussian_nll_loss(x, t, v * 1, eps=1e-3))  # fmt: skip


def test_nan_stays_nan() -> None:
    """In every activation, and in what is divided by a norm."""
    x = mg.tensor(np.array([[np.nan, 1.0]]))
    skipped = {"threshold", "prelu", "glu", "gumbel_softmax"}
    for name in sorted(set(vars(F.activation)) & set(F.__all__) - skipped):
        assert np.isnan(getattr(F, name)(x).numpy()[0, 0]), name
    assert np.isnan(F.threshold(x, 0.0, 1.0).numpy()[0, 0])
    assert np.isnan(F.prelu(x, mg.tensor([0.1])).numpy()[0, 0])
    assert np.isnan(F.normalize(x).numpy()).all()


def test_gumbel_softmax() -> None:
    logits = mg.tensor(np.log(np.tile([0.2, 0.5, 0.3], (4000, 1))), requires_grad=True)
    drawn = F.gumbel_softmax(logits, hard=True, rng=np.random.default_rng(0))
    np.testing.assert_allclose(drawn.numpy().sum(axis=-1), 1)
    np.testing.assert_allclose(drawn.numpy().mean(axis=0), [0.2, 0.5, 0.3], atol=0.03)
    soft = F.gumbel_softmax(logits, 0.5, rng=np.random.default_rng(0))
    again = F.gumbel_softmax(logits, 0.5, True, rng=np.random.default_rng(0))
    g = np.random.default_rng(1).normal(size=soft.shape)
    gradients = []
    for out in (soft, again):
        logits.grad = None
        out.backward(g)
        gradients.append(logits.grad.numpy())
    np.testing.assert_array_equal(*gradients)
    assert F.gumbel_softmax(mg.tensor([[1.0, 2.0]]), hard=True).dtype == np.float32


def test_random_slopes_lie_between_the_bounds() -> None:
    x = mg.tensor(np.full((50, 40), -1.0, np.float32), requires_grad=True)
    out = F.rrelu(x, 0.2, 0.4, training=True, rng=np.random.default_rng(0))
    out.sum().backward()
    assert out.dtype == np.float32
    np.testing.assert_array_equal(x.grad.numpy(), -out.numpy())
    assert 0.2 <= x.grad.numpy().min() < 0.21
    assert 0.39 < x.grad.numpy().max() < 0.4


@each(
    ("name", "shape"),
    [
        ("dropout1d", (50, 40, 3)),
        ("dropout1d", (2000, 3)),
        ("dropout2d", (50, 40, 2, 3)),
        ("dropout2d", (2000, 2, 3)),
    ],
)
def test_whole_channels_are_dropped(name: str, shape: tuple[int, ...]) -> None:
    out = getattr(F, name)(mg.tensor(np.ones(shape)), 0.3, rng=np.random.default_rng(0)).numpy()
    channels = out.reshape(2000, -1)
    assert set(np.unique(channels)) == {0, 1 / 0.7}
    assert (channels == channels[:, :1]).all()
    assert abs((channels[:, 0] == 0).mean() - 0.3) < 0.04


def test_alpha_dropout_keeps_mean_and_variance() -> None:
    x = np.random.default_rng(1).normal(size=100_000)
    out = F.alpha_dropout(mg.tensor(x), 0.3, training=True, rng=np.random.default_rng(0)).numpy()
    assert abs(out.mean()) < 0.02
    assert abs(out.std() - 1) < 0.02
    np.testing.assert_array_equal(F.alpha_dropout(mg.tensor(x[:5]), 1.0, training=True).numpy(), 0)


# -- losses as modules ----------------------------------------------------------------------------

LOSSES: list[Line] = [
    ("MSELoss", SAME, (), {}),
    ("L1Loss", SAME, (), {"reduction": "sum"}),
    ("SmoothL1Loss", SAME, (), {"beta": 0.5}),
    ("HuberLoss", SAME, (), {"delta": 0.5}),
    ("CrossEntropyLoss", (*ROWS, CLASSES), (), {"label_smoothing": 0.1, "ignore_index": 1}),
    ("CrossEntropyLoss", (*ROWS, CLASSES), (WEIGHT,), {"reduction": "sum"}),
    ("NLLLoss", (LOG_P, CLASSES), (WEIGHT,), {"ignore_index": 0}),
    ("KLDivLoss", (LOG_P, LOG_Q), (), {"reduction": "batchmean", "log_target": True}),
    ("BCELoss", (P, RATES / 2), (np.array([1.0, 2.0, 3.0]),), {}),
    ("BCEWithLogitsLoss", ((2, 3), P), (), {"pos_weight": WEIGHT}),
    ("PoissonNLLLoss", ((2, 3), COUNTS + 1), (), {"full": True}),
    ("GaussianNLLLoss", (*SAME, VARIANCE), (), {"full": True}),
    ("HingeEmbeddingLoss", ((4,), SIGNS), (), {"margin": 0.5}),
    ("MarginRankingLoss", ((4,), (4,), SIGNS), (0.3,), {}),
    ("CosineEmbeddingLoss", (*SAME, SIGNS), (0.3,), {}),
    ("TripletMarginLoss", (*SAME, (4, 3)), (0.3,), {"swap": True}),
]


@dtypes
@each("line", LOSSES, ids=lambda line: f"{line[0]}{line[3]}")
def test_loss_module(line: Line, dtype: Any) -> None:
    name, inputs, args, kwargs = line
    ours = getattr(nn, name)(*args, **kwargs).astype(dtype)
    theirs = getattr(torch.nn, name)(
        *(to_torch(x, dtype) for x in args), **{k: to_torch(v, dtype) for k, v in kwargs.items()}
    )
    agree(ours, theirs, arrays_for(inputs, dtype), ours, theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())


def test_every_loss_that_both_libraries_have_is_in_the_table() -> None:
    assert {line[0] for line in LOSSES} | {"CTCLoss"} == {n for n in nn.__all__ if n.endswith("Loss")}
