"""What holds for whole models: one dtype throughout, derivatives true to the second order, symmetries."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from minigrad.graph import ancestors
from minigrad.watching import record_of


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


class Everything(nn.Module):
    """Most layers in one model, two of them with dropout."""

    def __init__(self, activation: Any = "relu", norm_first: bool = False) -> None:
        rng = np.random.default_rng(0)
        settings = {"activation": activation, "norm_first": norm_first, "rng": rng}
        self.token = nn.Embedding(7, 8, rng=rng)
        self.learned = nn.LearnedPosition(6, 8, rng=rng)
        self.sinusoidal = nn.SinusoidalPosition(6, 8)
        layer = nn.TransformerEncoderLayer(8, 2, 12, 0.1, rotary=nn.RotaryPosition(4), **settings)
        self.encoder = nn.TransformerEncoder(layer, 2, nn.LayerNorm(8))
        self.decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 12, 0.0, **settings), 1)
        self.head = nn.Sequential(
            *(nn.Linear(8, 8, rng=rng), nn.ELU(), nn.LeakyReLU(), nn.GELU("tanh"), nn.Softplus(), nn.Tanh()),
            *(nn.Linear(8, 7, bias=False, rng=rng), nn.Dropout(0.2, rng=rng)),
        )

    def forward(self, ids: np.ndarray, mask: Any) -> mg.Tensor:
        memory = self.encoder(self.sinusoidal(self.learned(self.token(ids))), mask)
        return self.head(self.decoder(memory, memory, tgt_is_causal=True, memory_mask=mask))


IDS = np.random.default_rng(1).integers(0, 7, (2, 5))
PADDING = nn.padding_mask([3, 5], 5)
MASKS = {
    "none": None,
    "bool": PADDING,
    "float64": np.where(PADDING, 0.0, -np.inf),
    "float32": np.where(PADDING, 0.0, -np.inf).astype(np.float32),
}


@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)
@pytest.mark.parametrize("norm_first", [False, True], ids=["post", "pre"])
def test_float32_stays_float32_in_every_node_and_every_gradient(norm_first: bool, mask: Any) -> None:
    model = Everything("gelu", norm_first)
    seen: set[tuple[str, str]] = set()

    def observe(op: Any, operands: Any, options: Any, out: np.ndarray) -> None:
        if out.dtype.kind == "f":
            seen.add((op.name, out.dtype.name))

    with mg.observe(observe), mg.record(), nn.record_attention(model) as maps:
        losses = [
            nn.CrossEntropyLoss(label_smoothing=0.1)(model(IDS, mask).swapaxes(1, 2), IDS),
            nn.MSELoss()(model(IDS, mask), mg.tensor(np.zeros((2, 5, 7), np.float32))),
        ]
        for loss in losses:
            nodes = ancestors(loss.node)
            loss.backward()
            assert {node.dtype.name for node in nodes} == {"float32"}
            records = [record for record in map(record_of, nodes) if record is not None]
            got = [record.gradient.dtype.name for record in records if record.gradient is not None]
            assert len(got) > 50
            assert set(got) == {"float32"}
    assert {dtype for _, dtype in seen} == {"float32"}
    assert {"scaled_dot_product_attention", "layer_norm", "rotate", "gelu", "cross_entropy"} <= {
        n for n, _ in seen
    }
    assert {weights.dtype.name for weights in maps.values()} == {"float32"}
    assert {p.grad.dtype.name for p in model.parameters()} == {"float32"}
    optimiser = nn.optim.AdamW(model.parameters())
    nn.utils.clip_grad_norm_(model.parameters(), 0.1)
    optimiser.step()
    assert {p.dtype.name for p in model.parameters()} == {"float32"}


def test_float64_stays_float64() -> None:
    model = Everything("gelu").astype(np.float64)
    loss = nn.CrossEntropyLoss()(model(IDS, PADDING).swapaxes(1, 2), IDS)
    assert {node.dtype.name for node in ancestors(loss.node)} == {"float64"}
    loss.backward()
    assert {p.grad.dtype.name for p in model.parameters()} == {"float64"}


def test_float32_and_float64_agree() -> None:
    """Rounding apart, both compute the same: nothing is lost in a constant of the wrong precision."""
    single, double = Everything("gelu", True).eval(), Everything("gelu", True).astype(np.float64).eval()
    losses = [nn.CrossEntropyLoss()(m(IDS, PADDING).swapaxes(1, 2), IDS) for m in (single, double)]
    assert losses[0].item() == pytest.approx(losses[1].item(), rel=1e-5)
    for loss in losses:
        loss.backward()
    for (name, p), q in zip(single.named_parameters(), double.parameters(), strict=True):
        scale = max(np.abs(q.grad.numpy()).max(), 1e-3)
        np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), rtol=0, atol=1e-4 * scale, err_msg=name)


# -- derivatives against finite differences ---------------------------------------------------


def as_function(module: nn.Module, call: Callable[..., Any]) -> tuple[Callable[..., Any], list[np.ndarray]]:
    """`call` as a function of the inputs and then of all parameters, and the parameters' values."""
    module.astype(np.float64)
    owners = dict(module.named_modules())
    names = [
        (owners[path.rpartition(".")[0]], path.rpartition(".")[2]) for path, _ in module.named_parameters()
    ]
    rng = np.random.default_rng(3)
    values = [np.asarray(rng.normal(0, 0.7, p.shape)) for p in module.parameters()]

    def function(*args: Any) -> Any:
        own = len(args) - len(names)
        for (owner, name), value in zip(names, args[own:], strict=True):
            vars(owner)[name] = value
        return call(*args[:own])

    return function, values


LAYERS: dict[str, Callable[[], tuple[nn.Module, Callable[[Any], Callable[..., Any]], list[np.ndarray]]]] = {
    "pre-norm, causal, rotary": lambda: (
        nn.TransformerEncoderLayer(
            4, 2, 3, 0.0, activation="gelu", norm_first=True, rotary=nn.RotaryPosition(2)
        ),
        lambda layer: lambda x: layer(x, is_causal=True),
        [normal(1, 3, 4)],
    ),
    "post-norm, padded": lambda: (
        nn.TransformerEncoderLayer(4, 2, 2, 0.0, activation=mg.tanh),
        lambda layer: lambda x: layer(x, nn.padding_mask([0, 2], 2)),
        [normal(2, 2, 4)],
    ),
    "decoder layer": lambda: (
        nn.TransformerDecoderLayer(2, 1, 2, 0.0, activation="gelu", norm_first=True, bias=False),
        lambda layer: lambda x, memory: layer(x, memory, tgt_is_causal=True),
        [normal(1, 2, 2), normal(1, 3, 2, seed=1)],
    ),
    "dropout": lambda: (
        nn.MultiheadAttention(4, 2, 0.5),
        lambda layer: lambda x: seeded(layer)(x, x, x)[0],
        [normal(1, 3, 4)],
    ),
    "weights": lambda: (
        nn.MultiheadAttention(4, 2, kdim=3, vdim=2),
        lambda layer: lambda q, k, v: layer(q, k, v, need_weights=True)[1],
        [normal(1, 2, 4), normal(1, 3, 3, seed=1), normal(1, 3, 2, seed=2)],
    ),
    "classifier": lambda: (
        nn.Sequential(nn.Embedding(4, 3), nn.LayerNorm(3), nn.SiLU(), nn.Linear(3, 4)),
        lambda model: lambda: nn.CrossEntropyLoss(label_smoothing=0.2)(model([0, 2, 2]), np.array([1, 0, 3])),
        [],
    ),
}


def seeded(layer: nn.MultiheadAttention) -> nn.MultiheadAttention:
    layer.rng = np.random.default_rng(0)  # finite differences need the same mask each time
    return layer


@pytest.mark.parametrize("build", LAYERS.values(), ids=LAYERS)
def test_gradients_to_second_order(build: Callable[[], Any]) -> None:
    """By every input and every parameter at once."""
    module, call, inputs = build()
    function, parameters = as_function(module, call(module))
    mg.check_grads(function, [*inputs, *parameters], order=2)


# -- the same numbers, whatever happens around ------------------------------------------------


def test_a_model_gives_the_same_with_and_without_recording() -> None:
    model = Everything().eval()
    out = model(IDS, PADDING)
    with mg.no_grad():
        plain = model(IDS, PADDING)
    np.testing.assert_array_equal(out.numpy(), plain.numpy())
    assert out.requires_grad
    assert not plain.requires_grad


def test_a_batch_is_its_sequences_one_by_one() -> None:
    model = Everything().astype(np.float64).eval()
    whole = model(IDS, None).numpy()
    for n in range(2):
        np.testing.assert_allclose(
            whole[n : n + 1], model(IDS[n : n + 1], None).numpy(), rtol=1e-9, atol=1e-12
        )


def test_the_gradient_of_a_batch_is_the_sum_over_its_sequences() -> None:
    model = Everything().astype(np.float64).eval()
    g = normal(2, 5, 7)
    model(IDS, None).backward(g)
    whole = {name: p.grad.numpy() for name, p in model.named_parameters()}
    model.zero_grad()
    for n in range(2):  # gradients add up on the leaves
        model(IDS[n : n + 1], None).backward(g[n : n + 1])
    for name, p in model.named_parameters():
        np.testing.assert_allclose(p.grad.numpy(), whole[name], rtol=1e-8, atol=1e-11, err_msg=name)


def test_attention_without_positions_does_not_see_the_order() -> None:
    """Turning the places of the input around turns those of the output, and does nothing else."""
    model = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, 0.0), 2).astype(np.float64)
    x, order = normal(2, 5, 8), np.array([3, 0, 4, 1, 2])
    np.testing.assert_allclose(
        model(mg.tensor(x[:, order])).numpy(), model(mg.tensor(x)).numpy()[:, order], rtol=1e-9, atol=1e-12
    )
