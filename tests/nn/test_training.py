"""The training loop: what it does in a step, what it keeps, and that it goes on as if never stopped."""

import contextlib
import csv
import errno
import io
import json
import os
import re
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

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
        "loss": mean_square,
        "evaluate": lambda: {"val_loss": float(mean_square((X, Y)))},
        "batches": nn.data.Batches((X, Y), 10, rng=rng),
        "progress": None,
        "every": 6,
        "health": 4,
        "schedule": schedule,
    }
    return nn.Training(model, optimizer, steps=steps, **{**defaults, **options})


def weights(one: nn.Training) -> list[np.ndarray]:
    return [p.data.copy() for p in one.model.parameters()]


def same(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def refused(message: str, kind: type[Exception] = nn.TrainingError) -> Any:
    return pytest.raises(kind, match=f"^{re.escape(message)}$")


# -- steps ----------------------------------------------------------------------------------------


def test_the_loss_falls_and_rows_come_when_asked() -> None:
    one = training(60)
    rows = one.run()
    assert [row["step"] for row in rows] == [6, 12, 18, 24, 30, 36, 42, 48, 54, 60]
    assert list(rows[0]) == ["step", "train_loss", "val_loss"]
    assert rows[-1]["val_loss"] < rows[0]["val_loss"]
    assert not one.stopped
    assert not any(module.training for module in one.model.modules())


def test_steps_are_those_of_the_loop_written_out() -> None:
    one, by_hand = training(p=0.0), training(p=0.0)
    model, optimizer, stream = by_hand.model, by_hand.optimizer, iter(by_hand.batches)
    for step in one:
        inputs, targets = next(stream)
        optimizer.zero_grad()
        loss = ((model(inputs) - targets) ** 2).mean()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        rate = by_hand.schedule.get_last_lr()[0]
        optimizer.step()
        by_hand.schedule.step()
        assert step[:4] == (one.number, float(loss), norm, rate)
        assert (step.metrics is None) == (step.number not in (6, 12, 18, 20))
    assert same(weights(one), weights(by_hand))


def test_batches_that_are_accumulated_are_as_one_large_one() -> None:
    """Not to the bit: sums are taken in another order."""
    order = lambda size: nn.data.Batches((X, Y), size, rng=np.random.default_rng(3))
    large, small = training(p=0.0, batches=order(16)), training(p=0.0, batches=order(4), accumulate=4)
    for one, other in zip(list(large), list(small), strict=True):
        np.testing.assert_allclose(other[:4], one[:4], rtol=1e-5)
    assert large.number == small.number == 20
    for a, b in zip(weights(large), weights(small), strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-4, atol=1e-6)
    by_hand = training(p=0.0, batches=order(4))
    stream = iter(by_hand.batches)
    for _ in range(20):  # the loop written out
        by_hand.optimizer.zero_grad()
        for _ in range(4):
            (by_hand.update.loss(next(stream)) / 4).backward()
        nn.utils.clip_grad_norm_(by_hand.model.parameters(), 1.0)
        by_hand.optimizer.step()
        by_hand.schedule.step()
    assert same(weights(by_hand), weights(small))


def test_the_training_loss_of_a_row_is_the_mean_since_the_row_before() -> None:
    losses = {step.number: (step.loss, step.metrics) for step in training(8)}
    assert losses[6][1]["train_loss"] == np.mean([losses[i][0] for i in range(1, 7)])  # type: ignore[index]
    assert losses[8][1]["train_loss"] == np.mean([losses[i][0] for i in (7, 8)])  # type: ignore[index]


def test_without_clip_a_gradient_is_as_it_is() -> None:
    one = training(1, clip=None, p=0.0)
    step = one.step()
    assert step.gradient_norm > 1
    squares = [float((p.grad.data**2).sum()) for p in one.model.parameters()]  # type: ignore[union-attr]
    assert np.sqrt(sum(squares)) == pytest.approx(step.gradient_norm, rel=1e-6)


def test_evaluation_records_nothing_and_drops_nothing_out() -> None:
    seen: list[tuple[bool, bool]] = []

    def evaluate() -> dict[str, float]:
        out = one.model(X)
        seen.append((one.model.training, out.requires_grad))
        return {"accuracy": 0.5}

    one = training(evaluate=evaluate)
    for _ in one:
        assert one.model.training
    assert seen == [(False, False)] * 4


def test_a_step_is_the_same_under_debug() -> None:
    plain, watched = training(), training()
    plain.run()
    for _ in range(20):
        with mg.debug():
            watched.step()
    assert same(weights(watched), weights(plain))


def test_the_cores_share_the_batch() -> None:
    one, other = training(p=0.0), training(p=0.0, parallel=True)
    one.run()
    other.run()
    for a, b in zip(weights(one), weights(other), strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-4, atol=1e-6)
    sums = training(
        p=0.0, parallel=True, batches=nn.data.Batches(X, 10), loss=lambda x: (sums.model(x) ** 2).mean()
    )
    assert sums.step().loss > 0  # of one array, which is no tuple


# -- the best -------------------------------------------------------------------------------------


@each(
    "name, best, expected",
    [
        ("val_loss", None, 12),
        ("accuracy", None, 6),
        ("error", "min", 12),
        ("loss", "max", 6),
    ],
)
def test_the_first_metric_says_which_weights_are_best(name: str, best: str | None, expected: int) -> None:
    kept: dict[int, list[np.ndarray]] = {}

    def evaluate() -> dict[str, float]:
        kept[one.number] = weights(one)
        return {name: {6: 3.0, 12: 1.0, 18: 2.0, 20: 1.0}[one.number], "other": -one.number}

    one = training(evaluate=evaluate, best=best)
    rows = one.run()
    assert one.best() == next(row for row in rows if row["step"] == expected)
    assert same(weights(one), kept[expected])


def test_a_metric_that_is_no_number_is_never_best() -> None:
    values = {6: np.nan, 12: 2.0, 18: np.nan, 20: 3.0}
    one = training(evaluate=lambda: {"loss": values[one.number]})
    with pytest.warns(nn.HealthWarning) as told:
        one.run()
    assert one.best()["step"] == 12
    assert [str(warning.message) for warning in told] == [
        f"at step {step} loss became nan, while the training loss is a number: look for the op that made it "
        "by calling evaluate in mg.debug()"
        for step in (6, 18)
    ]


def test_without_metrics_the_training_loss_is_judged() -> None:
    one = training(evaluate=None)
    rows = one.run()
    assert list(rows[0]) == ["step", "train_loss"]
    assert one.best() == min(rows, key=lambda row: row["train_loss"])


# -- going on -------------------------------------------------------------------------------------


@each("stop", [1, 5, 6, 13, 19])
def test_resuming_equals_never_having_stopped(stop: int, tmp_path: Path) -> None:
    whole = training(out=tmp_path / "whole")
    rows = whole.run()
    first = training(out=tmp_path / "parts")
    for step in first:
        if step.number == stop:
            state = first.state_dict()
        if step.number == min(stop + 2, 19):
            break
    resumed = training(seed=2, out=tmp_path / "parts")
    resumed.load_state_dict(state)
    assert resumed.number == stop
    assert resumed.run() == rows
    assert same(weights(resumed), weights(whole))
    for name in ("metrics.csv", "weights.safetensors", "best.safetensors"):
        assert (tmp_path / "parts" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert resumed.best() == whole.best()
    assert same(weights(resumed), weights(whole))


@each("stop", [7, 12, 19])
def test_a_run_resumed_from_its_folder_equals_one_that_never_stopped(stop: int, tmp_path: Path) -> None:
    folder = tmp_path / str(stop)
    whole = training(out=folder / "whole")
    rows = whole.run()
    for step in training(out=folder / "parts"):
        if step.number == stop:
            break  # as a kill would: what was since the last evaluation is lost
    resumed = training(seed=2, out=folder / "parts")
    assert resumed.resume() == resumed.number == stop // 6 * 6
    assert resumed.run() == rows
    assert same(weights(resumed), weights(whole))
    files = [path.name for path in sorted((folder / "whole").iterdir())]
    assert files == [path.name for path in sorted((folder / "parts").iterdir())]
    for name in files:
        assert (folder / "parts" / name).read_bytes() == (folder / "whole" / name).read_bytes()


def test_there_is_nothing_to_resume_from(tmp_path: Path) -> None:
    one = training(out=tmp_path)
    before = weights(one)
    assert one.resume() == 0
    assert same(weights(one), before)
    with refused("there is no folder to resume from: give out=", ValueError):
        training().resume()


def damaged(what: str, folder: Path) -> None:
    checkpoints = nn.Checkpoints(folder)
    step, state = checkpoints.load()
    if what == "NaN weights":
        state["model"]["0.weight"][0, 0] = np.nan
    elif what == "a missing part":
        del state["optimizer"]
    elif what == "another shape":
        state["model"]["0.weight"] = np.zeros((5, 5), np.float32)
    elif what == "no averages":
        state["optimizer"] = {}
    elif what == "other examples":
        state["batches"]["count"] = 3
    else:
        place, value = what.split(" = ")
        *above, last = place.split("/")
        part = state
        for name in above:
            part = part[int(name) if name.isdigit() else name]
        part[last] = eval(value, {"np": np, "old": part[last]})
    checkpoints.save(step, state)


@each(
    "what",
    [
        "NaN weights",
        "a missing part",
        "another shape",
        "no averages",
        "other examples",
        "model/0.weight = old.astype(np.int64)",
        "model/0.weight = old.astype(np.float64)",
        "model/0.weight = 3",
        "model = None",
        "model = {**old, 'more': np.zeros(3)}",
        "number = 0",
        "number = 11",
        "number = 10**30",
        "number = '12'",
        "number = np.zeros(3)",
        "recent = [float('nan')]",
        "recent = ['x']",
        "recent = None",
        "config = None",
        "optimizer/state/0/exp_avg = old * np.nan",
        "optimizer/state/0/exp_avg = old.astype(np.int32)",
        "optimizer/state/0/exp_avg = None",
        "optimizer/state/0/step = 10**30 + 0.5",
        "optimizer/param_groups/0/lr = 'x'",
        "schedule/last_epoch = 10**30",
        "schedule/last_epoch = 0",
        "schedule = None",
        "batches/position = 10**30",
        "batches/epochs = 'x'",
        "batches/rng = None",
        "batches/rng/state = {'state': 10**60, 'inc': -1}",
        "generators = {}",
        "health = None",
        "health/table/names = [3]",
        "health/table/table = old[:, 1:]",
        "health/table/table = old.astype(np.int64)",
        "health/table/apart = 0",
        "health/table/came = 'x'",
        "health/symptoms/told = {'dead': 3}",
        "health/symptoms/streaks = {'dead/0': 'x'}",
        "health/units/measured = -1",
        "health/units/silent = {'0.relu': np.zeros(3)}",
        "snapshots = None",
        "snapshots/taken = [{'step': 6, 'texts': {'a': 3}, 'maps': {}}]",
        "snapshots/taken = [{'step': 6, 'texts': {}, 'maps': {'a': np.zeros((2, 2))}}]",
        "snapshots/taken = [{'step': 'x', 'texts': {}, 'maps': {}}]",
        "evaluations/rows = [5]",
        "evaluations/rows = [{'step': 6, 'train_loss': 'x'}]",
        "evaluations/rows = old[::-1]",
        "evaluations/best = 3",
        "evaluations/best = (old[0], {})",
        "evaluations/best = ({'step': 7}, old[1])",
    ],
)
def test_a_checkpoint_of_another_training_changes_nothing(what: str, tmp_path: Path) -> None:
    training(12, out=tmp_path / str(abs(hash(what)))).run()
    damaged(what, tmp_path / str(abs(hash(what))))
    one = training(seed=3, out=tmp_path / str(abs(hash(what))))
    before = one.state_dict()
    path = re.escape(str(tmp_path / str(abs(hash(what)))))
    with pytest.raises(
        nn.FileError, match=rf"^{path}\S+ is of another training than this \([^\n]+\): give its own"
    ):
        one.resume()
    assert one.number == 0
    np.testing.assert_equal(one.state_dict(), before)


def test_two_trainings_in_one_folder_are_refused(tmp_path: Path) -> None:
    for _ in training(2, out=tmp_path):
        with pytest.raises(nn.FileError, match="is in use by another program"):
            training(out=tmp_path).run()


def test_a_state_is_not_changed_by_what_comes_after() -> None:
    one = training()
    for _ in range(3):
        one.step()
    state, at_three = one.state_dict(), weights(one)
    one.run()
    one.load_state_dict(state)
    assert same(weights(one), at_three)
    assert one.number == 3


def test_a_loop_that_was_left_goes_on() -> None:
    whole, parts = training(), training()
    whole.run()
    before = signal.getsignal(signal.SIGINT)
    for step in parts:
        assert signal.getsignal(signal.SIGINT) is not before
        if step.number == 7:
            break
    assert signal.getsignal(signal.SIGINT) is before
    assert parts.run() == whole.evaluations.rows
    assert same(weights(parts), weights(whole))


# -- signals --------------------------------------------------------------------------------------


@each("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_has_the_step_finished_and_the_weights_saved(name: str, tmp_path: Path) -> None:
    number = getattr(signal, name)
    before = signal.getsignal(number)
    one = training(out=tmp_path)
    loss = one.update.loss

    def with_signal(batch: Any) -> Any:
        if one.number == 7:
            os.kill(os.getpid(), number)
        return loss(batch)

    one.update.loss = with_signal
    assert [step.number for step in one] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert one.stopped
    assert one.signals == [number]
    assert signal.getsignal(number) is before
    saved = load_file(tmp_path / "weights.safetensors")
    assert saved.keys() == one.model.state_dict().keys()
    assert all(np.array_equal(saved[name], array) for name, array in one.model.state_dict().items())
    one.update.loss = loss
    one.run()
    whole = training()
    whole.run()
    assert not one.stopped
    assert same(weights(one), weights(whole))


def test_a_second_signal_ends_the_program() -> None:
    def twice(batch: Any) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        assert one.signals == [signal.SIGINT]
        os.kill(os.getpid(), signal.SIGINT)

    one = training(loss=twice)
    with pytest.raises(KeyboardInterrupt):
        one.run()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_signal_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        for _ in training(2):
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_in_a_thread_signals_are_left_alone() -> None:
    one = training()
    thread = threading.Thread(target=one.run)
    thread.start()
    thread.join()
    assert one.number == 20


# -- the folder -----------------------------------------------------------------------------------


def test_what_stands_in_the_folder(tmp_path: Path) -> None:
    one = training(out=tmp_path / "new" / "run")
    for step in one:
        if step.metrics:  # line by line
            with (tmp_path / "new" / "run" / "metrics.csv").open() as lines:
                rows = [{name: float(x) for name, x in row.items()} for row in csv.DictReader(lines)]
            assert rows == one.evaluations.rows
    folder = tmp_path / "new" / "run"
    names = {path.name for path in folder.iterdir()}
    steps = {"step-000000018.safetensors", "step-000000020.safetensors"}
    others = {".lock", "config.json", "metrics.csv", "weights.safetensors", "best.safetensors", "report.html"}
    assert names == others | steps
    last, best = load_file(folder / "weights.safetensors"), load_file(folder / "best.safetensors")
    assert all(np.array_equal(last[name], array) for name, array in one.model.state_dict().items())
    one.best()
    assert all(np.array_equal(best[name], array) for name, array in one.model.state_dict().items())


def test_a_new_run_takes_the_place_of_the_metrics_before(tmp_path: Path) -> None:
    training(out=tmp_path, evaluate=None).run()
    one = training(12, out=tmp_path)
    one.run()
    assert (tmp_path / "metrics.csv").read_text().splitlines()[0] == "step,train_loss,val_loss"
    assert len((tmp_path / "metrics.csv").read_text().splitlines()) == 3


@each("damage", [b"step,train_loss,val_loss\n6,0.5,0.5\n7,0.2", b"", b"\xff\n\0", b"step\nx\n", None, "pipe"])
def test_metrics_are_those_of_the_checkpoint_whatever_was_done_to_the_file(
    damage: Any, tmp_path: Path
) -> None:
    parts = tmp_path / str(damage)[:3]
    whole, metrics = training(out=tmp_path / "whole"), parts / "metrics.csv"
    whole.run()
    next(step for step in training(out=parts) if step.number == 7)
    metrics.unlink()
    if damage == "pipe":
        os.mkfifo(metrics)
    elif damage is not None:
        metrics.write_bytes(damage)
    one = training(out=parts)
    assert one.resume() == 6
    one.run()
    assert metrics.read_bytes() == (tmp_path / "whole" / "metrics.csv").read_bytes()


def test_a_training_that_was_killed_before_its_first_evaluation_is_resumed(tmp_path: Path) -> None:
    next(iter(training(out=tmp_path)))
    checkpoints = nn.Checkpoints(tmp_path)
    assert checkpoints.steps() == [0]
    whole, resumed = training(), training(seed=2, out=checkpoints)
    assert resumed.resume() == 0
    assert resumed.run() == whole.run()
    assert same(weights(resumed), weights(whole))


def test_the_configuration_goes_with_each_checkpoint(tmp_path: Path) -> None:
    config = {"settings": {"width": 8}, "text": "한 \ud800", "pair": (1, 2)}
    with nn.Checkpoints(tmp_path, keep=3) as checkpoints:
        training(12, out=checkpoints, config=config).run()
    assert checkpoints.steps() == [0, 6, 12]
    for step in checkpoints.steps():
        assert checkpoints.load(step)[1]["config"] == {**config, "workers": 1}
    assert json.loads((tmp_path / "config.json").read_text("utf-8"))["settings"] == {"width": 8}


def test_a_resume_with_other_cores_is_told_not_to_be_exact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mg, "cores", lambda: 5)
    training(6, p=0.0, parallel=True, out=tmp_path).run()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert training(p=0.0, parallel=True, out=tmp_path).resume() == 6
    monkeypatch.setattr(mg, "cores", lambda: 3)
    with pytest.warns(
        UserWarning, match=r"^the batch was shared by 5 cores until step 6, and by 3 cores from here"
    ):
        assert training(p=0.0, parallel=True, out=tmp_path).resume() == 6
    with pytest.warns(
        UserWarning, match=r"by 5 cores until step 6, and by one core from here on: what follows is"
    ):
        assert training(p=0.0, out=tmp_path).resume() == 6


def test_a_full_disk_leaves_the_weights_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    one = training(out=tmp_path)
    next(step for step in one if step.number == 7)
    before = (tmp_path / "weights.safetensors").read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(nn.FileError, match="No space left on device"):
        one.run()
    assert (tmp_path / "weights.safetensors").read_bytes() == before
    assert not list(tmp_path.glob("*.new"))


# -- what cannot be -------------------------------------------------------------------------------


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
    said = (
        "at step 1 the norm of the gradient became nan, from 3.bias downwards: lower the learning rate, "
        "which is 0.00333333, or find the op that made it with mg.debug()"
    )
    with np.errstate(all="ignore"), refused(said):
        one.run()
    assert same(weights(one), before)


def test_what_cannot_be_is_said() -> None:
    with refused("Training got steps=0: it must be at least 1", ValueError):
        training(0)
    with refused("Training got every=0: it must be at least 1", ValueError):
        training(every=0)
    with refused("Training got health=0: it must be at least 1", ValueError):
        training(health=0)
    with refused('best is "min" or "max" of the first metric, or None, and not \'least\'', ValueError):
        training(best="least")
    with refused("nothing was evaluated yet, so no weights are the best: train some steps before"):
        training().best()
    with refused(
        "the batches ended after 2 of 20 steps: give nn.data.Batches or nn.data.Windows, which go on without "
        "end"
    ):
        training(batches=[(X, Y), (X, Y)]).run()
    with refused(
        "the order of the batches cannot be saved, since a list has no state_dict: give nn.data.Batches or "
        "nn.data.Windows",
        TypeError,
    ):
        training(batches=[(X, Y)]).state_dict()


def test_metrics_that_change_their_names_are_refused() -> None:
    one = training(evaluate=lambda: {f"loss at {one.number}": 1.0})
    with refused(
        "evaluate() gave loss at 12, and loss at 6 at first: give the same metrics each time", ValueError
    ):
        one.run()


# -- progress -------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@contextlib.contextmanager
def output(stream: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        yield


def test_lines_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    rows = training(progress="어텐션").run()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(rows) == 4
    for line, row in zip(lines, rows, strict=True):
        form = rf"어텐션 {row['step']}/20  loss \S+  val_loss {row['val_loss']:.4g}  00:0\d left"
        assert re.fullmatch(form, line), line


def test_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tqdm")
    stream = Terminal()
    with output(stream, monkeypatch):
        training(progress="net {x}").run()
    last = stream.getvalue().split("\r")[-1]
    assert re.search(r"net \{x\} 20/20 \|.{10}\| 00:00 left \| loss \S+  val_loss", last), last


def test_lines_on_a_terminal_without_tqdm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm", None)
    stream = Terminal()
    with output(stream, monkeypatch):
        training(progress="net").run()
    assert [line.split()[1] for line in stream.getvalue().splitlines()] == ["6/20", "12/20", "18/20", "20/20"]


def test_silence_and_streams_that_cannot_say_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    training(progress=None).run()
    assert capsys.readouterr().out == ""
    with output(None, monkeypatch):  # a program that was started without one
        training(progress="net").run()
    latin = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    with output(latin, monkeypatch):
        training(6, progress="한").run()
    assert latin.buffer.getvalue().startswith(rb"\ud55c 6/6  loss")  # type: ignore[attr-defined]
