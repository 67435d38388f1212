"""LBFGS: step for step as PyTorch's, stopped and resumed, and every error of its own."""

import importlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn.optim import LBFGS, SGD
from nn.optim.line_search import Point, strong_wolfe
from tests.cases import each

SETTINGS: list[dict[str, Any]] = [
    {},
    {"lr": 0.1},
    {"lr": 0.5, "max_iter": 4, "history_size": 3},
    {"line_search_fn": "strong_wolfe"},
    {"line_search_fn": "strong_wolfe", "max_iter": 3, "history_size": 2},
    {"line_search_fn": "strong_wolfe", "lr": 0.01, "max_eval": 6},
    {"lr": 0.3, "tolerance_grad": 1e-2, "tolerance_change": 1e-3},
]
WEIGHTS = np.arange(1, 7).reshape(2, 3)


def rosenbrock(lib: Any, a: Any, b: Any) -> Any:
    """A bent valley in `a` (4,), its floor nearly flat, beside a bowl in `b` (2, 3), far from round."""
    square = lib.square
    valley = square(a[1:] - square(a[:-1])).sum() * 10 + square(1 - a[:-1]).sum()
    return valley + (square(b - 1) * lib.tensor(WEIGHTS * 1.0)).sum()


STARTS = (np.array([-0.5, 0.8, 0.3, 0.1]), np.array([[2.0, -1, 0], [0.5, 3, 1]]))


def parameters() -> list[nn.Parameter]:
    return [nn.Parameter(x.copy()) for x in STARTS]


def closure_of(optimizer: Any, parameters: list[Any], lib: Any) -> Callable[[], Any]:
    def closure() -> Any:
        optimizer.zero_grad()
        loss = rosenbrock(lib, *parameters)
        loss.backward()
        return loss

    return closure


@each("settings", SETTINGS, ids=str)
def test_its_steps_are_pytorchs(settings: dict[str, Any]) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch")
    ours, theirs = parameters(), [torch.nn.Parameter(torch.tensor(x)) for x in STARTS]
    optimizer, other = LBFGS(ours, **settings), torch.optim.LBFGS(theirs, **settings)
    their_closure = closure_of(other, theirs, torch)
    for step in range(12):
        if step == 5:
            saved, optimizer = optimizer.state_dict(), LBFGS(ours, **settings)
            optimizer.load_state_dict(saved)
        loss = optimizer.step(closure_of(optimizer, ours, mg))
        expected = float(other.step(their_closure).detach())
        assert float(loss) == pytest.approx(expected, rel=1e-6, abs=1e-12), step
        for p, q in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(p.numpy(), q.detach().numpy(), rtol=1e-6, atol=1e-8)
    counts = [one.state[p[0]] for one, p in ((optimizer, ours), (other, theirs))]
    for name in ("func_evals", "n_iter"):
        assert counts[0][name] == counts[1][name]
    assert len(counts[0]["ro"]) == len(counts[1]["ro"]) <= settings.get("history_size", 100)


def test_the_state_of_pytorchs_goes_on_here_and_there_again() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch")
    theirs = [torch.nn.Parameter(torch.tensor(x)) for x in STARTS]
    settings: dict[str, Any] = {"line_search_fn": "strong_wolfe", "max_iter": 3}
    other = torch.optim.LBFGS(theirs, **settings)
    other.step(closure_of(other, theirs, torch))
    ours = [nn.Parameter(q.detach().numpy().copy()) for q in theirs]
    optimizer = LBFGS(ours, **settings)
    optimizer.load_state_dict(other.state_dict())
    optimizer.step(closure_of(optimizer, ours, mg))
    other.step(closure_of(other, theirs, torch))
    again = torch.optim.LBFGS(theirs, **settings)
    again.load_state_dict(nn.convert.to_torch(optimizer.state_dict()))
    again.step(closure_of(again, theirs, torch))
    optimizer.step(closure_of(optimizer, ours, mg))
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p.numpy(), q.detach().numpy(), rtol=1e-9)


def test_it_finds_the_minimum_where_gradient_descent_is_far_from_it() -> None:
    def after(build: Callable[[Any], Any], calls: int) -> float:
        found = parameters()
        optimizer = build(found)
        for _ in range(calls):
            optimizer.step(closure_of(optimizer, found, mg))
        return float(rosenbrock(mg, *found))

    assert after(lambda p: LBFGS(p, line_search_fn="strong_wolfe"), 5) < 1e-10
    assert after(lambda p: SGD(p, 0.01), 125) > 1e-2  # as many gradients at most


def test_going_on_equals_never_having_stopped() -> None:
    whole, first = parameters(), parameters()
    one, stopped = LBFGS(whole, max_iter=2), LBFGS(first, max_iter=2)
    for _ in range(6):
        one.step(closure_of(one, whole, mg))
    for _ in range(3):
        stopped.step(closure_of(stopped, first, mg))
    saved = stopped.state_dict()
    second = [nn.Parameter(p.numpy().copy()) for p in first]
    stopped.step(closure_of(stopped, first, mg))  # the saved state must not change with it
    again = LBFGS(second)
    again.load_state_dict(saved)
    for _ in range(3):
        again.step(closure_of(again, second, mg))
    for p, q in zip(whole, second, strict=True):
        np.testing.assert_array_equal(p.numpy(), q.numpy())
    np.testing.assert_equal(again.state_dict()["state"], one.state_dict()["state"])


@each("dtype", [np.float32, np.float16])
def test_parameters_stay_in_place_and_keep_their_dtype(dtype: Any) -> None:
    p, frozen, nothing = (nn.Parameter(np.ones(s, dtype)) for s in ((3,), (2,), (0, 2)))
    frozen.requires_grad = False
    scale, array = nn.Parameter(np.asarray(2.0, dtype)), p.numpy()
    optimizer = LBFGS([p, frozen, nothing, scale], lr=0.1, line_search_fn="strong_wolfe")

    def closure() -> mg.Tensor:
        optimizer.zero_grad()
        loss = (mg.square(p - 3) * np.array([1, 2, 3], dtype)).sum() + (scale - 1) ** 2
        loss.backward()
        return loss

    optimizer.step(closure)
    assert p.numpy() is array
    assert p.dtype == scale.dtype == dtype
    np.testing.assert_allclose(array, 3, atol=0.02)
    assert scale.shape == ()
    np.testing.assert_allclose(scale.numpy(), 1, atol=0.02)
    np.testing.assert_array_equal(frozen.numpy(), 1)


# -- the line search ----------------------------------------------------------------------------


FUNCTIONS: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "bowl": (lambda t: (t - 1.3) ** 2, lambda t: 2 * (t - 1.3)),
    "far": (lambda t: (t - 300) ** 2, lambda t: 2 * (t - 300)),
    "near": (lambda t: (t - 1e-3) ** 2, lambda t: 2 * (t - 1e-3)),
    "waves": (lambda t: -t + math.sin(5 * t), lambda t: -1 + 5 * math.cos(5 * t) - 6 * (t < 1e-9)),
}


@each("name", ["bowl", "far", "near"])
def test_what_the_search_finds_has_the_wolfe_conditions(name: str) -> None:
    loss, slope = FUNCTIONS[name]
    asked: list[float] = []

    def at(t: float) -> Point:
        asked.append(t)
        return Point(t, loss(t), np.array([slope(t)]), slope(t))

    start = Point(0.0, loss(0), np.array([slope(0)]), slope(0))
    found, count = strong_wolfe(at, start, 1.0, 1.0, 25)
    assert count == len(asked)
    assert found.loss <= start.loss + 1e-4 * found.t * start.slope
    assert abs(found.slope) <= 0.9 * abs(start.slope)


@each("name", FUNCTIONS)
def test_the_search_is_pytorchs(name: str) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch")
    theirs = importlib.import_module("torch.optim.lbfgs")._strong_wolfe
    loss, slope = FUNCTIONS[name]
    for first in (1e-3, 0.2, 1.0, 5.0):
        for most in (0, 1, 4, 25):
            start = Point(0.0, loss(0), np.array([slope(0)]), slope(0))
            at = lambda t: Point(t, loss(t), np.array([slope(t)]), slope(t))
            found, count = strong_wolfe(at, start, first, 1.0, most)

            def their_at(x: Any, t: Any, d: Any) -> Any:
                return loss(float(t)), torch.tensor([slope(float(t))], dtype=torch.float64)

            one = torch.ones(1, dtype=torch.float64)
            value, _, t, evaluations = theirs(
                their_at, None, first, one, loss(0), one * slope(0), one[0] * slope(0), max_ls=most
            )
            assert (found.t, found.loss) == pytest.approx((float(t), float(value)), rel=1e-9, abs=1e-9)
            assert count == evaluations


@each("wrong", [math.nan, math.inf])
def test_a_loss_that_is_no_number_ends_the_search_where_it_is_one(wrong: float) -> None:
    at = lambda t: Point(t, wrong if t > 0.1 else -t, np.array([-1.0]), wrong if t > 0.1 else -1.0)
    found, _ = strong_wolfe(at, Point(0.0, 0.0, np.array([-1.0]), -1.0), 1.0, 1.0, 25)
    assert 0 <= found.t <= 0.1


# -- errors -------------------------------------------------------------------------------------

A, B = nn.Parameter(np.zeros(2)), nn.Parameter(np.zeros(3))


def saved(**changes: Any) -> dict[str, Any]:
    """The state over two parameters of 10 numbers in all, with some of its entries others."""
    over = parameters()
    optimizer = LBFGS(over, max_iter=3)
    optimizer.step(closure_of(optimizer, over, mg))
    state = optimizer.state_dict()
    state["state"][0] = {k: v for k, v in {**state["state"][0], **changes}.items() if v is not None}
    return state


def load(state: dict[str, Any]) -> None:
    LBFGS(parameters()).load_state_dict(state)


KEEPS = "func_evals, n_iter, t, H_diag, prev_loss, old_dirs, old_stps, d, prev_flat_grad, ro"
ERRORS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (
        lambda: LBFGS([{"params": [A]}, {"params": [B]}]),
        ValueError,
        "LBFGS takes all parameters as one group: give model.parameters()",
    ),
    (
        lambda: LBFGS([A], line_search_fn="wolfe"),
        ValueError,
        "line_search_fn must be None or 'strong_wolfe', and is 'wolfe'",
    ),
    (lambda: LBFGS([A], max_iter=0), ValueError, "LBFGS got max_iter=0: it must be at least 1"),
    (
        lambda: LBFGS([A], tolerance_grad=-1),
        ValueError,
        "tolerance_grad must not be negative, and is -1",
    ),
    (
        lambda: LBFGS([A]).step(),
        TypeError,
        "LBFGS computes the loss several times a step: write step(closure), a function that calls "
        "zero_grad(), computes the loss, calls backward() and gives the loss",
    ),
    (
        lambda: load(saved(d=None)),
        ValueError,
        "the state of LBFGS in the state dict has func_evals, n_iter, old_dirs, old_stps, ro, H_diag, t, "
        f"prev_flat_grad, prev_loss, and LBFGS keeps {KEEPS}: it is of another optimiser, or damaged",
    ),
    (
        lambda: load(saved(d=np.zeros(3))),
        ValueError,
        "the state dict's d of LBFGS has shape (3,), and the parameters have 10 numbers in all",
    ),
    (
        lambda: load(saved(ro=np.zeros(9))),
        ValueError,
        "the state dict of LBFGS has not as many rows in old_dirs as in old_stps and ro: it is damaged",
    ),
]  # fmt: skip


@each(("provoke", "kind", "text"), ERRORS, ids=[text[:40] for _, _, text in ERRORS])
def test_errors(provoke: Callable[[], Any], kind: type[Exception], text: str) -> None:
    with pytest.raises(kind) as error:
        provoke()
    assert str(error.value) == text


def test_a_state_that_does_not_fit_changes_nothing() -> None:
    optimizer = LBFGS(parameters(), lr=0.7)
    with pytest.raises(ValueError, match="10 numbers"):
        optimizer.load_state_dict(saved(prev_flat_grad=np.zeros(4)))
    assert optimizer.state == {}
    assert optimizer.param_groups[0]["lr"] == 0.7


def test_a_loss_without_gradients_is_said() -> None:
    with pytest.warns(UserWarning, match="found no gradient"):
        LBFGS([A]).step(lambda: mg.tensor(1.0))
