"""Training on several ranks: what one would do, to rounding; and what goes wrong on one is known to all."""

import errno
import os
import re
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn.parallel import Alone, Communicator, GradientSums
from nn.parallel.agreement import disagreement
from nn.parallel.communicator import on_all, on_first
from tests.cases import each
from tests.nn.ranks_in_threads import Hub, Rank, on_ranks

X = np.random.default_rng(0).normal(size=(34, 3)).astype(np.float32)
Y = X @ np.array([[1.0], [2.0], [3.0]], np.float32)


def training(
    parallel: Any, steps: int = 12, *, layer: Any = None, seed: int = 1, **options: Any
) -> nn.Training:
    """Of a small net; batches of ten, of which the last of an epoch has four."""
    rng = np.random.default_rng(seed)
    layers = [nn.Linear(3, 8, rng=rng), layer or nn.Tanh(), nn.Linear(8, 1, rng=rng)]
    model = nn.Sequential(*layers)
    optimizer = nn.optim.AdamW(model.parameters(), 1e-2)
    mean_square = lambda batch: ((model(batch[0]) - batch[1]) ** 2).mean()
    defaults: dict[str, Any] = {
        "loss": mean_square,
        "evaluate": lambda: {"val_loss": float(mean_square((X, Y)))},
        "batches": nn.data.Batches((X, Y), 10, rng=rng),
        "progress": None,
        "every": 5,
        "schedule": nn.optim.lr_scheduler.WarmupCosineLR(optimizer, 3, 20),
    }
    return nn.Training(model, optimizer, steps=steps, parallel=parallel, **{**defaults, **options})


def weights(one: nn.Training) -> list[np.ndarray]:
    return [p.data.copy() for p in one.model.parameters()]


# -- what is trained ------------------------------------------------------------------------------


@each("options", [{}, {"accumulate": 2}, {"clip": None}])
def test_one_two_and_more_ranks_train_alike(options: dict[str, Any]) -> None:
    whole = training(False, **options)
    steps = list(whole)
    for size in (1, 2, 3, 4, 6):  # six for a batch of four: two have nothing to do

        def train(rank: Rank) -> tuple[list[nn.Step], list[np.ndarray]]:
            one = training(rank, **options)
            return list(one), weights(one)

        found = on_ranks(size, train)
        for shared, trained in found:
            for step, expected in zip(shared, steps, strict=True):
                np.testing.assert_allclose(step[:4], expected[:4], rtol=1e-4)
                assert (step.metrics is None) == (expected.metrics is None)
            for a, b in zip(trained, weights(whole), strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)
            assert shared == found[0][0]  # on all ranks the same, bit for bit
            assert all(map(np.array_equal, trained, found[0][1]))


def test_what_is_frozen_is_not_sent_until_it_is_trained() -> None:
    def train(rank: Rank) -> list[Any]:
        one = training(rank)
        frozen = next(iter(one.model.parameters()))
        frozen.requires_grad = False
        sent = []
        for _ in range(2):
            one.step()
            sent.append(rank.log[-1][1])
            frozen.requires_grad = True
        return sent

    assert on_ranks(2, train) == [[8 + 8 + 1 + 3, 24 + 8 + 8 + 1 + 4]] * 2


def test_what_is_measured_looked_for_and_shown_is_that_of_one(tmp_path: Path) -> None:
    options = {"health": 4, "patience": 1, "evaluate": lambda: {"val_loss": 1.0}}
    alone = training(False, 20, out=tmp_path / "alone", **options)
    alone.run()
    suggested = nn.find_learning_rate(training(False), steps=40).suggested

    def train(rank: Rank) -> tuple[list[dict[str, float]], float, int]:
        snapshot = lambda: {"step": str(one.number)}
        one = training(rank, 20, out=tmp_path / "shared", snapshot=snapshot, **options)
        one.run()
        return one.health.table.rows, nn.find_learning_rate(training(rank), steps=40).suggested, one.number

    (measured, *found), (of_second, *found_by_second) = on_ranks(2, train)
    for row, expected in zip(measured, alone.health.table.rows, strict=True):
        assert row == pytest.approx(expected, rel=1e-3)
    assert of_second == []
    assert found == found_by_second == [pytest.approx(suggested), 10]
    assert "step after step 10" in (tmp_path / "shared" / "report.html").read_text("utf-8")


def test_windows_are_shared() -> None:
    text = np.random.default_rng(0).integers(0, 5, 60)
    table = lambda model: lambda batch: mg.cross_entropy(model(batch[0]), batch[1])

    def train(rank: Any) -> list[float]:
        model = nn.Sequential(nn.Embedding(5, 4, rng=np.random.default_rng(2)), nn.Linear(4, 5, bias=False))
        model[1].weight.data[...] = 0.1 * np.arange(20).reshape(5, 4)
        windows = nn.data.Windows(text, 6, 5, np.random.default_rng(1))
        optimizer = nn.optim.SGD(model.parameters(), 0.5)
        loop = nn.Training(model, optimizer, table(model), windows, 8, progress=None, parallel=rank)
        return [step.loss for step in loop]

    for size in (2, 4):
        for found in on_ranks(size, train):
            np.testing.assert_allclose(found, train(False), rtol=1e-5)


@each("ranks", [1, 2, 3, 7])
@each("drop_last", [False, True])
def test_no_example_is_read_twice_in_an_epoch(ranks: int, drop_last: bool) -> None:
    """And all are read, by one rank or another, whatever their number."""
    of = lambda rank: nn.data.Batches(np.arange(34), 6, rng=np.random.default_rng(3), drop_last=drop_last)
    streams = [of(rank).shares(rank, ranks) for rank in range(ranks)]
    whole, alone = of(0), iter(of(0))
    for _ in range(3):
        read: list[int] = []
        for _ in range(len(whole)):
            parts = [next(stream) for stream in streams]
            rows = np.concatenate([part for part, _ in parts if part is not None])
            np.testing.assert_array_equal(rows, next(alone))  # together they are the batch
            assert sum(share for _, share in parts) == pytest.approx(1)
            for part, share in parts:
                assert share == (0 if part is None else len(part)) / len(rows)
            read += list(rows)
        assert len(read) == len(set(read)) == (30 if drop_last else 34)


def test_a_rank_reads_no_more_than_its_part() -> None:
    class Watched(list[int]):
        def __getitem__(self, i: Any) -> Any:
            read.append(int(i))
            return super().__getitem__(i)

    read: list[int] = []
    stream = nn.data.Batches(Watched(range(20)), 10, shuffle=False).shares(1, 2)
    assert next(stream) == ([5, 6, 7, 8, 9], 0.5)
    assert read == [5, 6, 7, 8, 9]


# -- sums of gradients ----------------------------------------------------------------------------


@each("size", [1, 30, 10**6])
def test_gradients_are_summed_in_buckets_of_any_size(size: int) -> None:
    shapes = [(3, 2), (), (5,), (2, 2)]

    def sum_up(rank: Rank) -> tuple[list[Any], int]:
        parameters = [nn.Parameter(np.zeros(shape, dtype)) for shape, dtype in zip(
            shapes, (np.float32, np.float64, np.float16, np.float32), strict=True)]  # fmt: skip
        sums = GradientSums(parameters, rank, size)
        for turn in range(2):
            for i, p in enumerate(parameters):
                p.grad = (
                    None
                    if (i + rank.rank) % 2 or i == 3
                    else mg.tensor(np.full(p.shape, 10.0 * i + turn, p.dtype))
                )
                if p.grad is not None:
                    sums.take(p)
            sums.finish()
        return [p.grad for p in parameters], len(sums.buckets)

    for grads, buckets in on_ranks(2, sum_up):
        assert buckets == {1: 4, 30: 2, 10**6: 1}[size]
        assert grads[3] is None  # where no rank has one
        for i in range(3):  # where one of both has one
            assert grads[i].shape == shapes[i]
            assert (grads[i].data == 10 * i + 1).all()
        assert [g.dtype for g in grads[:3]] == [np.float32, np.float64, np.float16]


def test_buckets_are_sent_while_backward_goes_on() -> None:
    def walk(rank: Rank) -> list[Any]:
        model = nn.Sequential(*(nn.Linear(8, 8, rng=np.random.default_rng(0)) for _ in range(4)))
        sums = GradientSums(model.parameters(), rank, size=8 * 8 * 4)
        x = mg.tensor(np.ones((2, 8), np.float32), requires_grad=True)
        x.register_hook(lambda g: rank.log.append("the walk has come to its end"))
        mg.backward_leaf_by_leaf(model(x).sum(), sums.take)
        advanced = [pending.advanced for pending in sums._pending]
        sums.finish()
        return [*rank.log, advanced]

    for found in on_ranks(2, walk):
        *log, advanced = found
        sent = log.index("the walk has come to its end")
        assert sent >= 3
        assert advanced[0] > advanced[-1] >= 0  # the first is pushed on most often


class SlowRank(Rank):
    """One on a line that carries one array at a time, in `LINE` seconds, whatever else goes on."""

    LINE = 0.03
    free = 0.0  # when the line is

    def begin_sum(self, array: np.ndarray) -> Any:
        pending, self.free = super().begin_sum(array), max(self.free, time.perf_counter()) + self.LINE
        arrives, wait = self.free, pending.wait
        pending.wait = lambda: (time.sleep(max(0.0, arrives - time.perf_counter())), wait())
        return pending


@each("is_overlapped", [True, False])
def test_what_is_sent_meanwhile_is_not_waited_for(is_overlapped: bool) -> None:
    """Four sums of 30 ms each, during a backward that takes longer: only the last is waited for."""
    rank = SlowRank(Hub(1), 0)
    layers = [nn.Linear(8, 8, bias=False, rng=np.random.default_rng(0)) for _ in range(4)]
    x = mg.tensor(np.ones((2, 8), np.float32), requires_grad=True)
    for layer in layers:
        x = layer(x)
        x.register_hook(lambda g: time.sleep(2 * rank.LINE))
    sums = GradientSums([layer.weight for layer in layers], rank, size=1)
    mg.backward_leaf_by_leaf(x.sum(), sums.take if is_overlapped else lambda leaf: None)
    start = time.perf_counter()
    sums.finish()
    waited = (time.perf_counter() - start) / rank.LINE
    assert waited < 2.5 if is_overlapped else waited > 3.5


def test_ranks_send_in_one_order_whatever_the_order_of_backward() -> None:
    def walk(rank: Rank) -> list[Any]:
        parameters = [nn.Parameter(np.ones(n, np.float32)) for n in (2, 3, 4)]
        sums = GradientSums(parameters, rank, size=1)
        order = parameters if rank.rank else parameters[::-1]
        loss = sum((p * (i + 1.0)).sum() for i, p in enumerate(order))
        mg.backward_leaf_by_leaf(loss, sums.take)
        sums.finish()
        return [rank.log, [float(p.grad.data[0]) for p in parameters]]

    for log, grads in on_ranks(2, walk):
        assert log == [("sent", 5), ("sent", 4), ("sent", 3)]
        assert grads == [4, 4, 4]


# -- files ----------------------------------------------------------------------------------------


def test_rank_0_alone_evaluates_and_writes_and_tells_the_others(tmp_path: Path) -> None:
    asked: list[int] = []

    def train(rank: Rank) -> Any:
        own = tmp_path / f"rank {rank.rank}"

        def evaluate() -> dict[str, float]:
            asked.append(rank.rank)
            return {"loss": float(10 - one.number)}

        one = training(rank, evaluate=evaluate, out=own)
        return one.run(), one.best()

    whole = on_ranks(3, train)
    assert whole[0] == whole[1] == whole[2]
    assert whole[0][1]["step"] == 12
    assert set(asked) == {0}
    assert [path.name for path in tmp_path.iterdir()] == ["rank 0"]


@each("before, after", [(2, 2), (2, 3), (4, 1), (1, 2)])
def test_a_run_is_resumed_by_as_many_ranks_or_others(before: int, after: int, tmp_path: Path) -> None:
    folder = tmp_path / f"{before} {after}"
    on_ranks(before, lambda rank: training(rank, 5, out=folder).run())
    expected = training(False).run()

    def resume(rank: Rank) -> tuple[int, list[Any]]:
        one = training(
            rank, seed=1 if after == before else 7, out=folder if rank.rank == 0 else tmp_path / "none"
        )
        return one.resume(), one.run()

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        found = on_ranks(after, resume)
    for step, rows in found:
        assert step == 5
        for row, other in zip(rows, expected, strict=True):
            np.testing.assert_allclose(list(row.values()), list(other.values()), rtol=1e-4)
    name = lambda ranks: "one core" if ranks == 1 else f"{ranks} ranks"
    said = (
        f"the batch was shared by {name(before)} until step 5, and by {name(after)} from here on: what "
        "follows is not, bit for bit, what it would have been"
    )
    assert {str(warning.message) for warning in told} == (set() if before == after else {said})


def test_resumed_by_as_many_ranks_it_is_bit_for_bit_as_if_never_stopped(tmp_path: Path) -> None:
    def train(rank: Rank) -> list[np.ndarray]:
        whole = training(rank)
        whole.run()
        training(rank, 5, out=tmp_path).run()
        resumed = training(rank, seed=3, out=tmp_path)
        assert resumed.resume() == 5
        resumed.run()
        return [*weights(whole), *weights(resumed)]

    for arrays in on_ranks(2, train):
        assert all(map(np.array_equal, arrays[:4], arrays[4:]))


def test_there_is_nothing_to_resume_on_any_rank(tmp_path: Path) -> None:
    assert on_ranks(2, lambda rank: training(rank, out=tmp_path).resume()) == [0, 0]


def test_a_full_disk_is_told_on_all_ranks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    on_ranks(2, lambda rank: training(rank, 5, out=tmp_path).run())
    monkeypatch.setattr(os, "fsync", full)
    for error in on_ranks(2, lambda rank: training(rank, out=tmp_path).run()):
        assert isinstance(error, nn.FileError)
        assert "No space left on device" in str(error)
    monkeypatch.undo()
    assert nn.Checkpoints(tmp_path).load()[0] == 5


# -- ends -----------------------------------------------------------------------------------------


def test_a_signal_to_one_rank_ends_all_after_the_same_step(tmp_path: Path) -> None:
    def train(rank: Rank) -> Any:
        one = training(rank, out=tmp_path)
        for step in one:
            if step.number == 7 and rank.rank == 1:
                one.signals.append(15)
        return one.number, one.stopped, one.signals

    assert on_ranks(3, train) == [(7, True, [15])] * 3
    assert nn.Checkpoints(tmp_path).steps() == [5, 7]


def test_an_error_on_one_rank_is_known_to_all() -> None:
    def train(rank: Rank) -> None:
        one = training(rank)
        loss = one.update.loss

        def failing(batch: Any) -> Any:
            if rank.rank == 1 and one.number == 3:
                raise ArithmeticError("not today")
            return loss(batch)

        one.update.loss = failing
        one.run()

    first, second = on_ranks(2, train)
    assert isinstance(first, nn.TrainingError)
    assert str(first) == "at step 4 rank 1 of 2 failed: ArithmeticError: not today"
    assert isinstance(second, ArithmeticError)


def test_a_loss_that_is_no_number_on_one_rank_ends_all_before_a_weight_is_touched() -> None:
    def train(rank: Rank) -> tuple[str, bool]:
        one = training(rank)
        loss = one.update.loss
        one.update.loss = lambda batch: loss(batch) * (np.nan if rank.rank and one.number == 3 else 1.0)
        before = [weights(one), *(weights(one) for _ in range(3) if one.step())][-1]
        with pytest.raises(nn.TrainingError) as raised:
            one.step()
        return str(raised.value), all(map(np.array_equal, weights(one), before))

    for said, is_untouched in on_ranks(2, train):
        assert said.startswith("at step 4 the loss became nan: lower the learning rate")
        assert is_untouched


def test_batches_that_cannot_be_read_on_one_rank_end_all() -> None:
    class Gone(list[Any]):
        def __getitem__(self, i: Any) -> Any:
            raise OSError("the disk is gone")

    def train(rank: Rank) -> None:
        examples = Gone(range(34)) if rank.rank else list(range(34))
        one = training(rank, batches=nn.data.Batches(examples, 10, rng=np.random.default_rng(0)))
        one.update.loss = lambda batch: (one.model(np.ones((len(batch), 3), np.float32)) ** 2).mean()
        one.run()

    first, second = on_ranks(2, train)
    assert isinstance(first, nn.parallel.RankError)
    assert str(first) == "rank 1 of 2 failed: OSError: the disk is gone"
    assert isinstance(second, OSError)


def test_on_one_rank_alone_errors_are_left_as_they_are() -> None:
    for call in (on_all, on_first):
        with pytest.raises(KeyError):
            call(Alone(), lambda: {}["x"])


def test_rank_0_alone_takes_snapshots_and_writes_the_report(tmp_path: Path) -> None:
    taken: list[int] = []

    def train(rank: Rank) -> int:
        snapshot = lambda: taken.append(rank.rank) or {"a text": "words"}
        one = training(rank, snapshot=snapshot, out=tmp_path / f"rank {rank.rank}")
        one.run()
        return one.number

    assert on_ranks(2, train) == [12, 12]
    assert set(taken) == {0}
    assert [path.name for path in tmp_path.iterdir()] == ["rank 0"]
    assert "words" in (tmp_path / "rank 0" / "report.html").read_text("utf-8")


def test_rank_0_alone_looks_at_the_health_of_the_training() -> None:
    def train(rank: Rank) -> int:
        one = training(rank, health=2)
        one.run()
        return len(one.health.table.rows)

    assert on_ranks(2, train) == [7, 0]


def test_a_learning_rate_is_found_together() -> None:
    found = on_ranks(2, lambda rank: nn.find_learning_rate(training(rank), steps=20))
    alone = nn.find_learning_rate(training(False), steps=20)
    assert (found[0].losses == found[1].losses).all()
    np.testing.assert_allclose(found[0].losses, alone.losses, rtol=1e-3)


# -- what cannot be -------------------------------------------------------------------------------


def test_ranks_that_began_apart_are_found() -> None:
    said = (
        "at step 0 rank 1 has other weights than rank 0: make model and batches from the same seed on every "
        "rank, and draw from their generators on all ranks or on none"
    )
    for error in on_ranks(2, lambda rank: training(rank, seed=rank.rank).run()):
        assert isinstance(error, nn.TrainingError)
        assert str(error) == said


def test_ranks_that_come_apart_on_the_way_are_found() -> None:
    def train(rank: Rank, what: str) -> None:
        one = training(rank)
        for step in one:
            if step.number == 3 and rank.rank == 2:
                if what == "weights":
                    next(one.model.parameters()).data[0, 0] += 1e-3
                else:
                    one.batches.rng.random()

    for what, found in (("weights", "other weights"), ("order", "other batches before it")):
        for error in on_ranks(3, lambda rank, what=what: train(rank, what)):
            assert isinstance(error, nn.TrainingError)
            assert str(error).startswith(f"at step 5 rank 2 has {found} than rank 0: ")


def test_what_ranks_hold_is_compared_by_name() -> None:
    same, other = {"a": np.ones(3)}, {"a": np.zeros(3)}
    assert on_ranks(2, lambda rank: disagreement(rank, {"x": same, "y": 1})) == ["", ""]
    assert (
        on_ranks(2, lambda rank: disagreement(rank, {"x": same, "y": [other, same][rank.rank]}))
        == ["rank 1 has other y"] * 2
    )


DRAWS = "the model draws random numbers, whose order would depend on the number of ranks: switch its dropout"
NORMALISES = "batch_norm in training normalises over the whole batch"
REFUSED = [
    (lambda: nn.Dropout(0.5, rng=np.random.default_rng(5)), DRAWS),
    (lambda: nn.BatchNorm1d(8), NORMALISES),
]


@each("layer, message", REFUSED)
def test_a_model_whose_parts_are_not_those_of_a_whole_is_refused(layer: Any, message: str) -> None:
    for error in on_ranks(2, lambda rank: training(rank, layer=layer()).run()):
        assert isinstance(error, ValueError)
        assert str(error).startswith(message)


def refused(message: str, kind: type[Exception]) -> Any:
    return pytest.raises(kind, match=f"^{re.escape(message)}")


def test_what_cannot_be_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with refused(
        "the batches of a list cannot be shared by ranks, since it has no shares and state_dict", TypeError
    ):
        training(Alone(), batches=[(X, Y)])
    with refused(
        'parallel is False, True for the cores of this machine, "mpi" for the processes of mpiexec, or an '
        "nn.parallel.Communicator, and not 'mpe'",
        ValueError,
    ):
        training("mpe")
    with refused("GradientSums got size=0: it must be at least 1", ValueError):
        GradientSums([], Alone(), 0)
    with refused("the rank is 3 of 2: it must be from 0 to 1", ValueError):
        next(nn.data.Batches(X, 10).shares(3, 2))
    monkeypatch.setitem(sys.modules, "mpi4py", None)
    with refused("training over MPI needs mpi4py and an MPI, and they cannot be loaded (", ImportError):
        training("mpi")


def test_a_step_of_several_ranks_is_the_same_under_debug() -> None:
    def train(rank: Rank) -> list[np.ndarray]:
        plain, watched = training(rank), training(rank)
        plain.run()
        for _ in range(12):
            with mg.debug():
                watched.step()
        return [*weights(plain), *weights(watched)]

    for arrays in on_ranks(2, train):
        assert all(map(np.array_equal, arrays[:4], arrays[4:]))


def test_what_joins_ranks_is_a_communicator() -> None:
    assert isinstance(Alone(), Communicator)
    assert on_ranks(2, lambda rank: isinstance(rank, Communicator)) == [True, True]
    assert not isinstance("mpi", Communicator)
