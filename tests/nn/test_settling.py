"""Training that ends, or slows down, where the metric no longer gets better."""

import re
from pathlib import Path
from typing import Any

import pytest

import nn
from tests.cases import each
from tests.nn.test_training import same, training, weights

VALUES = [5.0, 3.0, 4.0, 3.5, 2.0, 2.5, 2.2, 2.1, 9.0, 1.0]  # of evaluation 1, 2, ...


def measured(name: str = "val_loss", **options: Any) -> nn.Training:
    """40 steps, evaluated every 4, with VALUES for metrics."""
    one = training(40, every=4, evaluate=lambda: {name: VALUES[one.number // 4 - 1]}, **options)
    return one


@each("patience, end", [(1, 12), (2, 16), (3, 32), (4, 36), (5, 40), (None, 40)])
def test_patience_ends_it(patience: int | None, end: int) -> None:
    one = measured(patience=patience)
    one.run()
    assert one.number == end
    assert one.settled == (end < 40)
    assert not one.stopped
    before = {12: 3.0, 16: 3.0, 32: 2.0, 36: 2.0, 40: 1.0}
    assert one.best()["val_loss"] == before[end]


def test_of_an_accuracy_the_highest_is_best() -> None:
    one = measured("accuracy", patience=3)
    one.run()
    assert (one.number, one.best()["step"]) == (16, 4)


def test_it_is_said_why(capsys: pytest.CaptureFixture[str]) -> None:
    measured(patience=2, progress="net").run()
    assert capsys.readouterr().out.splitlines()[-1] == "net 16/40  settled: the best was 2 evaluations before"


def test_settling_goes_on_over_a_stop(tmp_path: Path) -> None:
    whole = measured(patience=3)
    whole.run()
    next(step for step in measured(patience=3, out=tmp_path) if step.number == 26)
    resumed = measured(patience=3, out=tmp_path)
    assert resumed.resume() == 24
    assert resumed.run() == whole.evaluations.rows
    assert same(weights(resumed), weights(whole))
    again = measured(patience=3, out=tmp_path)
    assert again.resume() == 32
    assert again.settled
    assert len(again.run()) == 8
    patient = measured(patience=5, out=tmp_path)
    assert patient.resume() == 32
    assert len(patient.run()) == 10


def plateau(name: str = "val_loss", mode: str = "min", **options: Any) -> nn.Training:
    one = measured(name, **options)
    schedule = nn.optim.lr_scheduler.ReduceLROnPlateau(one.optimizer, mode, factor=0.5, patience=1)
    by = nn.Training(
        one.model, one.optimizer, one.update.loss, one.batches, 40, schedule=schedule, every=4, progress=None,
        evaluate=lambda: {name: VALUES[by.number // 4 - 1]}, out=options.get("out"),
    )  # fmt: skip
    for group in one.optimizer.param_groups:
        group["lr"] = 0.01
    return by


def test_a_plateau_lowers_the_rate_by_the_metric_of_each_evaluation() -> None:
    rates = {step.number: step.learning_rate for step in plateau()}
    falls = [number for number in range(2, 41) if rates[number] < rates[number - 1]]
    assert falls == [17, 29, 37]  # after two evaluations in a row that were no better
    assert rates[40] == 0.01 / 8


@each("stop", [5, 14, 30])
def test_a_plateau_is_resumed_exactly(stop: int, tmp_path: Path) -> None:
    whole = plateau()
    rows = whole.run()
    next(step for step in plateau(out=tmp_path) if step.number == stop)
    resumed = plateau(out=tmp_path)
    assert resumed.resume() == stop // 4 * 4
    assert resumed.run() == rows
    assert same(weights(resumed), weights(whole))
    assert resumed.schedule.state_dict() == whole.schedule.state_dict()


def test_a_plateau_that_waits_for_the_other_direction_is_refused() -> None:
    said = 'ReduceLROnPlateau(mode="min") would take the best accuracy for the worst: make it with mode="max"'
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        plateau("accuracy").run()
    assert len(plateau("accuracy", "max").run()) == 10


def test_what_cannot_be_is_said() -> None:
    with pytest.raises(ValueError, match=r"^Training got patience=0: it must be at least 1$"):
        measured(patience=0)
