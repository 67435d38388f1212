"""Optimisers and learning rates: resuming after a stop, errors, and that they train.

That their steps are the right ones is checked in test_optim_against_torch.
"""

import inspect
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn.optim import ASGD, SGD, Adadelta, Adagrad, Adam, Adamax, AdamW, Lion, Muon, NAdam, RAdam, RMSprop
from nn.optim.lr_scheduler import LambdaLR, WarmupCosineLR
from tests.cases import each

IN_TEST_LBFGS = {"LBFGS"}
PUBLIC = [
    getattr(nn.optim, name)
    for name in nn.optim.__all__
    if isinstance(getattr(nn.optim, name), type) and name not in {"Optimizer"} | IN_TEST_LBFGS
]
every_optimiser = pytest.mark.parametrize("optimiser", PUBLIC)


def parameter(*shape: int, gradient: bool = True) -> nn.Parameter:
    rng = np.random.default_rng(len(shape))
    p = nn.Parameter(rng.normal(size=shape))
    p.grad = mg.tensor(rng.normal(size=shape)) if gradient else None
    return p


def built(optimiser: Any, params: list[nn.Parameter], **settings: Any) -> Any:
    """With those of the settings that it has."""
    known = inspect.signature(optimiser).parameters
    return optimiser(params, **{name: value for name, value in settings.items() if name in known})


# -- by hand ----------------------------------------------------------------------------------


def test_first_steps_by_hand() -> None:
    def after(optimiser: Any, gradients: list[float], **settings: Any) -> float:
        p = nn.Parameter(np.array([1.0]))
        o = optimiser([p], lr=0.1, **settings)
        for g in gradients:
            p.grad = mg.tensor(np.array([g]))
            o.step()
        return float(p.numpy()[0])

    assert after(SGD, [2.0, 3.0]) == pytest.approx(1 - 0.1 * 5)
    assert after(SGD, [2.0, 3.0], momentum=0.5) == pytest.approx(1 - 0.1 * 2 - 0.1 * (0.5 * 2 + 3))
    assert after(SGD, [2.0], weight_decay=0.5) == pytest.approx(1 - 0.1 * (2 + 0.5))
    # Whatever the gradient's size, the first step of Adam is one learning rate.
    assert after(Adam, [1e-3], eps=0.0) == pytest.approx(0.9)
    assert after(Adam, [-1e6], eps=0.0) == pytest.approx(1.1)
    assert after(AdamW, [1e6], weight_decay=0.5, eps=0.0) == pytest.approx(1 * (1 - 0.05) - 0.1)
    assert after(AdamW, [0.0]) == pytest.approx(1 - 0.1 * 0.01)  # decay alone


@every_optimiser
def test_a_step_changes_the_array_in_place(optimiser: Any) -> None:
    p = parameter(2, 3)
    array, before, gradient = p.numpy(), p.numpy().copy(), p.grad.numpy().copy()
    built(optimiser, [p], lr=0.1, weight_decay=0.1).step()
    assert p.numpy() is array
    assert not np.isclose(array, before).any()
    np.testing.assert_array_equal(p.grad.numpy(), gradient)
    assert p.is_leaf


@every_optimiser
def test_float32_stays_float32(optimiser: Any) -> None:
    p = nn.Parameter(np.ones((3, 2), np.float32))
    o = built(optimiser, [p], lr=np.float64(0.1), weight_decay=0.1)
    for _ in range(2):
        p.grad = mg.tensor(np.ones((3, 2), np.float32))
        o.step()
    assert p.dtype == np.float32
    assert {x.dtype for x in o.state[p].values() if isinstance(x, np.ndarray)} <= {np.dtype(np.float32)}


@every_optimiser
def test_float16_is_computed_in_float32(optimiser: Any) -> None:
    """Squares of its gradients, and eps, are out of the range of float16."""
    half, single = (nn.Parameter(np.full((3, 2), 0.5, dtype)) for dtype in (np.float16, np.float32))
    one, other = (built(optimiser, [p], lr=0.01, momentum=0.9) for p in (half, single))
    for g in (1e-4, 300.0):
        for p, o in ((half, one), (single, other)):
            p.grad = mg.tensor(np.full((3, 2), g, p.dtype))
            o.step()
    assert half.dtype == np.float16
    assert {x.dtype for x in one.state[half].values() if isinstance(x, np.ndarray)} == {np.dtype(np.float32)}
    np.testing.assert_allclose(half.numpy(), single.numpy(), atol=2e-3)
    again = built(optimiser, [half], lr=0.01, momentum=0.9)
    again.load_state_dict(one.state_dict())
    np.testing.assert_equal(again.state_dict(), one.state_dict())


RATES = {Adadelta: 10.0, Lion: 0.03}  # where 0.1 would take long, or is too coarse


@pytest.mark.parametrize("optimiser", [one for one in PUBLIC if one is not Muon])
def test_a_parameter_of_no_axes(optimiser: Any) -> None:
    scale = nn.Parameter(2.0)
    o = built(optimiser, [scale], lr=RATES.get(optimiser, 0.1), momentum=0.5)
    for _ in range(300):
        o.zero_grad()
        ((scale - 1) ** 2).backward()
        o.step()
    assert scale.shape == ()
    assert scale.item() == pytest.approx(1, abs=0.05)


@every_optimiser
def test_a_parameter_of_nothing(optimiser: Any) -> None:
    nothing, something = parameter(0, 2), parameter(2, 2)
    before = something.numpy().copy()
    built(optimiser, [nothing, something], lr=0.1).step()
    assert nothing.shape == (0, 2)
    assert not np.isclose(something.numpy(), before).any()


@every_optimiser
def test_a_shared_parameter_is_updated_once(optimiser: Any) -> None:
    layer = nn.Linear(2, 2, bias=False)
    tied = nn.Sequential(layer, layer)
    tied(np.ones((1, 2), np.float32)).sum().backward()
    o = built(optimiser, list(tied.parameters()))
    o.step()
    assert len(o.param_groups[0]["params"]) == 1
    assert o.state[layer.weight].get("step", 1) == 1


@every_optimiser
def test_parameters_without_a_gradient_are_left_alone(optimiser: Any) -> None:
    with_, without = parameter(2, 3), parameter(3, 2, gradient=False)
    before = without.numpy().copy()
    o = built(optimiser, [with_, without], lr=0.1, weight_decay=0.5)
    o.step()
    np.testing.assert_array_equal(without.numpy(), before)
    assert without not in o.state
    o.zero_grad()
    assert with_.grad is None
    moved = with_.numpy().copy()
    o.step()  # no gradient, no step: not even decay or momentum
    np.testing.assert_array_equal(with_.numpy(), moved)


def test_groups_with_settings_of_their_own() -> None:
    a, b = parameter(2), parameter(2)
    o = SGD([{"params": [a], "lr": 1.0}, {"params": iter([b])}], lr=0.1)
    start = a.numpy().copy()
    o.step()
    np.testing.assert_allclose(a.numpy(), start - a.grad.numpy())
    np.testing.assert_allclose(b.numpy(), start - 0.1 * b.grad.numpy())
    o.param_groups[1]["lr"] = 0.0
    moved = b.numpy().copy()
    o.step()
    np.testing.assert_array_equal(b.numpy(), moved)


# -- resuming --------------------------------------------------------------------------------


def model_and_data() -> tuple[nn.Module, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(4, 8, rng=rng), nn.Tanh(), nn.LayerNorm(8), nn.Linear(8, 3, rng=rng))
    return model, rng.normal(size=(10, 6, 4)).astype(np.float32), rng.integers(0, 3, (10, 6))


def train(model: nn.Module, optimiser: Any, scheduler: Any, x: np.ndarray, y: np.ndarray) -> None:
    for rows, classes in zip(x, y, strict=True):
        model.zero_grad()
        nn.functional.cross_entropy(model(mg.tensor(rows)), classes).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        scheduler.step()


RESUMED = {
    "SGD": lambda p: SGD(p, 0.1),
    "SGD-momentum": lambda p: SGD(p, 0.1, momentum=0.9, weight_decay=0.01, nesterov=True),
    "Adam": lambda p: Adam(p, 0.1),
    "AdamW": lambda p: AdamW(p, 0.1, betas=(0.8, 0.9)),
    "RMSprop": lambda p: RMSprop(p, 0.01, centered=True, momentum=0.5),
    "Adagrad": lambda p: Adagrad(p, 0.1, lr_decay=0.1, initial_accumulator_value=0.5),
    "Adadelta": lambda p: Adadelta(p, 1.0),
    "Adamax": lambda p: Adamax(p, 0.1),
    "NAdam": lambda p: NAdam(p, 0.1),
    "RAdam": lambda p: RAdam(p, 0.1),
    "ASGD": lambda p: ASGD(p, 0.1, t0=2),
    "Lion": lambda p: Lion(p, 0.01),
    "Muon": lambda p: Muon([x for x in p if x.ndim == 2], 0.1),
    "groups": lambda p: AdamW(
        [{"params": (q := list(p))[:2]}, {"params": q[2:], "lr": 0.3, "weight_decay": 0.0}], 0.1
    ),
}


def test_every_optimiser_is_resumed() -> None:
    assert {optimiser.__name__ for optimiser in PUBLIC} <= set(RESUMED)


def through_json(saved: dict[str, Any]) -> dict[str, Any]:
    """What a file of settings beside a file of arrays gives back: keys of state have become strings."""
    settings = json.loads(json.dumps(saved["param_groups"]))
    state = {
        str(i): {k: np.array(v) if isinstance(v, np.ndarray) else v for k, v in s.items()}
        for i, s in saved["state"].items()
    }
    return {"param_groups": settings, "state": state}


@each("way", [lambda saved: saved, through_json], ids=["direct", "json"])
@each("build", RESUMED.values(), ids=RESUMED)
def test_going_on_equals_never_having_stopped(build: Callable[..., Any], way: Callable[..., Any]) -> None:
    schedule = lambda optimiser: WarmupCosineLR(optimiser, 2, 10)
    whole, x, y = model_and_data()
    optimiser = build(whole.parameters())
    train(whole, optimiser, schedule(optimiser), x, y)

    first, _, _ = model_and_data()
    stopped = build(first.parameters())
    scheduler = schedule(stopped)
    train(first, stopped, scheduler, x[:5], y[:5])
    arrays, saved, reached = first.state_dict(), way(stopped.state_dict()), scheduler.state_dict()
    train(first, stopped, scheduler, x[:5], y[:5])  # the saved state must not change with it

    second, _, _ = model_and_data()
    again = build(second.parameters())
    later = schedule(again)
    second.load_state_dict(arrays)
    again.load_state_dict(saved)
    later.load_state_dict(reached)
    train(second, again, later, x[5:], y[5:])
    for name, array in whole.state_dict().items():
        np.testing.assert_array_equal(second.state_dict()[name], array)
    assert [g["lr"] for g in again.param_groups] == [g["lr"] for g in optimiser.param_groups]
    np.testing.assert_equal(again.state_dict()["state"], optimiser.state_dict()["state"])


def test_a_state_dict_holds_copies_of_settings_and_arrays() -> None:
    p, q = parameter(2), parameter(3, gradient=False)
    o = Adam([p, q], lr=0.1)
    o.step()
    saved = o.state_dict()
    settings = {"lr": 0.1, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0}
    assert saved["param_groups"] == [settings | {"amsgrad": False, "maximize": False, "params": [0, 1]}]
    assert list(saved["state"]) == [0]  # q has not been stepped
    kept = saved["state"][0]["exp_avg"].copy()
    o.step()
    np.testing.assert_array_equal(saved["state"][0]["exp_avg"], kept)
    other = Adam([p, q])
    other.load_state_dict(saved)
    other.step()
    np.testing.assert_array_equal(saved["state"][0]["exp_avg"], kept)
    assert other.state[p]["step"] == 2
    assert other.param_groups[0]["lr"] == 0.1
    assert other.param_groups[0]["params"] == [p, q]


def test_what_does_not_fit_changes_nothing() -> None:
    source = Adam([parameter(2), parameter(3)], lr=0.5)
    source.step()
    saved = source.state_dict()
    for members, text in [
        ([parameter(2), parameter(4)], r"exp_avg of parameter 1 has shape \(3,\), the parameter \(4,\)"),
        ([parameter(2)], "group 0 of the state dict has 2 parameters, this optimiser's 1"),
    ]:
        o = Adam(members)
        with pytest.raises(ValueError, match=text):
            o.load_state_dict(saved)
        assert o.state == {}
        assert o.param_groups[0]["lr"] == 1e-3
    with pytest.raises(ValueError, match="has 1 parameter groups, this optimiser 2"):
        Adam([{"params": [parameter(2)]}, {"params": [parameter(3)]}]).load_state_dict(saved)


# -- errors -----------------------------------------------------------------------------------

ONE = nn.Parameter(np.zeros(2))


@each(
    ("build", "error", "text"),
    [
        (lambda: SGD([]), ValueError, "the optimiser got no parameters: give model.parameters()"),
        (lambda: Adam(nn.Tanh().parameters()), ValueError, "got no parameters"),
        (lambda: SGD([mg.tensor([1.0], requires_grad=True)]), TypeError, "and got a Tensor: make it one"),
        (lambda: SGD([np.zeros(2)]), TypeError, "got a ndarray: make it one, nn.Parameter(x)"),
        (lambda: SGD(nn.Linear(1, 1).state_dict()), TypeError, "of groups, and got a dict"),
        (lambda: SGD([ONE, ONE]), ValueError, "in two groups, or twice in one"),
        (lambda: Adam([{"params": [ONE]}, {"params": [ONE]}]), ValueError, "in two groups, or twice in one"),
        (lambda: SGD([ONE], lr=-0.1), ValueError, "lr must not be negative, and is -0.1"),
        (lambda: SGD([ONE], momentum=-1), ValueError, "momentum must not be negative, and is -1"),
        (lambda: Adam([ONE], eps=-1e-8), ValueError, "eps must not be negative, and is -1e-08"),
        (lambda: AdamW([ONE], weight_decay=-1), ValueError, "weight_decay must not be negative, and is -1"),
        (lambda: Adam([ONE], betas=(0.9, 1.0)), ValueError, "betas must be in [0, 1), and are (0.9, 1.0)"),
        (lambda: AdamW([ONE], betas=(-0.1, 0.9)), ValueError, "betas must be in [0, 1), and are (-0.1, 0.9)"),
        (lambda: SGD([ONE], nesterov=True), ValueError, "nesterov needs a momentum above 0 and dampening 0"),
        (
            lambda: SGD([ONE], momentum=0.9, dampening=0.1, nesterov=True),
            ValueError,
            "nesterov needs a momentum above 0 and dampening 0",
        ),
        (lambda: WarmupCosineLR(SGD([ONE]), 11, 10), ValueError, "from 0 to total_steps 10, and is 11"),
    ],
)  # fmt: skip
def test_errors(build: Callable[[], Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error) as raised:
        build()
    assert text in str(raised.value)


# -- learning rates ---------------------------------------------------------------------------


@each(("warmup", "total", "final"), [(5, 20, 0.1), (0, 10, 0.0), (4, 4, 0.5), (1, 2, 1.0)])
def test_warmup_cosine_is_its_formula(warmup: int, total: int, final: float) -> None:
    o = SGD([{"params": [parameter(1)]}, {"params": [parameter(2)], "lr": 4.0}], lr=2.0)
    scheduler = WarmupCosineLR(o, warmup, total, final)
    for t in range(total + 5):
        if t < warmup:
            share = (t + 1) / warmup
        elif t < total:
            share = final + (1 - final) * (1 + math.cos(math.pi * (t - warmup) / (total - warmup))) / 2
        else:
            share = final if total > warmup else (1.0 if t == total else final)
        assert scheduler.get_last_lr() == pytest.approx([2 * share, 4 * share], rel=1e-12)
        assert [g["lr"] for g in o.param_groups] == scheduler.get_last_lr()
        o.step()
        scheduler.step()


def test_a_schedule_goes_on_where_it_was() -> None:
    build = lambda: LambdaLR(SGD([parameter(1)], lr=2.0), lambda t: 0.5**t)
    first, second = build(), build()
    first.optimizer.step()
    for _ in range(3):
        first.step()
    assert first.state_dict() == {"last_epoch": 3}
    second.load_state_dict(first.state_dict())
    assert second.get_last_lr() == first.get_last_lr() == [0.25]
    first.step()
    second.step()
    assert second.get_last_lr() == first.get_last_lr() == [0.125]


# -- training ---------------------------------------------------------------------------------


def two_moons(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two half circles that reach into each other, with noise: no straight line parts them."""
    angle, moon = rng.uniform(0, np.pi, n), rng.integers(0, 2, n)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=-1)
    points = np.where(moon[:, None] == 0, upper, lower) + rng.normal(0, 0.1, (n, 2))
    return points.astype(np.float32), moon


@each(
    "build",
    [lambda p: SGD(p, 0.3, momentum=0.9), lambda p: Adam(p, 0.03), lambda p: AdamW(p, 0.03)],
    ids=["SGD", "Adam", "AdamW"],
)
def test_two_moons(build: Callable[..., Any]) -> None:
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(2, 16, rng=rng), nn.ReLU(), nn.Linear(16, 2, rng=rng))
    x, y = two_moons(400, rng)
    unseen, classes = two_moons(1000, rng)
    optimiser, loss = build(model.parameters()), nn.CrossEntropyLoss()

    def accuracy() -> float:
        with mg.no_grad():
            return float((model(mg.tensor(unseen)).numpy().argmax(axis=-1) == classes).mean())

    assert accuracy() < 0.9
    for _ in range(250):
        optimiser.zero_grad()
        loss(model(mg.tensor(x)), y).backward()
        optimiser.step()
    assert accuracy() > 0.95


def test_xor() -> None:
    rng = np.random.default_rng(3)
    model = nn.Sequential(nn.Linear(2, 4, rng=rng), nn.Tanh(), nn.Linear(4, 1, rng=rng))
    x = mg.tensor([[0, 0], [0, 1], [1, 0], [1, 1]])
    target = mg.tensor([[0], [1], [1], [0]])
    optimiser, loss = Adam(model.parameters(), 0.1), nn.MSELoss()
    for _ in range(200):
        optimiser.zero_grad()
        error = loss(model(x), target)
        error.backward()
        optimiser.step()
    assert error.item() < 1e-3
    np.testing.assert_array_equal(model(x).numpy() > 0.5, target.numpy() > 0.5)


def test_a_transformer_learns_to_copy_the_first_symbol() -> None:
    """What only attention can do: every place must fetch what stood at place 0."""
    rng = np.random.default_rng(0)

    class Model(nn.Module):
        def __init__(self) -> None:
            self.token = nn.Embedding(5, 16, rng=rng)
            self.position = nn.LearnedPosition(8, 16, rng=rng)
            self.layer = nn.TransformerEncoderLayer(16, 2, 32, 0.0, norm_first=True, rng=rng)
            self.head = nn.Linear(16, 5, rng=rng)

        def forward(self, ids: np.ndarray) -> mg.Tensor:
            return self.head(self.layer(self.position(self.token(ids)), is_causal=True))

    model = Model()
    nn.init.normal_(model.position.weight, std=1.0, rng=rng)
    optimiser = AdamW(model.parameters(), 0.01)
    for _ in range(150):
        ids = rng.integers(0, 5, (16, 8))
        optimiser.zero_grad()
        mg.cross_entropy(model(ids), np.broadcast_to(ids[:, :1], ids.shape)).backward()
        optimiser.step()
    ids = rng.integers(0, 5, (100, 8))
    assert (model(ids).numpy().argmax(axis=-1) == ids[:, :1]).mean() > 0.95
