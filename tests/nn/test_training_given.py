"""What a training refuses: parts that do not belong together, and checkpoints made with others."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from tests.cases import each
from tests.nn.test_training import X, refused, same, training, weights

schedules = nn.optim.lr_scheduler


def made(model: Any = None, optimizer: Any = None, **options: Any) -> nn.Training:
    """Of one linear layer, in silence."""
    model = nn.Linear(3, 1) if model is None else model
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1) if optimizer is None else optimizer
    options = {"loss": lambda batch: (model(batch) ** 2).mean(), "progress": None, "every": 2, **options}
    return nn.Training(
        model, optimizer, batches=nn.data.Batches(X, 8, rng=np.random.default_rng(0)), steps=4, **options
    )


OTHER = nn.optim.SGD(nn.Linear(3, 1).parameters(), lr=0.1)
NO_CLIP = "clip bounds the norm of the gradient, and is {}: give more than 0, or None"


@each(
    "options, kind, message",
    [
        (
            {"model": 3, "optimizer": OTHER},
            TypeError,
            "Training takes a model, an nn.Module, and got a int",
        ),
        (
            {"optimizer": 3},
            TypeError,
            "Training takes an optimiser of nn.optim, and got a int: write "
            "nn.optim.AdamW(model.parameters())",
        ),
        (
            {"optimizer": OTHER},
            ValueError,
            "the optimiser has no parameter of this model, which would stay as it is: make it with "
            "model.parameters()",
        ),
        (
            {"schedule": schedules.StepLR(OTHER, 2)},
            ValueError,
            "the schedule is a StepLR that does not change the rates of this optimiser: make it of the "
            "optimiser that Training gets",
        ),
        (
            {"optimizer": nn.optim.LBFGS(nn.Linear(3, 1).parameters())},
            TypeError,
            "LBFGS computes the loss several times a step, which Training does once: write a loop of your "
            "own around optimizer.step(closure)",
        ),
        ({"clip": 0}, ValueError, NO_CLIP.format(0)),
        ({"clip": -1.0}, ValueError, NO_CLIP.format(-1.0)),
        ({"clip": float("nan")}, ValueError, NO_CLIP.format("nan")),
        ({"clip": "x"}, ValueError, NO_CLIP.format("'x'")),
        ({"loss": 3}, TypeError, "Training calls loss, and got 3: give a function"),
        ({"evaluate": 3}, TypeError, "Training calls evaluate, and got 3: give a function"),
        ({"snapshot": "x"}, TypeError, "Training calls snapshot, and got 'x': give a function"),
        ({"config": 3}, TypeError, "config is a dict of plain values by name, and got 3"),
        ({"config": {1: 2}}, TypeError, "config is a dict of plain values by name, and got {1: 2}"),
        (
            {"config": {"text": Path("x")}},
            TypeError,
            f"config holds plain values, and text is a {type(Path()).__name__}: write str(...) or a list",
        ),
        (
            {"config": {"rates": np.ones(2)}},
            TypeError,
            "config holds plain values, and rates is a ndarray: write str(...) or a list",
        ),
    ],
)
def test_parts_that_cannot_be(options: dict[str, Any], kind: type[Exception], message: str) -> None:
    with refused(message, kind):
        made(**options)


def test_numbers_of_numpy_are_a_configuration(tmp_path: Path) -> None:
    made(config={"rate": np.float32(0.5), "layers": np.int64(3)}, out=tmp_path).run()
    assert '"rate": 0.5,\n "layers": 3,' in (tmp_path / "config.json").read_text("utf-8")


@each(
    "loss, kind, message",
    [
        (
            lambda model, x: float(model(x).mean()),
            TypeError,
            "loss(batch) gives a tensor, whose gradient is followed, and gave a float: leave out float(...) "
            "and .numpy()",
        ),
        (
            lambda model, x: model(x),
            ValueError,
            "loss(batch) gives one number, and gave (8, 1): write loss.mean()",
        ),
        (
            lambda model, x: mg.tensor(1.0),
            ValueError,
            "loss(batch) depends on no parameter that requires a gradient: compute it from the model, "
            "outside of mg.no_grad(), and have some parameters not frozen",
        ),
    ],
)
def test_what_is_no_loss(loss: Callable[..., Any], kind: type[Exception], message: str) -> None:
    model = nn.Linear(3, 1)
    before = [p.data.copy() for p in model.parameters()]
    one = made(model, loss=lambda x: loss(model, x))
    with refused(message, kind):
        one.run()
    assert same(before, weights(one))


@each(
    "given, kind, message",
    [
        (None, TypeError, "evaluate() gives numbers by name, and gave None: return {'accuracy': 0.5}"),
        (
            {1: 2.0},
            TypeError,
            "evaluate() gives numbers by name, and gave {1: 2.0}: return {'accuracy': 0.5}",
        ),
        ({"a": "x"}, TypeError, "evaluate() gives numbers by name, and a is 'x': take its mean"),
        ({"a": [1, 2]}, TypeError, "evaluate() gives numbers by name, and a is [1, 2]: take its mean"),
        (
            {"step": 1},
            ValueError,
            "evaluate() gave step, which each row has already: call it something else",
        ),
    ],
)
def test_what_is_no_metric(given: Any, kind: type[Exception], message: str) -> None:
    with refused(message, kind):
        made(evaluate=lambda: given).run()


def test_a_metric_may_be_a_tensor_or_an_array_of_one_number() -> None:
    rows = made(evaluate=lambda: {"a": mg.tensor(0.5), "b": np.array([2])}).run()
    assert [(row["a"], row["b"]) for row in rows] == [(0.5, 2.0)] * 2


def of_schedule(make: Callable[[Any], Any] | None, out: Path, **options: Any) -> nn.Training:
    model = nn.Linear(3, 1, rng=np.random.default_rng(0))
    optimizer = options.pop("optimizer", nn.optim.AdamW)(model.parameters(), lr=0.1)
    return made(model, optimizer, schedule=make and make(optimizer), out=out, **options)


def by_steps(optimizer: Any) -> Any:
    return schedules.StepLR(optimizer, 2)


@each(
    "schedule, options, said",
    [
        (None, {}, "its schedule was StepLR, and is None here"),
        (lambda o: schedules.ExponentialLR(o, 0.9), {}, "its schedule was StepLR, and is ExponentialLR here"),
        (by_steps, {"optimizer": nn.optim.Adam}, "its optimizer was AdamW, and is Adam here"),
        (by_steps, {"accumulate": 2}, "its accumulate was 1, and is 2 here"),
    ],
)
def test_a_run_goes_on_as_it_was_made(
    schedule: Callable[[Any], Any] | None, options: dict[str, Any], said: str, tmp_path: Path
) -> None:
    of_schedule(by_steps, tmp_path).run()
    other = of_schedule(schedule, tmp_path, **options)
    before = weights(other)
    with pytest.raises(
        nn.FileError, match=f"is of another training than this .{said}.: give its own settings"
    ):
        other.resume()
    assert same(before, weights(other))
    assert other.number == 0
    assert of_schedule(by_steps, tmp_path).resume() == 4


def test_batches_go_on_as_they_were() -> None:
    state = nn.data.Batches(X, 8).state_dict()
    with refused("the state is of batches of 8, and these are of 4", ValueError):
        nn.data.Batches(X, 4).load_state_dict(state)
    windows = nn.data.Windows(np.arange(50), 4, 8).state_dict()
    for other, said in (
        (nn.data.Windows(np.arange(51), 4, 8), "count 50, and these windows of 51"),
        (nn.data.Windows(np.arange(50), 5, 8), "context 4, and these windows of 5"),
        (nn.data.Windows(np.arange(50), 4, 9), "size 8, and these windows of 9"),
    ):
        with refused(f"the state is of {said}", ValueError):
            other.load_state_dict(windows)


def test_a_best_row_that_was_never_taken_is_refused(tmp_path: Path) -> None:
    one = training(12, out=tmp_path)
    one.run()
    step, state = nn.Checkpoints(tmp_path).load()
    row, best = state["evaluations"]["best"]
    state["evaluations"]["best"] = ({**row, "val_loss": -1.0}, best)
    nn.Checkpoints(tmp_path).save(step, state)
    with pytest.raises(nn.FileError, match="its best row is not among its rows"):
        training(12, out=tmp_path).resume()


def of_the_last_layer(out: Path | None = None, clip: float | None = 0.1) -> nn.Training:
    """Of two layers, of which the optimiser has the second."""
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(3, 8, rng=rng), nn.Linear(8, 1, rng=rng))
    return made(model, nn.optim.SGD(model[1].parameters(), lr=0.1, momentum=0.9), clip=clip, out=out)


def test_what_the_optimiser_was_not_given_has_no_part_in_the_norm(tmp_path: Path) -> None:
    one = of_the_last_layer(clip=None)
    for step in one:
        norms = [np.linalg.norm(p.grad.numpy()) for p in one.model[1].parameters()]
        assert step.gradient_norm == pytest.approx(np.hypot(*norms), rel=1e-6)
    whole = of_the_last_layer()
    whole.run()
    next(step for step in of_the_last_layer(tmp_path) if step.number == 3)
    resumed = of_the_last_layer(tmp_path)
    assert resumed.resume() == 2
    resumed.run()
    assert same(weights(resumed), weights(whole))


def test_a_batch_that_holds_nan_is_told_of() -> None:
    model = nn.Linear(3, 1)
    bad = np.where(np.arange(64)[:, None] == 5, np.nan, X).astype(np.float32)
    one = nn.Training(
        model,
        nn.optim.SGD(model.parameters(), lr=0.1),
        lambda batch: (model(batch[0]) ** 2).mean(),
        nn.data.Batches((bad, np.arange(64)), 64),
        steps=2,
        progress=None,
    )
    with pytest.raises(
        nn.TrainingError, match=r"^at step 1 the loss became nan, as the batch holds NaN already: "
    ):
        one.run()


@each("seen", [None, 3, {3: "x"}], ids=str)
def test_what_is_no_snapshot(seen: Any) -> None:
    with refused(f"snapshot() gives texts and weights of attention by name, and gave {seen!r}", TypeError):
        made(snapshot=lambda: seen).run()


def test_maps_without_a_place_are_no_snapshot() -> None:
    with pytest.raises(
        TypeError, match=r"^snapshot\(\) gave it as ndarray of shape \(0, 3\): give texts, and"
    ):
        made(snapshot=lambda: {"it": np.zeros((0, 3))}).run()
