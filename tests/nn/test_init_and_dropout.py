"""Random numbers: what initial values and dropout masks are distributed like, and that seeds hold."""

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
import nn
from nn import functional as F
from nn import init
from tests.cases import each

OUT, IN = 300, 200
N = OUT * IN


def drawn(function: Callable[..., mg.Tensor], *args: Any, shape: tuple[int, ...] = (OUT, IN)) -> np.ndarray:
    tensor = mg.tensor(np.full(shape, np.nan, np.float32))
    assert function(tensor, *args, rng=np.random.default_rng(0)) is tensor
    assert tensor.dtype == np.float32
    return tensor.numpy().astype(np.float64)


def distance(sample: np.ndarray, cumulative: Callable[[np.ndarray], np.ndarray]) -> float:
    """The largest difference to a distribution, times √n (Kolmogorov and Smirnov): below 1.95 in 99.9 %."""
    ordered = np.sort(sample.ravel())
    expected = cumulative(ordered)
    steps = np.arange(ordered.size + 1) / ordered.size
    return max((steps[1:] - expected).max(), (expected - steps[:-1]).max()) * ordered.size**0.5


def is_uniform(sample: np.ndarray, a: float, b: float) -> None:
    assert sample.min() >= a - 1e-6
    assert sample.max() <= b + 1e-6
    assert distance(sample, lambda x: (x - a) / (b - a)) < 1.95


def is_normal(sample: np.ndarray, mean: float, std: float) -> None:
    erf = np.vectorize(math.erf)
    assert distance(sample, lambda x: 0.5 * (1 + erf((x - mean) / std / math.sqrt(2)))) < 1.95
    assert abs(sample.mean() - mean) < 4 * std / math.sqrt(sample.size)
    assert abs(sample.std() / std - 1) < 4 / math.sqrt(2 * sample.size)


def bound(fans: float, slope: float = 0.0) -> float:
    return math.sqrt(6 / ((1 + slope * slope) * fans))


@each(
    ("function", "args", "limits"),
    [
        (init.uniform_, (), (0, 1)),
        (init.uniform_, (-3.0, -1.0), (-3, -1)),
        (init.xavier_uniform_, (), (-bound(IN + OUT), bound(IN + OUT))),
        (init.xavier_uniform_, (2.5,), (-2.5 * bound(IN + OUT), 2.5 * bound(IN + OUT))),
        (init.kaiming_uniform_, (), (-bound(IN), bound(IN))),
        (init.kaiming_uniform_, (math.sqrt(5),), (-1 / math.sqrt(IN), 1 / math.sqrt(IN))),
        (init.kaiming_uniform_, (0.0, "fan_out", "relu"), (-bound(OUT), bound(OUT))),
        (init.kaiming_uniform_, (0.0, "fan_in", "tanh"), (-5 / math.sqrt(3 * IN), 5 / math.sqrt(3 * IN))),
    ],
)
def test_uniform(function: Any, args: Any, limits: tuple[float, float]) -> None:
    is_uniform(drawn(function, *args), *limits)


@each(
    ("function", "args", "mean", "std"),
    [
        (init.normal_, (), 0, 1),
        (init.normal_, (2.0, 0.1), 2, 0.1),
        (init.xavier_normal_, (), 0, math.sqrt(2 / (IN + OUT))),
        (init.xavier_normal_, (3.0,), 0, 3 * math.sqrt(2 / (IN + OUT))),
        (init.kaiming_normal_, (), 0, math.sqrt(2 / IN)),
        (init.kaiming_normal_, (0.5,), 0, math.sqrt(2 / 1.25 / IN)),
        (init.kaiming_normal_, (0.5, "fan_out"), 0, math.sqrt(2 / 1.25 / OUT)),
        (init.kaiming_normal_, (0.0, "fan_in", "linear"), 0, math.sqrt(1 / IN)),
    ],
)
def test_normal(function: Any, args: Any, mean: float, std: float) -> None:
    is_normal(drawn(function, *args), mean, std)


def test_fans_of_a_weight_with_a_kernel() -> None:
    """(out, in, *kernel): each output reads in·kernel numbers, each input feeds out·kernel."""
    shape = (30, 20, 3, 5)
    is_uniform(drawn(init.kaiming_uniform_, shape=shape), -bound(20 * 15), bound(20 * 15))
    is_uniform(drawn(init.xavier_uniform_, shape=shape), -bound(50 * 15), bound(50 * 15))


@each("limits", [(-2, 2), (-0.1, 0.3), (0.5, 9), (-9, -1.5), (4, 6)])
def test_truncated_normal(limits: tuple[float, float]) -> None:
    """Of mean 1 and deviation 2, between a and b: Φ between its values there, brought to 0 ... 1."""
    a, b = (1 + 2 * limit for limit in limits)
    sample = drawn(init.trunc_normal_, 1.0, 2.0, a, b)
    assert a - 1e-6 <= sample.min() <= sample.max() <= b + 1e-6
    cumulative = lambda x: np.vectorize(math.erfc)((1 - x) / 2 / math.sqrt(2))  # twice Φ
    low, high = cumulative(np.array([a, b]))
    if min(limits) >= 4:  # Φ is 1 here; its mirror image is not
        sample, low, high = 2 - sample, *cumulative(np.array([2 - b, 2 - a]))
    assert distance(sample, lambda x: (cumulative(x) - low) / (high - low)) < 1.95


@each("shape", [(5, 5), (3, 7), (7, 3), (4, 2, 3), (6, 2, 2)], ids=str)
def test_orthogonal(shape: tuple[int, ...]) -> None:
    q = drawn(init.orthogonal_, 3.0, shape=shape).reshape(shape[0], -1)
    product = q @ q.T if len(q) <= q.shape[1] else q.T @ q
    np.testing.assert_allclose(product, 9 * np.eye(len(product)), atol=1e-5)


def test_orthogonal_matrices_are_as_often_turned_as_mirrored() -> None:
    rng = np.random.default_rng(0)
    signs = [np.linalg.det(init.orthogonal_(mg.tensor(np.zeros((3, 3))), rng=rng).data) for _ in range(300)]
    assert 100 < sum(sign > 0 for sign in signs) < 200


def test_structured_values_are_torch_s() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch to compare")
    for name, shape, options in [
        ("eye_", (3, 5), {}),
        ("dirac_", (4, 2, 3), {}),
        ("dirac_", (6, 3, 3, 4), {"groups": 2}),
        ("dirac_", (2, 3, 3, 1, 2), {}),
    ]:
        ours, theirs = mg.tensor(np.full(shape, np.nan)), torch.full(shape, np.nan)
        assert getattr(init, name)(ours, **options) is ours
        np.testing.assert_array_equal(ours.numpy(), getattr(torch.nn.init, name)(theirs, **options).numpy())
    for name in "linear conv1d conv2d conv3d conv_transpose2d sigmoid tanh relu leaky_relu selu".split():
        assert init.calculate_gain(name) == pytest.approx(torch.nn.init.calculate_gain(name))
    gain = torch.nn.init.calculate_gain("leaky_relu", 0.3)
    assert init.calculate_gain("leaky_relu", 0.3) == pytest.approx(gain)


def test_sparse() -> None:
    sample = drawn(init.sparse_, 0.35, 2.0)
    np.testing.assert_array_equal((sample == 0).sum(axis=0), math.ceil(0.35 * OUT))
    is_normal(sample[sample != 0], 0, 2)


def test_constants() -> None:
    tensor = mg.tensor(np.full((2, 3), np.nan))
    for function, args, value in [(init.zeros_, (), 0), (init.ones_, (), 1), (init.constant_, (2.5,), 2.5)]:
        assert function(tensor, *args) is tensor
        np.testing.assert_array_equal(tensor.numpy(), np.full((2, 3), value))


def test_initialising_fills_in_place_and_is_not_recorded() -> None:
    parameter = nn.Parameter(np.zeros((2, 2)))
    array = parameter.numpy()
    init.normal_(parameter)
    assert parameter.numpy() is array
    assert parameter.is_leaf
    assert parameter.requires_grad


LAYERS = {
    "Linear": lambda rng: nn.Linear(4, 3, rng=rng),
    "Embedding": lambda rng: nn.Embedding(4, 3, rng=rng),
    "Bilinear": lambda rng: nn.Bilinear(4, 3, 2, rng=rng),
    "Conv2d": lambda rng: nn.Conv2d(2, 4, 3, groups=2, rng=rng),
    "ConvTranspose1d": lambda rng: nn.ConvTranspose1d(2, 4, 3, groups=2, rng=rng),
    "LSTM": lambda rng: nn.LSTM(3, 2, 2, bidirectional=True, rng=rng),
    "GRUCell": lambda rng: nn.GRUCell(3, 2, rng=rng),
    "LearnedPosition": lambda rng: nn.LearnedPosition(4, 3, rng=rng),
    "MultiheadAttention": lambda rng: nn.MultiheadAttention(4, 2, rng=rng),
    "MultiheadAttention-kdim": lambda rng: nn.MultiheadAttention(4, 2, kdim=3, rng=rng),
    "MultiheadAttention-bias_k": lambda rng: nn.MultiheadAttention(4, 2, add_bias_kv=True, rng=rng),
    "TransformerEncoderLayer": lambda rng: nn.TransformerEncoderLayer(4, 2, 8, rng=rng),
    "TransformerDecoderLayer": lambda rng: nn.TransformerDecoderLayer(4, 2, 8, rng=rng),
}


@each("build", LAYERS.values(), ids=LAYERS)
def test_same_seed_same_numbers(build: Callable[[Any], nn.Module]) -> None:
    states = [build(np.random.default_rng(seed)).state_dict() for seed in (0, 0, 1)]
    other = build(None).state_dict()
    for name in states[0]:
        np.testing.assert_array_equal(states[0][name], states[1][name])
    assert any(not np.array_equal(states[0][name], states[2][name]) for name in states[0])
    assert any(not np.array_equal(states[0][name], other[name]) for name in states[0])


STARTS_AS_CONSTANTS = {
    "LayerNorm": lambda rng: nn.LayerNorm(3),
    "RMSNorm": lambda rng: nn.RMSNorm(3),
    "GroupNorm": lambda rng: nn.GroupNorm(1, 3),
    "BatchNorm1d": lambda rng: nn.BatchNorm1d(3),
    "InstanceNorm1d": lambda rng: nn.InstanceNorm1d(3, affine=True, track_running_stats=True),
    "PReLU": lambda rng: nn.PReLU(3, 0.4),
    "Embedding-padding_idx": lambda rng: nn.Embedding(4, 3, 1, rng=rng),
}


@each("name", [n for n in LAYERS if "Transformer" not in n] + list(STARTS_AS_CONSTANTS))
def test_reset_parameters_starts_again(name: str) -> None:
    """What a new layer of the same seed holds, in the same arrays."""
    build = (LAYERS | STARTS_AS_CONSTANTS)[name]
    fresh, layer = build(np.random.default_rng(3)), build(np.random.default_rng(4))
    arrays = [*map(mg.Tensor.numpy, layer.parameters()), *layer.buffers()]
    for array in arrays:
        array[...] = 7
    if "rng" in inspect.signature(layer.reset_parameters).parameters:
        layer.reset_parameters(np.random.default_rng(3))
    else:
        layer.reset_parameters()
    for key, array in fresh.state_dict().items():
        np.testing.assert_array_equal(layer.state_dict()[key], array)
    after = [*map(mg.Tensor.numpy, layer.parameters()), *layer.buffers()]
    assert all(x is y for x, y in zip(arrays, after, strict=True))


def test_layers_that_share_a_generator_differ() -> None:
    rng = np.random.default_rng(0)
    first, second = nn.Linear(3, 3, rng=rng), nn.Linear(3, 3, rng=rng)
    assert not np.isclose(first.weight.numpy(), second.weight.numpy()).any()


def test_building_a_layer_does_not_touch_numpy_s_global_generator() -> None:
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    nn.TransformerEncoderLayer(4, 2, 8)(mg.tensor(np.ones((1, 2, 4), np.float32)))
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_where_layers_start() -> None:
    rng = np.random.default_rng(0)
    linear = nn.Linear(IN, OUT, rng=rng)
    is_uniform(linear.weight.numpy().astype(np.float64), -1 / math.sqrt(IN), 1 / math.sqrt(IN))
    wide = nn.Linear(4, 50_000, rng=rng)
    is_uniform(wide.bias.numpy().astype(np.float64), -0.5, 0.5)
    is_normal(nn.Embedding(OUT, IN, rng=rng).weight.numpy().astype(np.float64), 0, 1)
    is_normal(nn.LearnedPosition(OUT, IN, rng=rng).weight.numpy().astype(np.float64), 0, 0.02)
    attention = nn.MultiheadAttention(100, 4, rng=rng)
    limit = bound(100 + 300)  # one weight for all three, as PyTorch has it
    is_uniform(attention.in_proj_weight.numpy().astype(np.float64), -limit, limit)
    is_uniform(attention.out_proj.weight.numpy().astype(np.float64), -0.1, 0.1)
    assert (attention.in_proj_bias.numpy() == 0).all()
    assert (attention.out_proj.bias.numpy() == 0).all()
    norm = nn.LayerNorm((2, 3))
    assert (norm.weight.numpy() == 1).all()
    assert (norm.bias.numpy() == 0).all()
    is_uniform(nn.Linear(1, 50_000, rng=rng).weight.numpy().astype(np.float64), -1, 1)
    nn.Linear(0, 3, rng=rng)  # no division by zero


def test_where_parameters_have_float32() -> None:
    model = nn.TransformerDecoderLayer(8, 2, 16)
    assert {p.dtype for p in model.parameters()} == {np.dtype(np.float32)}


# -- dropout ----------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(p=st.floats(0.01, 0.99), seed=st.integers(0, 100))
def test_dropout_scales_what_it_keeps(dtype: Any, p: float, seed: int) -> None:
    x = mg.tensor(np.linspace(1, 2, 4000).astype(dtype), requires_grad=True)
    out = nn.Dropout(p, rng=np.random.default_rng(seed))(x)
    assert out.dtype == dtype
    kept = out.numpy() != 0
    np.testing.assert_allclose(out.numpy()[kept], x.numpy()[kept] / (1 - p), rtol=1e-6)
    assert abs(kept.mean() - (1 - p)) < 5 * math.sqrt(p * (1 - p) / x.size)
    out.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), kept / (1 - p), rtol=1e-6)  # the same places, back


def test_dropped_places_are_independent() -> None:
    mask = F.dropout_mask((2000, 50), np.float64, 0.5, rng=np.random.default_rng(0))
    correlation = np.corrcoef(mask, rowvar=False)[~np.eye(50, dtype=bool)]
    assert np.abs(correlation).max() < 5 / math.sqrt(2000)


def test_dropout_draws_anew_and_from_its_seed() -> None:
    x = mg.tensor(np.ones(100))
    first, second = (nn.Dropout(0.5, rng=np.random.default_rng(3)) for _ in range(2))
    outputs = [first(x).numpy() for _ in range(3)]
    for out in outputs:
        np.testing.assert_array_equal(out, second(x).numpy())
    assert not np.array_equal(outputs[0], outputs[1])
    assert not np.array_equal(nn.Dropout()(x).numpy(), nn.Dropout()(x).numpy())  # no seed: each its own


@each("p", [0.0, 0.5, 1.0])
def test_evaluation_does_nothing(p: float) -> None:
    layer, x = nn.Dropout(p, rng=np.random.default_rng(0)).eval(), mg.tensor(np.ones(9))
    state = layer.rng.bit_generator.state
    assert layer(x) is x
    assert F.dropout(x, p, training=False) is x
    assert layer.rng.bit_generator.state == state


def test_the_ends() -> None:
    x = mg.tensor(np.ones(9), requires_grad=True)
    assert nn.Dropout(0.0)(x) is x
    assert nn.Dropout(0)(x) is x
    out = nn.Dropout(1.0)(x)
    np.testing.assert_array_equal(out.numpy(), np.zeros(9))
    out.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), np.zeros(9))
    np.testing.assert_array_equal(nn.Dropout(1)(x).numpy(), np.zeros(9))


@each("p", [-0.1, 1.1])
def test_what_is_no_probability_is_refused(p: float) -> None:
    with pytest.raises(ValueError, match=f"Dropout takes a probability between 0 and 1, and got {p}"):
        nn.Dropout(p)
    with pytest.raises(ValueError, match=f"dropout takes a probability between 0 and 1, and got {p}"):
        F.dropout(mg.tensor(np.ones(3)), p)
