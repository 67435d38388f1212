"""The training loop: what it does in a step, what it keeps, and that it goes on as if never stopped."""

import re
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from tests.cases import each

X = np.random.default_rng(0).normal(size=(64, 3)).astype(np.float32)
Y = X @ np.array([[1.0], [2.0], [3.0]], np.float32)


def training(steps: int = 20, *, p: float = 0.1, seed: int = 1, **options: Any) -> nn.Training:
    """Of a small net with dropout, whose generator also orders the batches; by default in silence."""
    rng = np.random.default_rng(seed)
    model = nn.Sequential(
        nn.Linear(3, 8, rng=rng), nn.Dropout(p, rng=rng), nn.Tanh(), nn.Linear(8, 1, rng=rng)
    )
    optimizer = nn.optim.AdamW(model.parameters(), 1e-2)
    schedule = nn.optim.lr_scheduler.WarmupCosineLR(optimizer, 3, 20)
    mean_square = lambda batch: ((model(batch[0]) - batch[1]) ** 2).mean()
    defaults: dict[str, Any] = {
        "evaluate": lambda: {"val_loss": float(mean_square((X, Y)))},
        "progress": None,
        "every": 6,
        "schedule": schedule,
    }
    batches = nn.data.Batches((X, Y), 10, rng=rng)
    return nn.Training(model, optimizer, mean_square, batches, steps, **{**defaults, **options})


def weights(one: nn.Training) -> list[np.ndarray]:
    return [p.data.copy() for p in one.model.parameters()]


def same(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_the_loss_falls_and_rows_come_when_asked() -> None:
    one = training(60)
    rows = one.run()
    assert [row["step"] for row in rows] == [6, 12, 18, 24, 30, 36, 42, 48, 54, 60]
    assert list(rows[0]) == ["step", "train_loss", "val_loss"]
    assert rows[-1]["val_loss"] < rows[0]["val_loss"]
    assert not one.stopped
    assert not any(module.training for module in one.model.modules())


@each("stop", [1, 5, 6, 13, 19])
def test_resuming_equals_never_having_stopped(stop: int) -> None:
    whole = training()
    rows = whole.run()
    first = training()
    for step in first:
        if step.number == stop:
            state = first.state_dict()
    resumed = training(seed=2)
    resumed.load_state_dict(state)
    assert resumed.number == stop
    assert resumed.run() == rows
    assert same(weights(resumed), weights(whole))
    assert resumed.best() == whole.best()
    assert same(weights(resumed), weights(whole))


def refused(message: str, kind: type[Exception] = nn.TrainingError) -> Any:
    return pytest.raises(kind, match=f"^{re.escape(message)}$")


@each("value", [np.nan, np.inf])
def test_a_loss_that_is_no_number_ends_it_before_any_weight_is_touched(value: float) -> None:
    one = training(p=0.0)
    loss, one.update.loss = one.update.loss, lambda batch: loss(batch) * (value if one.number == 3 else 1.0)
    before: list[np.ndarray] = []
    with refused(
        f"at step 4 the loss became {value}: lower the learning rate, which is 0.01, or find the op that "
        "made it with mg.debug()"
    ):
        for _ in one:
            before = weights(one)
    assert one.number == 3
    assert same(weights(one), before)


def test_a_gradient_that_is_no_number_ends_it_before_any_weight_is_touched() -> None:
    one = training(p=0.0)
    loss, before = one.update.loss, weights(one)
    one.update.loss = lambda batch: loss(batch) + mg.sqrt((one.model(batch[0]) * 0.0).sum() ** 2)
    with (
        np.errstate(all="ignore"),
        refused(
            "at step 1 the norm of the gradient became nan: lower the learning rate, which is 0.00333333, or "
            "find the op that made it with mg.debug()"
        ),
    ):
        one.run()
    assert same(weights(one), before)
