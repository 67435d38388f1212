"""Learning rates: PyTorch's over 60 steps, alone and composed, stopped and resumed; and every error."""

import ast
import json
import math
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from nn.optim import SGD, Adagrad, Adam, lr_scheduler
from nn.optim.lr_scheduler import LRScheduler
from tests.cases import each
from tests.nn.test_errors import places

STEPS, STOP = 60, 17
Build = Callable[[Any, Any], Any]  # of the module of schedules, ours or PyTorch's, and an optimiser

CASES: list[tuple[str, dict[str, Any]]] = [
    ("StepLR", {"step_size": 7}),
    ("StepLR", {"step_size": 1, "gamma": 0.9}),
    ("MultiStepLR", {"milestones": [30, 5, 5]}),
    ("MultiStepLR", {"milestones": [1, 59], "gamma": 2.0}),
    ("ConstantLR", {}),
    ("ConstantLR", {"factor": 0.7, "total_iters": 20}),
    ("LinearLR", {}),
    ("LinearLR", {"start_factor": 0.01, "total_iters": 40}),
    ("LinearLR", {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 30}),
    ("ExponentialLR", {"gamma": 0.9}),
    ("PolynomialLR", {}),
    ("PolynomialLR", {"total_iters": 50, "power": 2.5}),
    ("CosineAnnealingLR", {"T_max": 20}),
    ("CosineAnnealingLR", {"T_max": 60, "eta_min": 0.05}),
    ("CosineAnnealingLR", {"T_max": 1}),
    ("CosineAnnealingWarmRestarts", {"T_0": 9}),
    ("CosineAnnealingWarmRestarts", {"T_0": 5, "T_mult": 2, "eta_min": 0.01}),
    ("CyclicLR", {"base_lr": 0.1, "max_lr": 0.5, "step_size_up": 8}),
    ("CyclicLR", {"base_lr": [0.1, 0.2], "max_lr": [0.5, 2.0], "step_size_up": 4, "step_size_down": 9,
                  "mode": "triangular2", "base_momentum": 0.5, "max_momentum": [0.8, 0.95]}),
    ("CyclicLR", {"base_lr": 0.1, "max_lr": 1, "step_size_up": 5, "mode": "exp_range", "gamma": 0.95}),
    ("CyclicLR", {"base_lr": 0.1, "max_lr": 1, "step_size_up": 5, "scale_fn": lambda x: 1 / x,
                  "cycle_momentum": False}),
    ("CyclicLR", {"base_lr": 0.1, "max_lr": 1, "step_size_up": 5, "scale_fn": lambda x: 0.9**x,
                  "scale_mode": "iterations"}),
    ("OneCycleLR", {"max_lr": 1.0, "total_steps": 60}),
    ("OneCycleLR", {"max_lr": [1.0, 2.0], "epochs": 6, "steps_per_epoch": 11, "anneal_strategy": "linear"}),
    ("OneCycleLR", {"max_lr": 1.0, "total_steps": 80, "pct_start": 0.4, "three_phase": True,
                    "div_factor": 5.0, "final_div_factor": 10.0, "base_momentum": [0.5, 0.6],
                    "max_momentum": 0.9}),
    ("OneCycleLR", {"max_lr": 1.0, "total_steps": 60, "pct_start": 0.0, "cycle_momentum": False}),
    ("LambdaLR", {"lr_lambda": lambda t: 0.95**t / (1 + t)}),
    ("LambdaLR", {"lr_lambda": [lambda t: 0.9**t, lambda t: 1 / (1 + t)]}),
    ("MultiplicativeLR", {"lr_lambda": lambda t: 0.9 + 0.001 * t}),
    ("MultiplicativeLR", {"lr_lambda": [lambda t: 0.9, lambda t: 1 - 1 / (t + 2)]}),
]  # fmt: skip
COMPOSED: dict[str, Build] = {
    "warm-up, then a cosine": lambda s, o: s.SequentialLR(
        o, [s.LinearLR(o, 0.1, total_iters=10), s.CosineAnnealingLR(o, 50)], [10]
    ),
    "three in a row": lambda s, o: s.SequentialLR(
        o, [s.ConstantLR(o, 0.1, 4), s.ExponentialLR(o, 0.9), s.StepLR(o, 5, 0.5)], [8, 30]
    ),
    "restarts after a warm-up": lambda s, o: s.SequentialLR(
        o, [s.ConstantLR(o, 0.2, 100), s.CosineAnnealingWarmRestarts(o, 6, 2)], [7]
    ),
    "a function at the end": lambda s, o: s.SequentialLR(
        o,
        [s.PolynomialLR(o, 30), s.LambdaLR(o, lambda t: 1 / (1 + t)), s.MultiplicativeLR(o, lambda t: 0.97)],
        [20, 40],
    ),
    "nothing of the first": lambda s, o: s.SequentialLR(o, [s.StepLR(o, 3), s.LinearLR(o)], [0]),
    "all at once": lambda s, o: s.ChainedScheduler(
        [s.ConstantLR(o, 0.1, 6), s.ExponentialLR(o, 0.95), s.MultiStepLR(o, [20, 40], 0.5)]
    ),
    "warm-up and a cosine at once": lambda s, o: s.ChainedScheduler(
        [s.LinearLR(o, 0.2, total_iters=15), s.CosineAnnealingLR(o, 40, 0.01)], optimizer=o
    ),
    "rows in a chain": lambda s, o: s.ChainedScheduler(
        [
            s.SequentialLR(o, [s.ConstantLR(o, 0.1, 100), s.ExponentialLR(o, 0.9)], [9]),
            s.StepLR(o, 10, 0.8),
        ]
    ),
    "a row that begins with a row": lambda s, o: s.SequentialLR(
        o,
        [s.SequentialLR(o, [s.ConstantLR(o, 0.1, 100), s.ExponentialLR(o, 0.9)], [9]), s.StepLR(o, 4)],
        [25],
    ),
    "a row that begins with a chain": lambda s, o: s.SequentialLR(
        o, [s.ChainedScheduler([s.ConstantLR(o, 0.1, 6), s.StepLR(o, 5, 0.9)]), s.ExponentialLR(o, 0.9)], [25]
    ),
}
SCHEDULES: dict[str, Build] = {
    **{f"{name} {given}": lambda s, o, name=name, given=given: getattr(s, name)(o, **given)
       for name, given in CASES},
    **COMPOSED,
}  # fmt: skip
OPTIMISERS: dict[str, dict[str, Any]] = {"SGD": {"lr": 0.5, "momentum": 0.3}, "AdamW": {"lr": 0.5}}


def optimiser(lib: Any, name: str = "SGD", **settings: Any) -> Any:
    """Of two groups with rates of their own; its steps do nothing that matters here."""
    if lib is nn.optim:
        p, q = (nn.Parameter(np.zeros(2)) for _ in range(2))
    else:
        import torch

        p, q = (torch.nn.Parameter(torch.zeros(2)) for _ in range(2))
    given = settings or OPTIMISERS[name]
    return getattr(lib, name)([{"params": [p]}, {"params": [q], "lr": 3.0}], **given)


def changed(optimiser: Any) -> list[Any]:
    """All that schedules change."""
    return [
        (group["lr"], group["momentum"] if "momentum" in group else group["betas"][0])
        for group in optimiser.param_groups
    ]


def quietly(step: Callable[[], Any]) -> None:
    with warnings.catch_warnings():  # ours says that there is no gradient, theirs that a step is missing
        warnings.simplefilter("ignore", UserWarning)
        step()


def values(
    optimiser: Any, schedule: Any, steps: int, metric: Callable[[int], float] | None = None
) -> list[Any]:
    seen = []
    for t in range(steps):
        assert schedule.get_last_lr() == [group["lr"] for group in optimiser.param_groups]
        seen.append(changed(optimiser))
        quietly(optimiser.step)
        quietly(schedule.step if metric is None else lambda t=t: schedule.step(metric(t)))
    return seen


# -- PyTorch's ----------------------------------------------------------------------------------


def test_every_schedule_that_both_libraries_have_is_in_the_table() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch")
    composed = {"ChainedScheduler", "SequentialLR", "ReduceLROnPlateau", "LRScheduler"}
    assert {name for name, _ in CASES} | composed | {"WarmupCosineLR"} == set(lr_scheduler.__all__)
    assert set(torch.optim.lr_scheduler.__all__) == set(lr_scheduler.__all__) - {"WarmupCosineLR"}


@each("kind", OPTIMISERS)
@each("build", SCHEDULES.values(), ids=SCHEDULES)
def test_60_steps_are_pytorchs(build: Build, kind: str) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch")
    ours, theirs = optimiser(nn.optim, kind), optimiser(torch.optim, kind)
    mine = build(lr_scheduler, ours)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        other = build(torch.optim.lr_scheduler, theirs)
    np.testing.assert_allclose(
        values(ours, mine, STEPS), values(theirs, other, STEPS), rtol=1e-12, atol=1e-14
    )


PLATEAUS: list[dict[str, Any]] = [
    {},
    {"patience": 0, "factor": 0.9, "cooldown": 3},
    {"mode": "max", "patience": 2, "threshold": 0.05, "threshold_mode": "abs", "min_lr": [0.01, 0.2]},
    {"mode": "max", "patience": 1, "threshold": 0.1, "min_lr": 0.05},
    {"patience": 3, "threshold": 0.01, "threshold_mode": "abs", "eps": 0.02},
]


def metric(t: int) -> float:
    return math.sin(t * 1.3) + 2 / (1 + t)


@each("settings", PLATEAUS, ids=str)
def test_a_plateau_is_pytorchs(settings: dict[str, Any]) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch")
    ours, theirs = optimiser(nn.optim), optimiser(torch.optim)
    mine = lr_scheduler.ReduceLROnPlateau(ours, **settings)
    other = torch.optim.lr_scheduler.ReduceLROnPlateau(theirs, **settings)
    seen = values(ours, mine, STEPS, metric)
    assert seen == values(theirs, other, STEPS, metric)
    assert seen[-1] != seen[0]


def test_warm_restarts_take_a_point_between_two_steps() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch")
    for mult in (1, 2):
        ours, theirs = optimiser(nn.optim), optimiser(torch.optim)
        mine = lr_scheduler.CosineAnnealingWarmRestarts(ours, 4, mult)
        other = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(theirs, 4, mult)
        for epoch in (0.5, 3.75, 4, 5.25, 11.9, 12, 2.0, None, None, 30.5, None):
            quietly(lambda mine=mine, epoch=epoch: mine.step(epoch))
            other.step(epoch)
            assert mine.get_last_lr() == pytest.approx(other.get_last_lr(), rel=1e-12)


RESUMED = [
    ("StepLR", {"step_size": 4}),
    ("LambdaLR", {"lr_lambda": lambda t: 0.9**t}),
    ("ExponentialLR", {"gamma": 0.9}),
    ("CosineAnnealingLR", {"T_max": 30}),
    ("CosineAnnealingWarmRestarts", {"T_0": 7}),
    ("PolynomialLR", {"total_iters": 40}),
]


@each("name, settings", RESUMED, ids=[name for name, _ in RESUMED])
def test_last_epoch_goes_on_over_a_loaded_optimiser(name: str, settings: dict[str, Any]) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch")
    seen = []
    for lib in (nn.optim, torch.optim):
        first, again = optimiser(lib), optimiser(lib)
        values(first, getattr(lib.lr_scheduler, name)(first, **settings), 6)
        again.load_state_dict(first.state_dict())
        seen.append(values(again, getattr(lib.lr_scheduler, name)(again, **settings, last_epoch=5), 20))
    np.testing.assert_allclose(*seen, rtol=1e-12)


@each("build", SCHEDULES.values(), ids=SCHEDULES)
def test_the_state_of_a_schedule_of_pytorch_goes_on_here(build: Build) -> None:
    """Of one alone, as the error of loading it says."""
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch")
    if build in COMPOSED.values():
        return
    ours, theirs = optimiser(nn.optim), optimiser(torch.optim)
    mine, other = build(lr_scheduler, ours), build(torch.optim.lr_scheduler, theirs)
    values(theirs, other, STOP)
    with pytest.raises(ValueError, match="of a schedule of PyTorch") as caught:
        mine.load_state_dict(other.state_dict())
    exec(str(caught.value).partition("write ")[2], {"schedule": mine, "state": other.state_dict()})
    expected = [[lr for lr, _ in row] for row in values(theirs, other, 20)]
    np.testing.assert_allclose(
        [[lr for lr, _ in row] for row in values(ours, mine, 20)], expected, rtol=1e-12
    )


# -- resuming -----------------------------------------------------------------------------------


@each("way", [lambda state: state, lambda state: json.loads(json.dumps(state))], ids=["direct", "json"])
@each("build", SCHEDULES.values(), ids=SCHEDULES)
def test_going_on_equals_never_having_stopped(build: Build, way: Callable[[Any], Any]) -> None:
    whole, stopped, later = (
        optimiser(nn.optim),
        optimiser(nn.optim),
        optimiser(nn.optim, lr=7.0, momentum=0.3),
    )
    expected = values(whole, build(lr_scheduler, whole), STEPS)[STOP:]
    schedule = build(lr_scheduler, stopped)
    values(stopped, schedule, STOP)
    saved, reached = stopped.state_dict(), way(schedule.state_dict())
    values(stopped, schedule, 2)  # the saved state must not change with it
    again = build(lr_scheduler, later)
    later.load_state_dict(saved)
    again.load_state_dict(reached)
    assert again.state_dict() == reached
    assert values(later, again, STEPS - STOP) == expected


@each("settings", PLATEAUS, ids=str)
def test_a_plateau_is_resumed(settings: dict[str, Any]) -> None:
    build = lambda o: lr_scheduler.ReduceLROnPlateau(o, **settings)
    whole, stopped, later = (optimiser(nn.optim) for _ in range(3))
    expected = values(whole, build(whole), STEPS, metric)[STOP:]
    schedule = build(stopped)
    values(stopped, schedule, STOP, metric)
    again = build(later)
    again.load_state_dict(json.loads(json.dumps(schedule.state_dict())))
    assert values(later, again, STEPS - STOP, lambda t: metric(t + STOP)) == expected


# -- beside PyTorch -----------------------------------------------------------------------------


def test_a_group_that_comes_later_is_taken_up() -> None:
    o = SGD([nn.Parameter(np.zeros(2))], lr=1.0)
    schedule = lr_scheduler.ChainedScheduler([lr_scheduler.ExponentialLR(o, 0.5)])
    o.stepped = True
    schedule.step()
    o.add_param_group({"params": [nn.Parameter(np.zeros(2))], "lr": 4.0})
    schedule.step()
    assert schedule.get_last_lr() == [0.25, 2.0]
    assert o.param_groups[1]["initial_lr"] == 4.0


def test_a_row_or_chain_may_stand_anywhere_in_a_row() -> None:
    """Where PyTorch has NotImplementedError."""
    s, o = lr_scheduler, SGD([nn.Parameter(np.zeros(2))], lr=1.0)
    o.stepped = True
    inner = s.SequentialLR(o, [s.ConstantLR(o, 0.5, 100), s.ExponentialLR(o, 0.5)], [2])
    chain = s.ChainedScheduler([s.ConstantLR(o, 0.5, 1), s.ExponentialLR(o, 0.1)])
    row = s.SequentialLR(o, [s.StepLR(o, 100), inner, chain], [2, 7])
    seen = []
    for _ in range(10):
        seen += row.get_last_lr()
        row.step()
    assert seen == pytest.approx([1, 1, 0.5, 0.5, 1, 0.5, 0.25, 0.5, 0.1, 0.01])


def test_a_schedule_of_ones_own() -> None:
    class Halved(LRScheduler):
        def get_lr(self) -> list[float]:
            return [base / 2**self.last_epoch for base in self.base_lrs]

    o = optimiser(nn.optim)
    schedule = lr_scheduler.SequentialLR(o, [lr_scheduler.ConstantLR(o, 1.0), Halved(o)], [1])
    assert [lr for (lr, _), _ in values(o, schedule, 5)] == [0.5, 0.5, 0.25, 0.125, 0.0625]


def test_a_step_before_the_optimisers_is_said_once() -> None:
    o = optimiser(nn.optim)
    schedule = lr_scheduler.StepLR(o, 2)
    with pytest.warns(UserWarning, match=r"before the first step\(\) of the optimiser"):
        schedule.step()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        schedule.step()
        again = lr_scheduler.StepLR(o, 2)
        again.load_state_dict(schedule.state_dict())
        again.step()


# -- errors -------------------------------------------------------------------------------------

ONE = SGD([nn.Parameter(np.zeros(2))], lr=0.5)
S = lr_scheduler
ERRORS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (
        lambda: S.StepLR(nn.Linear(1, 1), 3),  # type: ignore[arg-type]
        TypeError,
        "a schedule is of an optimiser's learning rates, and got a Linear",
    ),
    (
        lambda: S.StepLR(optimiser(nn.optim), 3, last_epoch=3),
        ValueError,
        "a schedule that continues from last_epoch=3 needs the rates that it began with, and this optimiser "
        "has none: load the optimiser's state before, or leave last_epoch at -1",
    ),
    (
        lambda: LRScheduler(ONE),
        NotImplementedError,
        "LRScheduler has no get_lr: define `def get_lr(self): ...`",
    ),
    (lambda: S.StepLR(ONE, 0), ValueError, "StepLR got step_size=0: it must be at least 1"),
    (lambda: S.ExponentialLR(ONE, -1), ValueError, "gamma must not be negative, and is -1"),
    (lambda: S.CosineAnnealingLR(ONE, 0), ValueError, "CosineAnnealingLR got T_max=0: it must be at least 1"),
    (
        lambda: S.CosineAnnealingWarmRestarts(ONE, 5, 0),
        ValueError,
        "CosineAnnealingWarmRestarts got T_mult=0: it must be at least 1",
    ),
    (
        lambda: S.CosineAnnealingWarmRestarts(ONE, 5).step(-1),
        ValueError,
        "epoch must not be negative, and is -1",
    ),
    (lambda: S.ConstantLR(ONE, 1.5), ValueError, "factor must be in [0, 1], and is 1.5"),
    (
        lambda: S.LinearLR(ONE, 0.0),
        ValueError,
        "start_factor must be above 0, since the rates are divided by it, and is 0.0",
    ),
    (lambda: S.LinearLR(ONE, 0.5, 2.0), ValueError, "end_factor must be in [0, 1], and is 2.0"),
    (
        lambda: S.CyclicLR(ONE, 0.1, 1.0, mode="saw"),
        ValueError,
        "mode must be 'triangular', 'triangular2' or 'exp_range', and is 'saw'",
    ),
    (
        lambda: S.CyclicLR(ONE, [0.1, 0.2], 1.0),
        ValueError,
        "CyclicLR got 2 values of base_lr, and the optimiser has 1 groups: give one for each, or one "
        "by itself for all",
    ),
    (
        lambda: S.CyclicLR(Adagrad([nn.Parameter(np.zeros(2))]), 0.1, 1.0),
        ValueError,
        "CyclicLR changes the momentum as well, which Adagrad has not: write cycle_momentum=False",
    ),
    (
        lambda: S.OneCycleLR(Adagrad([nn.Parameter(np.zeros(2))]), 0.1, 10),
        ValueError,
        "OneCycleLR changes the momentum as well, which Adagrad has not: write cycle_momentum=False",
    ),
    (
        lambda: S.OneCycleLR(ONE, 1.0),
        ValueError,
        "OneCycleLR needs total_steps, or epochs and steps_per_epoch",
    ),
    (lambda: S.OneCycleLR(ONE, 1.0, 9, pct_start=2), ValueError, "pct_start must be in [0, 1], and is 2"),
    (
        lambda: S.OneCycleLR(ONE, 1.0, 9, anneal_strategy="log"),
        ValueError,
        "anneal_strategy must be 'cos' or 'linear', and is 'log'",
    ),
    (
        lambda: values(o := Adam([nn.Parameter(np.zeros(2))]), S.OneCycleLR(o, 1.0, 3), 5),
        ValueError,
        "OneCycleLR ends after 3 steps, and this would be step 4: give it a greater total_steps",
    ),
    (lambda: S.ReduceLROnPlateau(ONE, factor=1), ValueError, "factor must be below 1, and is 1"),
    (lambda: S.ReduceLROnPlateau(ONE, "least"), ValueError, "mode must be 'min' or 'max', and is 'least'"),
    (
        lambda: S.ReduceLROnPlateau(ONE, min_lr=[0.1, 0.2]),
        ValueError,
        "ReduceLROnPlateau got 2 values of min_lr, and the optimiser has 1 groups: give one for each, or one "
        "by itself for all",
    ),
    (
        lambda: S.SequentialLR(ONE, [], []),
        ValueError,
        "SequentialLR needs at least one schedule, and got none",
    ),
    (
        lambda: S.ChainedScheduler([S.StepLR(ONE, 2), S.ReduceLROnPlateau(ONE)]),
        TypeError,
        "ChainedScheduler takes schedules whose step() needs nothing, and number 1 of them is a "
        "ReduceLROnPlateau",
    ),
    (
        lambda: S.ChainedScheduler([S.StepLR(ONE, 2), S.StepLR(optimiser(nn.optim), 2)]),
        ValueError,
        "ChainedScheduler takes schedules of one optimiser, and number 1 is of another",
    ),
    (
        lambda: S.SequentialLR(ONE, [S.StepLR(ONE, 2), S.StepLR(ONE, 2)], [1, 2]),
        ValueError,
        "SequentialLR goes from one schedule to the next at a milestone, and got 2 milestones for 2 "
        "schedules: give 1",
    ),
    (
        lambda: S.MultiplicativeLR(ONE, [0.9, 0.8]),  # type: ignore[list-item]
        TypeError,
        "MultiplicativeLR takes a function of the step, or one for each group, and got 0.9: write lambda "
        "step: 0.9",
    ),
    (
        lambda: S.LambdaLR(ONE, [lambda t: 1.0, lambda t: 2.0]),
        ValueError,
        "LambdaLR got 2 functions, and the optimiser has 1 groups: give one function for each, or one by "
        "itself for all",
    ),
    *(
        (
            lambda wrong=wrong: S.StepLR(ONE, 2).load_state_dict(wrong),
            ValueError,
            f"a state dict of StepLR has last_epoch, base_lrs, last_lr, as its state_dict() gives it, and "
            f"this one is {said}",
        )
        for wrong, said in (({}, "empty"), (None, "None"), ({"last_epoch": 3}, "last_epoch"))
    ),
    *(
        (
            lambda wrong=wrong: S.WarmupCosineLR(ONE, 1, 2).load_state_dict({"last_epoch": wrong}),
            ValueError,
            f"the state dict's last_epoch of WarmupCosineLR counts steps, and is {wrong!r}",
        )
        for wrong in (1.5, -1, "1")
    ),
    (
        lambda: S.StepLR(ONE, 2).load_state_dict({"last_epoch": 3, "base_lrs": [1.0, 2.0], "last_lr": [1.0]}),
        ValueError,
        "the state dict's base_lrs of StepLR is a list of 1 numbers, one for each group of the optimiser, "
        "and is [1.0, 2.0]",
    ),
    (
        lambda: S.StepLR(ONE, 2).load_state_dict({"last_epoch": 3, "base_lrs": [1.0], "last_lr": ["1"]}),
        ValueError,
        "the state dict's last_lr of StepLR is no number: ['1']",
    ),
    (
        lambda: S.ChainedScheduler([S.StepLR(ONE, 2)]).load_state_dict({"last_epoch": 3, "last_lr": [1.0]}),
        ValueError,
        "a state dict of ChainedScheduler has under 'schedulers' the states of its 1 schedules: this "
        "one is of another schedule, or damaged",
    ),
]


@each(("provoke", "kind", "text"), ERRORS, ids=[text[:60] for _, _, text in ERRORS])
def test_errors(provoke: Callable[[], Any], kind: type[Exception], text: str) -> None:
    with pytest.raises(kind) as error:
        provoke()
    assert str(error.value) == text


def test_every_error_of_the_schedules_is_in_the_table() -> None:
    seen: set[tuple[str, int]] = set()
    for provoke, kind, _ in ERRORS:
        with pytest.raises(kind) as error:
            provoke()
        seen.update(places(error.value))
    raised = {
        (str(path), node.lineno)
        for path in Path(lr_scheduler.__file__).parent.glob("[!_]*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Raise) and path.name != "warmup.py"  # which is in test_errors
    }
    assert raised - seen == set()


def test_a_state_that_does_not_fit_changes_nothing() -> None:
    o = optimiser(nn.optim)
    row = S.SequentialLR(o, [S.StepLR(o, 2), S.ExponentialLR(o, 0.5)], [5])
    saved, rates = row.state_dict(), changed(o)
    wrong = {**saved, "last_epoch": 4, "schedulers": [saved["schedulers"][0], {"last_epoch": 2}]}
    with pytest.raises(ValueError, match="a state dict of ExponentialLR"):
        row.load_state_dict(wrong)
    assert row.state_dict() == saved
    assert changed(o) == rates
