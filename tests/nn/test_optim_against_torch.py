"""Every optimiser against PyTorch's of the same name: 30 steps, stopped and resumed after the 13th."""

import inspect
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn.optim import Lion
from tests.cases import each

torch = pytest.importorskip(
    "torch", reason="torch is not installed, and these tests compare with it: pip install torch"
)

STEPS, STOP = 30, 13
DECAYED = {"lr": 0.1, "weight_decay": 0.2}
OPTIMISERS: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    ("SGD", DECAYED),
    ("SGD", {**DECAYED, "momentum": 0.8, "dampening": 0.5}),
    ("SGD", {**DECAYED, "momentum": 0.8, "nesterov": True}),
    ("SGD", {}),
    ("SGD", {**DECAYED, "momentum": 0.8, "maximize": True}),
    ("Adam", {}),
    ("Adam", {**DECAYED, "maximize": True}),
    ("Adam", {**DECAYED, "betas": (0.5, 0.7), "amsgrad": True}),
    ("Adam", {"lr": 0.1}),
    ("Adam", {"lr": 0.1, "betas": (0.5, 0.7), "eps": 0.01}),
    ("Adam", DECAYED),
    ("Adam", {"lr": 0.1, "betas": (0.0, 0.0)}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.1}),
    ("AdamW", {"lr": 0.1, "weight_decay": 0.3, "betas": (0.8, 0.9), "eps": 1e-3}),
    ("AdamW", {"lr": 0.1, "weight_decay": 0.0}),
    ("AdamW", {"lr": 0.1, "amsgrad": True, "maximize": True}),
    ("RMSprop", {}),
    ("RMSprop", {**DECAYED, "alpha": 0.8, "eps": 1e-3}),
    ("RMSprop", {"lr": 0.1, "momentum": 0.9}),
    ("RMSprop", {"lr": 0.1, "centered": True}),
    ("RMSprop", {**DECAYED, "centered": True, "momentum": 0.5, "maximize": True}),
    ("Adagrad", {}),
    ("Adagrad", {**DECAYED, "lr_decay": 0.3, "maximize": True}),
    ("Adagrad", {"lr": 0.1, "initial_accumulator_value": 0.5, "eps": 1e-3}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.5, "rho": 0.7, "eps": 1e-3}),
    ("Adadelta", {**DECAYED, "maximize": True}),
    ("Adamax", {}),
    ("Adamax", {"lr": 0.1, "betas": (0.5, 0.7), "eps": 0.01}),
    ("Adamax", {**DECAYED, "maximize": True}),
    ("NAdam", {}),
    ("NAdam", {"lr": 0.1, "betas": (0.8, 0.9), "eps": 1e-3, "momentum_decay": 0.1}),
    ("NAdam", {**DECAYED, "maximize": True}),
    ("NAdam", {**DECAYED, "decoupled_weight_decay": True}),
    ("RAdam", {}),
    ("RAdam", {"lr": 0.1, "betas": (0.8, 0.9), "eps": 1e-3}),
    ("RAdam", {**DECAYED, "maximize": True}),
    ("RAdam", {**DECAYED, "decoupled_weight_decay": True}),
    ("ASGD", {}),
    ("ASGD", {"lr": 0.1, "lambd": 0.1, "alpha": 0.5, "t0": 10}),
    ("ASGD", {**DECAYED, "maximize": True}),
    ("Muon", {}),
    ("Muon", {"lr": 0.1, "weight_decay": 0.0, "momentum": 0.5, "nesterov": False}),
    ("Muon", {"lr": 0.1, "ns_steps": 3, "ns_coefficients": (2.0, -1.5, 0.5), "eps": 1e-3}),
    ("Muon", {"lr": 0.1, "adjust_lr_fn": "match_rms_adamw"}),
    ("Muon", {"lr": 0.1, "adjust_lr_fn": "original"}),
]
IN_TEST_LBFGS = {"LBFGS"}
dtypes = each("dtype", [np.float64, np.float32], ids=["float64", "float32"])


@contextmanager
def as_exact_as(dtype: Any) -> Iterator[None]:
    """Have PyTorch keep numbers in `dtype`, and compute Muon in the dtype of the gradient."""
    before, rounded = torch.get_default_dtype(), torch.Tensor.bfloat16
    torch.set_default_dtype(torch.float64 if dtype == np.float64 else torch.float32)
    torch.Tensor.bfloat16 = torch.Tensor.clone
    try:
        yield
    finally:
        torch.set_default_dtype(before)
        torch.Tensor.bfloat16 = rounded


def test_every_optimiser_that_both_libraries_have_is_in_the_table() -> None:
    shared = {name for name in nn.optim.__all__ if isinstance(getattr(torch.optim, name, None), type)}
    assert {name for name, _ in OPTIMISERS} == shared - {"Optimizer"} - IN_TEST_LBFGS


def test_every_setting_is_in_the_table() -> None:
    for name in {name for name, _ in OPTIMISERS}:
        tried = {setting for other, settings in OPTIMISERS if other == name for setting in settings}
        assert set(inspect.signature(getattr(nn.optim, name)).parameters) == {"params", *tried}, name


def groups(name: str, parameters: list[Any]) -> list[dict[str, Any]]:
    own = {"lr": 0.05} if name == "Muon" else {"lr": 0.05, "weight_decay": 0.01}
    return [{"params": parameters[:2]}, {"params": parameters[2:], **own}]


def shapes_for(name: str) -> list[tuple[int, ...]]:
    return [(3, 4), (4, 3), (3, 3), (1, 5)] if name == "Muon" else [(3, 4), (4,), (), (2, 1, 2), (0, 2)]


def assert_close(ours: np.ndarray, theirs: Any, dtype: Any, what: str) -> None:
    assert ours.dtype == dtype
    tolerance = {"rtol": 1e-10, "atol": 1e-12} if dtype == np.float64 else {"rtol": 2e-4, "atol": 2e-5}
    np.testing.assert_allclose(ours, theirs.detach().numpy(), **tolerance, err_msg=what)


@dtypes
@each(("name", "settings"), OPTIMISERS, ids=str)
def test_optimiser_over_30_steps(name: str, settings: dict[str, Any], dtype: Any) -> None:
    rng = np.random.default_rng(4)
    starts = [rng.normal(size=shape).astype(dtype) for shape in shapes_for(name)]
    ours = [nn.Parameter(x) for x in starts]
    theirs = [torch.nn.Parameter(torch.tensor(x)) for x in starts]
    build = lambda: getattr(nn.optim, name)(groups(name, ours), **settings)
    with as_exact_as(dtype):
        optimiser, their_optimiser = build(), getattr(torch.optim, name)(groups(name, theirs), **settings)
        for step in range(STEPS):
            if step == STOP:
                saved, optimiser = optimiser.state_dict(), build()
                optimiser.load_state_dict(saved)
            if step == 10:  # as a scheduler does
                for group in (optimiser.param_groups[0], their_optimiser.param_groups[0]):
                    group["lr"] *= 0.5
            optimiser.zero_grad()
            their_optimiser.zero_grad()
            for i, (p, q) in enumerate(zip(ours, theirs, strict=True)):
                if (step + i) % 7 == 0:
                    continue  # this one has no gradient this time
                g = np.asarray(rng.normal(size=p.shape) * 10.0 ** rng.integers(-2, 2), dtype)
                p.grad, q.grad = mg.tensor(g), torch.tensor(g)
            optimiser.step()
            their_optimiser.step()
    for i, (p, q) in enumerate(zip(ours, theirs, strict=True)):
        assert_close(p.numpy(), q, dtype, f"parameter {i}")
        assert not p.size or not np.array_equal(p.numpy(), starts[i])
    for p, q in zip(ours, theirs, strict=True):
        for kept, value in optimiser.state[p].items():
            if isinstance(value, np.ndarray):
                assert_close(value, their_optimiser.state[q][kept], dtype, kept)


@each("name", sorted({name for name, _ in OPTIMISERS}))
def test_the_state_of_pytorchs_optimiser_goes_on_here_and_there_again(name: str) -> None:
    """Two steps there, two here beside it, two there with the state of here: all steps are PyTorch's."""
    rng = np.random.default_rng(1)
    starts = [rng.normal(size=shape) for shape in shapes_for(name)]
    settings = {"momentum": 0.9} if name == "SGD" else {}
    theirs = [torch.nn.Parameter(torch.tensor(x)) for x in starts]
    with as_exact_as(np.float64):
        other = getattr(torch.optim, name)(groups(name, theirs), **settings)

        def their_step() -> list[np.ndarray]:
            gradients = [rng.normal(size=shape) for shape in shapes_for(name)]
            for q, g in zip(theirs, gradients, strict=True):
                q.grad = torch.tensor(g)
            other.step()
            return gradients

        their_step()
        their_step()
        ours = [nn.Parameter(q.detach().numpy().copy()) for q in theirs]
        optimizer = getattr(nn.optim, name)(groups(name, ours))  # the settings come with the state
        optimizer.load_state_dict(other.state_dict())

        def same_step() -> None:
            for p, g in zip(ours, their_step(), strict=True):
                p.grad = mg.tensor(g)
            optimizer.step()

        same_step()
        same_step()
        other = getattr(torch.optim, name)(groups(name, theirs))
        other.load_state_dict(nn.convert.to_torch(optimizer.state_dict()))
        same_step()
        same_step()
    for i, (p, q) in enumerate(zip(ours, theirs, strict=True)):
        assert_close(p.numpy(), q, np.float64, f"parameter {i}")


def test_muon_is_pytorchs_up_to_the_rounding_of_bfloat16() -> None:
    x = np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32)
    ours, theirs = nn.Parameter(np.zeros_like(x)), torch.nn.Parameter(torch.zeros(6, 4))
    ours.grad, theirs.grad = mg.tensor(x), torch.tensor(x)
    nn.optim.Muon([ours], lr=1.0).step()
    torch.optim.Muon([theirs], lr=1.0).step()
    np.testing.assert_allclose(ours.numpy(), theirs.detach().numpy(), atol=0.03)
    assert np.abs(ours.numpy()).max() > 0.5


# -- what PyTorch has not -----------------------------------------------------------------------


def lion_by_the_paper(
    theta: np.ndarray, gradients: list[np.ndarray], eta: float, b1: float, b2: float, decay: float
) -> np.ndarray:
    """Chen et al. (2023), algorithm 2, line by line."""
    m = np.zeros_like(theta)
    for g in gradients:
        c = b1 * m + (1 - b1) * g
        theta = theta - eta * (np.sign(c) + decay * theta)
        m = b2 * m + (1 - b2) * g
    return theta


@each("settings", [{}, {"lr": 0.1, "betas": (0.5, 0.8), "weight_decay": 0.3}, {"maximize": True}], ids=str)
def test_lion_is_the_algorithm_of_its_paper(settings: dict[str, Any]) -> None:
    rng = np.random.default_rng(2)
    start, gradients = rng.normal(size=(3, 2)), [rng.normal(size=(3, 2)) for _ in range(STEPS)]
    p = nn.Parameter(start.copy())
    optimiser = Lion([p], **settings)
    for step, g in enumerate(gradients):
        if step == STOP:
            saved, optimiser = optimiser.state_dict(), Lion([p])
            optimiser.load_state_dict(saved)
        p.grad = mg.tensor(g)
        optimiser.step()
    b1, b2 = settings.get("betas", (0.9, 0.99))
    signed = [-g if settings.get("maximize") else g for g in gradients]
    rate, decay = settings.get("lr", 1e-4), settings.get("weight_decay", 0.0)
    np.testing.assert_allclose(p.numpy(), lion_by_the_paper(start, signed, rate, b1, b2, decay), rtol=1e-13)


@each("shape", [(3, 5), (5, 3), (4, 4)])
def test_muons_step_is_nearly_orthogonal(shape: tuple[int, int]) -> None:
    x = np.random.default_rng(3).normal(size=shape)
    p = nn.Parameter(np.zeros(shape))
    p.grad = mg.tensor(x)
    nn.optim.Muon([p], lr=1.0, nesterov=False).step()
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    scale = math.sqrt(max(1, shape[0] / shape[1]))
    inner = u.T @ (-p.numpy() / scale) @ vt.T  # the singular vectors are those of the gradient
    np.testing.assert_allclose(inner, np.diag(np.diag(inner)), atol=1e-12)
    assert (np.abs(np.diag(inner) - 1) < 0.35).all()
    assert s.max() / s.min() > 1.5
