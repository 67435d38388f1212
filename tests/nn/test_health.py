"""What a training looks like from inside: the figures are right, ill nets are told of, nothing changes."""

import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn.training.health.table import MOST, Table
from tests.cases import each

X = np.random.default_rng(0).normal(size=(64, 6)).astype(np.float32)
Y = np.tanh(X @ np.random.default_rng(1).normal(size=(6, 2))).astype(np.float32)


def training(model: nn.Module, steps: int = 30, lr: float = 1e-3, **options: Any) -> nn.Training:
    """By Adam, each step measured."""
    defaults: dict[str, Any] = {
        "loss": lambda batch: ((model(batch[0]) - batch[1]) ** 2).mean(),
        "batches": nn.data.Batches((X, Y), 16, rng=np.random.default_rng(3)),
        "progress": None,
        "health": 1,
    }
    optimizer = options.pop("optimizer", nn.optim.Adam)(model.parameters(), lr=lr)
    return nn.Training(model, optimizer, steps=steps, **{**defaults, **options})


def stack(*, depth: int = 3, width: int = 6, between: Callable[[], nn.Module] = nn.ReLU) -> nn.Sequential:
    rng = np.random.default_rng(5)
    layers = [part for _ in range(depth) for part in (nn.Linear(width, width, rng=rng), between())]
    return nn.Sequential(*layers, nn.Linear(width, 2, rng=rng))


def warnings_of(one: nn.Training) -> list[str]:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        one.run()
    assert all(warning.category is nn.HealthWarning for warning in told)
    return [str(warning.message) for warning in told]


# -- figures --------------------------------------------------------------------------------------


@each("clip", [None, 0.01])
def test_the_figures_are_those_of_the_loop_written_out(clip: float | None) -> None:
    one, by_hand = training(stack(), 7, clip=clip, health=3), training(stack(), clip=clip)
    one.run()
    stream, rows = iter(by_hand.batches), []
    parameters = dict(by_hand.model.named_parameters())
    for _ in range(7):
        inputs, targets = next(stream)
        by_hand.optimizer.zero_grad()
        ((by_hand.model(inputs) - targets) ** 2).mean().backward()
        gradients = {name: p.grad.numpy().copy() for name, p in parameters.items()}  # type: ignore[union-attr]
        before = {name: p.numpy().copy() for name, p in parameters.items()}
        nn.utils.clip_grad_norm_(parameters.values(), np.inf if clip is None else clip)
        by_hand.optimizer.step()
        rows.append({})
        together = lambda of, path: np.linalg.norm(
            [*of[f"{path}.weight"].ravel(), *of[f"{path}.bias"].ravel()]
        )
        for path in ("0", "2", "4", "6"):
            moved = {name: p.numpy() - before[name] for name, p in parameters.items()}
            size = rows[-1][f"weight/{path}"] = together(before, path)
            rows[-1][f"gradient/{path}"] = together(gradients, path)
            rows[-1][f"update/{path}"] = together(moved, path) / size
    measured = one.health.table.rows
    assert [row["step"] for row in measured] == [1, 3, 6]
    for row, number in zip(measured, (1, 3, 6), strict=True):
        for name, value in rows[number - 1].items():
            assert row[name] == pytest.approx(value, rel=1e-4), name


def test_a_layer_is_a_module_with_what_the_optimiser_changes_of_its_own() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            self.scale = nn.Parameter(np.ones(2, np.float32))
            self.body = nn.Linear(6, 2, rng=np.random.default_rng(0))
            self.frozen = nn.Linear(2, 2, rng=np.random.default_rng(0))

        def forward(self, x: Any) -> mg.Tensor:
            return self.frozen(self.body(x)) * self.scale

    model = Net()
    some = [model.scale, *model.body.parameters()]
    one = training(model, 2, optimizer=lambda _, lr: nn.optim.Adam(some, lr=lr))
    one.run()
    assert list(one.health.table.of("update")) == ["Net", "body"]


def test_parameters_that_come_later_are_measured_from_then_on() -> None:
    model = nn.Sequential(stack(), nn.Linear(2, 2, rng=np.random.default_rng(0)))
    one = training(model, 4, optimizer=lambda _, lr: nn.optim.Adam(model[0].parameters(), lr=lr))
    for step in one:
        if step.number == 2:
            one.optimizer.add_param_group({"params": [*model[1].parameters()]})
    assert np.isnan(one.health.table.column("update/1")).tolist() == [True, True, False, False]


def test_units_that_are_silent_are_counted() -> None:
    model = stack(depth=2)
    model[0].bias.data[:3] = -100  # half of the first activation's
    one = training(model, 4)
    with pytest.warns(nn.HealthWarning):
        one.run()
    assert list(one.health.table.of("dead")) == ["1.relu", "3.relu"]
    assert one.health.table.column("dead/1.relu").tolist() == [0.5] * 4


def test_units_of_convolutions_are_their_channels_and_functions_are_seen_too() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            rng = np.random.default_rng(0)
            self.conv = nn.Conv2d(1, 4, 2, rng=rng)
            self.linear = nn.Linear(8, 2, rng=rng)
            self.conv.bias.data[:] = [-100, 1, 1, 1]

        def forward(self, x: Any) -> mg.Tensor:
            x = mg.relu(self.conv(x.reshape(-1, 1, 2, 3)))  # (N, 4, 1, 2)
            return self.linear(x.reshape(-1, 8))

    for parallel in (False, True):
        one = training(Net(), 2, parallel=parallel)
        one.run()
        assert one.health.table.column("dead/relu").tolist() == [0.25, 0.25]


def test_a_unit_is_dead_that_was_silent_for_three_batches() -> None:
    model = nn.Sequential(nn.ReLU(), nn.Linear(2, 1, rng=np.random.default_rng(0)))
    batches = nn.data.Batches(np.array([[-1, 1], [-1, -1], [-1, 1], [-1, -1]], np.float32), 1, shuffle=False)
    one = training(model, 5, batches=batches, loss=lambda x: (model(x) ** 2).mean())
    with pytest.warns(
        nn.HealthWarning, match=r"^at step 3 50% of the units of 0.relu were 0 for every input"
    ):
        one.run()
    assert one.health.table.column("dead/0.relu").tolist() == [0.5] * 5


# -- nets that are ill ----------------------------------------------------------------------------


def test_gradients_that_vanish() -> None:
    [said] = warnings_of(training(stack(depth=12, between=nn.Sigmoid)))
    assert re.fullmatch(
        r"at step 3 the gradient of layer 0 vanishes: its norm is \S+e-\d\d, and 0\.\d+ in 24 \(and \d more "
        r"like it\): try a residual connection around each layer, a layer norm in it, or ReLU or GELU in the "
        r"place of Sigmoid or Tanh",
        said,
    ), said


class Recurrent(nn.Module):
    """The last state of an RNN over 40 steps decides."""

    def __init__(self, scale: float) -> None:
        rng = np.random.default_rng(0)
        self.rnn = nn.RNN(6, 32, rng=rng)
        self.head = nn.Linear(32, 2, rng=rng)
        self.rnn.weight_hh_l0.data *= scale

    def forward(self, x: Any) -> mg.Tensor:
        out, _ = self.rnn(np.repeat(x[:, None], 40, axis=1) * 0.01)
        return self.head(out[:, -1])


def test_gradients_that_explode_by_layer() -> None:
    """Recurrent weights in the chaotic regime, where gradients grow with each step (Pascanu et al., 2013)."""
    assert warnings_of(training(Recurrent(1.0), 6)) == []
    said = warnings_of(training(Recurrent(8.0), 6))
    assert re.match(
        r"at step 3 the gradient of layer rnn explodes: its norm is \S+, and \S+ in the middle one of ",
        said[0],
    ), said
    assert said[0].endswith(
        ": try smaller weights at first, as nn.init gives them, a layer norm in each layer, clip=1.0, or a "
        "lower learning rate, which is 0.001"
    )


def test_gradients_that_explode_in_time() -> None:
    model = nn.Sequential(nn.Linear(6, 2, rng=np.random.default_rng(0)))
    said = warnings_of(training(model, 30, lr=2.0, optimizer=nn.optim.SGD, clip=None))
    assert re.match(
        r"at step \d+ the gradient of layer 0 explodes: its norm is \S+, and was \S+ before: try", said[-1]
    ), said


def test_gradients_that_are_cut_to_nothing() -> None:
    model = stack()
    one = training(model, loss=lambda batch: ((model(batch[0]) - batch[1]) ** 2).mean() * 1e5)
    [said] = warnings_of(one)
    assert re.match(
        r"at step 3 the gradient of layer \d explodes: its norm is \S+, and clip=1 divides all gradients by ",
        said,
    ), said


def test_a_loss_that_has_risen() -> None:
    model = nn.Sequential(nn.Linear(6, 2, rng=np.random.default_rng(0)))
    said = warnings_of(training(model, 12, lr=1.6, optimizer=nn.optim.SGD, clip=None))
    assert any(
        re.fullmatch(
            r"at step \d+ the loss has risen: it is \S+, and was 0.\d+ at first; the largest steps are those "
            r"of layer 0: lower the learning rate, which is 1.6; nn.find_learning_rate\(training\) looks for "
            r"one",
            text,
        )
        for text in said
    ), said


def test_steps_that_are_too_large() -> None:
    said = warnings_of(training(stack(between=nn.Tanh), lr=10.0))
    assert re.match(
        r"at step \d+ one step changes the weights of layer \d by \S+ of their norm, where 0.001 is usual",
        said[0],
    ), said
    assert said[0].endswith(
        ": lower the learning rate, which is 10, or let it rise slowly at first, as "
        "nn.optim.lr_scheduler.WarmupCosineLR does"
    )


def test_steps_that_are_too_small() -> None:
    [said] = warnings_of(training(stack(), lr=1e-9))
    assert re.fullmatch(
        r"at step 3 one step changes the weights of layer \d by \S+ of their norm, where 0.001 is usual "
        r"\(and 3 more like it\): raise the learning rate, which is 1e-09; "
        r"nn.find_learning_rate\(training\) looks for one",
        said,
    ), said


class Log(nn.Module):
    """log x, of which nobody has made sure that it is above 0."""

    def forward(self, x: Any) -> mg.Tensor:
        return mg.log(x)


@each("parallel", [False, True])
def test_a_loss_that_is_no_number_is_traced_to_its_op(parallel: bool) -> None:
    rng = np.random.default_rng(0)
    model = nn.Sequential(
        nn.Linear(6, 6, rng=rng), nn.Sequential(nn.BatchNorm1d(6), Log()), nn.Linear(6, 2, rng=rng)
    )
    if parallel:
        model[1][0] = nn.LayerNorm(6)
    one = training(model, parallel=parallel)
    before = {name: array.copy() for name, array in model.state_dict().items()}
    with (
        np.errstate(all="ignore"),
        pytest.raises(
            nn.TrainingError,
            match=r"^at step 1 the loss became nan, first in log of 1.1: lower the learning rate, which",
        ),
    ):
        one.run()
    for name, array in model.state_dict().items():
        assert np.isfinite(array).all()
        if "weight" in name or "bias" in name:
            np.testing.assert_array_equal(array, before[name])


def test_weights_that_are_no_numbers_are_named() -> None:
    one = training(stack())
    one.model[4].bias.data[2] = np.inf
    with pytest.raises(
        nn.TrainingError, match=r"the loss became (nan|inf), as the weights 4.bias are already: lower"
    ):
        one.run()


def test_looking_for_the_op_draws_nothing() -> None:
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Dropout(0.5, rng=np.random.default_rng(1)), Log(), nn.Linear(6, 2, rng=rng))
    with np.errstate(all="ignore"), pytest.raises(nn.TrainingError, match=r"first in log of 1: lower"):
        training(model).run()
    once = nn.Dropout(0.5, rng=np.random.default_rng(1))
    once(X[:16])
    assert model[0].rng.bit_generator.state == once.rng.bit_generator.state


def test_units_that_are_dead() -> None:
    model = stack(depth=1, width=6)
    model[0].bias.data[:] = -100
    said = warnings_of(training(model))
    assert said[-1] == (
        "at step 3 100% of the units of 1.relu were 0 for every input of the last measured batches: lower "
        "the learning rate, which is 0.001, put a layer norm before, or take nn.GELU or nn.LeakyReLU"
    )


def test_a_warning_is_given_where_the_training_is_called_for() -> None:
    one = training(stack(), 4, lr=1e-9)
    with pytest.warns(nn.HealthWarning) as told:
        one.run()
    assert told[0].filename == __file__
    with pytest.warns(nn.HealthWarning) as told:
        for _ in training(stack(), 4, lr=1e-9):
            pass
    assert told[0].filename == __file__
    with pytest.warns(nn.HealthWarning) as told:
        exec(compile("one.run()", "theirs", "exec"), {"one": training(stack(), 4, lr=1e-9)})  # without a name
    assert told[0].filename == "theirs"


# -- nets that are well ---------------------------------------------------------------------------


@each("between", [nn.ReLU, nn.GELU, nn.Tanh])
def test_a_net_that_learns_is_not_told_of(between: Callable[[], nn.Module]) -> None:
    one = training(stack(between=between), 100)
    rows = one.run()  # a warning is an error in these tests
    assert one.health.table.rows[-1]["loss"] < one.health.table.rows[0]["loss"]
    assert len(rows) == 1


def test_a_rate_that_a_schedule_wants_small_is_no_symptom() -> None:
    model = stack()
    optimizer = nn.optim.Adam(model.parameters(), lr=1e-3)
    schedule = nn.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0 if step > 15 else 1e-9)
    one = training(model, 20, optimizer=lambda *_, lr: optimizer, schedule=schedule)
    one.run()
    assert one.health.table.column("update/0")[10] < 1e-6


def test_small_steps_where_all_is_learned_are_no_symptom() -> None:
    model = nn.Linear(6, 2, rng=np.random.default_rng(0))
    batches = nn.data.Batches((X, X[:, :2] * 2), 64, shuffle=False)
    one = training(model, 400, lr=0.3, optimizer=nn.optim.SGD, batches=batches, health=5)
    one.run()
    updates = one.health.table.column("update/Linear")
    assert updates.max() > 1e-3
    assert (updates[-3:] < 1e-6).all()


def test_a_layer_that_the_loss_leaves_out_is_no_symptom() -> None:
    model = nn.Sequential(stack(), nn.Linear(2, 2, rng=np.random.default_rng(0)))
    one = training(model, 6, loss=lambda batch: ((model[0](batch[0]) - batch[1]) ** 2).mean())
    one.run()
    assert np.isnan(one.health.table.column("update/1")).all()


def test_a_loss_of_nothing_is_no_symptom() -> None:
    model = stack()
    training(model, 6, loss=lambda batch: (model(batch[0]) * 0).sum()).run()


# -- nothing changes ------------------------------------------------------------------------------


@each("parallel", [False, True])
def test_to_measure_changes_no_bit(parallel: bool) -> None:
    seen, unseen = (
        training(stack(), health=3, parallel=parallel),
        training(stack(), health=None, parallel=parallel),
    )
    assert list(seen) == list(unseen)
    for one, other in zip(seen.model.parameters(), unseen.model.parameters(), strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())
    assert unseen.health.table.rows == []


def test_what_was_told_is_not_told_again_after_resuming(tmp_path: Path) -> None:
    ill = lambda: training(stack(), 12, lr=1e-9, every=2, out=tmp_path)
    whole = training(stack(), 12, lr=1e-9, every=2)
    assert len(warnings_of(whole)) == 1
    one = ill()
    with pytest.warns(nn.HealthWarning):
        next(step for step in one if step.number == 5)
    resumed = ill()
    assert resumed.resume() == 4
    assert warnings_of(resumed) == []
    np.testing.assert_equal(resumed.health.state_dict(), whole.health.state_dict())


def test_a_table_is_bounded_and_goes_on_as_if_never_saved() -> None:
    whole, one = Table(), Table()
    for i in range(5 * MOST):
        row = {"step": float(i), **({"late": 1.0} if i > 10 else {})}
        whole.add(row)
        if i in (700, 2000):
            state, one = one.state_dict(), Table()
            one.load_state_dict(state)
        one.add(row)
    steps = whole.column("step")
    assert MOST // 2 <= len(steps) <= MOST
    assert np.unique(np.diff(steps)).tolist() == [8]
    np.testing.assert_equal(one.state_dict(), whole.state_dict())
    assert np.isnan(whole.column("late")[0])
