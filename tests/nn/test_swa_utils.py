"""Averages of weights: PyTorch's, moving and plain, of buffers and batch statistics; and their schedule."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn.optim import SGD, swa_utils
from nn.optim.swa_utils import SWALR, AveragedModel, get_ema_multi_avg_fn, update_bn
from tests.cases import each

X = np.random.default_rng(0).normal(size=(24, 3)).astype(np.float32)


def model() -> nn.Sequential:
    rng = np.random.default_rng(1)
    return nn.Sequential(
        nn.Linear(3, 4, rng=rng), nn.BatchNorm1d(4), nn.Dropout(0.1, rng=rng), nn.Linear(4, 2, rng=rng)
    )


def walk(one: Any, step: int) -> None:
    """Other weights, the same in both libraries."""
    rng = np.random.default_rng(step)
    for p in one.parameters():
        new = rng.normal(size=tuple(p.shape)).astype(np.float32)
        if isinstance(p, nn.Parameter):
            p.data[...] = new
        else:
            p.data.copy_(p.data.new_tensor(new))


AVERAGES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "mean": lambda s: {},
    "mean, buffers": lambda s: {"use_buffers": True},
    "moving": lambda s: {"multi_avg_fn": s.get_ema_multi_avg_fn(0.9)},
    "moving, buffers": lambda s: {"multi_avg_fn": s.get_ema_multi_avg_fn(0.7), "use_buffers": True},
    "moving, one by one": lambda s: {"avg_fn": s.get_ema_avg_fn(0.9)},
    "mean, one by one": lambda s: {"avg_fn": s.get_swa_avg_fn()},
    "mean, of lists": lambda s: {"multi_avg_fn": s.get_swa_multi_avg_fn()},
    "a function of one's own": lambda s: {"avg_fn": lambda a, p, n: 0.5 * a + 0.5 * p},
}


@each("given", AVERAGES.values(), ids=AVERAGES)
def test_averages_are_pytorchs(given: Callable[[Any], dict[str, Any]]) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch")
    ours, theirs = (
        model(),
        torch.nn.Sequential(
            torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Dropout(0.0), torch.nn.Linear(4, 2)
        ),
    )
    ours[2].p = 0.0
    mine = AveragedModel(ours, **given(swa_utils))
    other = torch.optim.swa_utils.AveragedModel(theirs, **given(torch.optim.swa_utils))
    for step in range(8):
        if step == 5:  # saved and loaded on the way, into another
            saved, mine = mine.state_dict(), AveragedModel(model(), **given(swa_utils))
            mine.load_state_dict(saved)
        walk(ours, step)
        walk(theirs, step)
        ours(X[3 * step :])
        theirs(torch.tensor(X[3 * step :]))
        mine.update_parameters(ours)
        other.update_parameters(theirs)
    state, expected = mine.state_dict(), other.state_dict()
    assert set(state) == set(expected)
    for name, array in expected.items():
        if name.endswith("num_batches_tracked") and mine.use_buffers:
            continue  # an average of counts, which the libraries round in another way
        np.testing.assert_allclose(state[name], array.numpy(), rtol=1e-5, atol=1e-6, err_msg=name)
    again = AveragedModel(model())
    again.load_state_dict(expected)
    assert int(again.n_averaged) == 8
    update_bn([(X[i : i + 6], None) for i in range(0, 24, 6)], mine)
    torch.optim.swa_utils.update_bn([torch.tensor(X[i : i + 6]) for i in range(0, 24, 6)], other)
    mine.eval()
    other.eval()
    np.testing.assert_allclose(mine(X).numpy(), other(torch.tensor(X)).detach().numpy(), rtol=1e-3, atol=1e-4)


def test_the_average_is_apart_from_the_model() -> None:
    trained = model()
    ema = AveragedModel(trained, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    ema.update_parameters(trained)
    before = [p.data.copy() for p in ema.parameters()]
    walk(trained, 1)
    for p, x in zip(ema.parameters(), before, strict=True):
        np.testing.assert_array_equal(p.data, x)
        assert p.dtype == np.float32
    assert list(map(id, trained.parameters())) != list(map(id, ema.module.parameters()))


def test_an_average_of_noisy_weights_is_better_than_the_last_ones() -> None:
    rng = np.random.default_rng(0)
    line = nn.Linear(3, 1, rng=rng)
    ema, optimizer = AveragedModel(line, multi_avg_fn=get_ema_multi_avg_fn(0.99)), SGD(line.parameters(), 0.1)
    weights = np.array([[1.0], [2.0], [3.0]])
    error = lambda one: float(((one.weight.data.T - weights) ** 2).sum())
    last = []
    for step in range(600):
        x = rng.normal(size=(4, 3))
        y = x @ weights + rng.normal(size=(4, 1))
        optimizer.zero_grad()
        ((line(x.astype(np.float32)) - y.astype(np.float32)) ** 2).mean().backward()
        optimizer.step()
        ema.update_parameters(line)
        if step >= 300:
            last.append(error(line))
    assert error(ema.module) < 0.2 * np.mean(last)


def test_update_bn_leaves_a_model_without_them_alone() -> None:
    update_bn(iter(()), line := nn.Linear(1, 1).eval())
    assert not line.training


def test_update_bn_puts_back_mode_and_momentum() -> None:
    one = model().eval()
    update_bn([X], one)
    assert not one.training
    assert one[1].momentum == 0.1
    assert all(p.grad is None for p in one.parameters())


SETTINGS: list[dict[str, Any]] = [
    {"swa_lr": 0.05},
    {"swa_lr": [0.05, 0.4], "anneal_epochs": 5, "anneal_strategy": "linear"},
    {"swa_lr": 0.05, "anneal_epochs": 0},
]


@each("settings", SETTINGS, ids=str)
def test_swalr_is_pytorchs(settings: dict[str, Any]) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch")
    p, q = (
        [nn.Parameter(np.zeros(1)) for _ in range(2)],
        [torch.nn.Parameter(torch.zeros(1)) for _ in range(2)],
    )
    one, other = (
        lib.SGD([{"params": x[:1]}, {"params": x[1:], "lr": 3.0}], lr=0.5)
        for lib, x in ((nn.optim, p), (torch.optim, q))
    )
    build = lambda lib, o: lib.lr_scheduler.SequentialLR(
        o, [lib.lr_scheduler.ExponentialLR(o, 0.9), lib.swa_utils.SWALR(o, **settings)], [4]
    )
    for compose in (lambda lib, o: lib.swa_utils.SWALR(o, **settings), build):
        mine, theirs = compose(nn.optim, one), compose(torch.optim, other)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            for _ in range(25):
                assert mine.get_last_lr() == pytest.approx(theirs.get_last_lr(), rel=1e-12)
                for step in (one.step, other.step, mine.step, theirs.step):
                    step()
        state = mine.state_dict()
        mine.load_state_dict(state)
        assert mine.state_dict() == state


ERRORS: list[tuple[Callable[[], Any], str]] = [
    (lambda: get_ema_multi_avg_fn(1.5), "decay must be in [0, 1], and is 1.5"),
    (lambda: swa_utils.get_ema_avg_fn(-1), "decay must not be negative, and is -1"),
    (
        lambda: AveragedModel(model(), swa_utils.get_swa_avg_fn(), get_ema_multi_avg_fn()),
        "AveragedModel takes avg_fn or multi_avg_fn, and got both: leave one out",
    ),
    (
        lambda: AveragedModel(model()).update_parameters(nn.Linear(3, 4)),
        "the model to be averaged has not the parameters and buffers of that which AveragedModel was made "
        "of: give the same model each time",
    ),
    (
        lambda: SWALR(SGD([nn.Parameter(np.zeros(1))]), 0.1, anneal_strategy="log"),
        "anneal_strategy must be 'cos' or 'linear', and is 'log'",
    ),
    (
        lambda: SWALR(SGD([nn.Parameter(np.zeros(1))]), 0.1, -1),
        "SWALR got anneal_epochs=-1: it must be at least 0",
    ),
]


@each(("provoke", "text"), ERRORS, ids=[text[:40] for _, text in ERRORS])
def test_errors(provoke: Callable[[], Any], text: str) -> None:
    with pytest.raises(ValueError) as error:
        provoke()
    assert str(error.value) == text


def test_it_runs_under_debug() -> None:
    averaged = AveragedModel(model().eval())
    with mg.debug():
        averaged.update_parameters(averaged.module)
        averaged(X).sum().backward()
