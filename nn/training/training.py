"""The training loop: step after step, from a state that can be saved between any two of them."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

import minigrad as mg
from nn.module import Module
from nn.optim import Optimizer
from nn.optim.lr_scheduler import ReduceLROnPlateau
from nn.parallel.communicator import Communicator, on_all, on_first
from nn.saving.checkpoints import Checkpoints
from nn.sizes import check_sizes
from nn.training import together
from nn.training.about import about
from nn.training.evaluation import Evaluations, Row
from nn.training.event_log import EventLog
from nn.training.given import as_config, check_functions, check_parts
from nn.training.health.health import Health
from nn.training.interrupts import first_signal
from nn.training.progress import Progress
from nn.training.resumable import Resumable
from nn.training.run_files import RunFiles
from nn.training.shared_update import SharedUpdate
from nn.training.snapshots import Snapshots
from nn.training.update import TrainingError, Update


class Step(NamedTuple):
    """One step that was done, and the row of the evaluation after it, where there was one."""

    number: int  # from 1 on
    loss: float  # before the update
    gradient_norm: float  # before clipping
    learning_rate: float  # of the first group of parameters
    metrics: Row | None = None


class Training(Resumable):
    """`steps` updates of `model` by `loss(batch)`, a Tensor, over the endless `batches`.

    Every `every` steps, and after the last, `evaluate()` gives metrics by name, under no_grad and in
    evaluation mode.  The first of them, or the mean loss where there is no `evaluate`, says which weights
    are best: lowest where its name ends in "loss", else highest, unless `best` is "min" or "max".

        training = nn.Training(model, optimizer, loss, batches, steps=900, evaluate=evaluate, out="runs/it")
        for step in training:  # or training.run(), which gives the rows of the evaluations
            ...
        training.best()  # loads the best weights into the model, and gives their row

    Into the folder `out`, or that of an nn.Checkpoints, go metrics.csv, best.safetensors, weights.safetensors
    as of the last evaluation or stop, and checkpoints from step 0 on, so that `resume` goes on as if it had
    never stopped; without it the run begins anew, in the place of the one that is there.  `config`, plain
    values by name, goes into config.json and with every checkpoint.  The first Ctrl-C has the step finished,
    saves and ends the loop (`stopped`); a second does what it did before.  `clip` bounds the norm of the
    gradient.  `progress` is the title of a bar, or of lines where there is no terminal.  With `parallel` the
    cores share the batch (`mg.data_parallel`), with "mpi" or an nn.parallel.Communicator the processes that
    mpiexec has started, and the results depend on their number (by rounding).  With `accumulate` each step
    goes by the mean loss of so many batches, in the memory of one.  After the loop the model is in evaluation
    mode.  With `patience` the loop ends (`settled`) when so many evaluations in a row were none the best.  A
    `schedule` advances with each step, or, being a ReduceLROnPlateau, by what says which weights are best at
    each evaluation.

    Every `health` steps (None: never) gradients, weights, updates and dead units are measured layer by
    layer into `training.health.table`, and an nn.HealthWarning says, once, what looks ill.  `snapshot()`,
    if given, is asked at first and at each evaluation for what the report shows: texts, and attention
    weights (T, S), (H, T, S) or (B, H, T, S), by name; if it draws, then from a generator of its own.  At the
    end report.html is written into the folder, and with `tensorboard` the figures into tensorboard/ in it.
    """

    def __init__(
        self,
        model: Module,
        optimizer: Optimizer,
        loss: Callable[[Any], mg.Tensor],
        batches: Iterable[Any],
        steps: int,
        *,
        schedule: Any = None,
        clip: float | None = 1.0,
        evaluate: Callable[[], Mapping[str, float]] | None = None,
        every: int = 100,
        health: int | None = 20,
        snapshot: Callable[[], Mapping[str, Any]] | None = None,
        tensorboard: bool = False,
        accumulate: int = 1,
        best: str | None = None,
        patience: int | None = None,
        out: str | os.PathLike[str] | Checkpoints | None = None,
        config: Mapping[str, Any] | None = None,
        progress: str | None = "step",
        parallel: bool | Literal["mpi"] | Communicator = False,
    ) -> None:
        check_sizes("Training", 1, steps=steps, every=every, accumulate=accumulate)
        check_parts(model, optimizer, schedule, clip)
        check_functions(loss=loss, evaluate=evaluate, snapshot=snapshot)
        self.model, self.optimizer, self.schedule = model, optimizer, schedule
        self.plateau = schedule if isinstance(schedule, ReduceLROnPlateau) else None  # goes by metrics
        by_step = None if self.plateau else schedule
        self.ranks = together.communicator_of(parallel)
        if isinstance(parallel, bool):
            self.update: Update = Update(model, optimizer, loss, by_step, clip, parallel)
        else:
            together.require_shares(batches)
            self.update = SharedUpdate(model, optimizer, loss, by_step, clip, self.ranks)
        self.health = Health(self.update, health if self.ranks.rank == 0 else None)
        self.batches: Any = batches
        self.steps, self.every, self.progress = steps, every, progress
        self.accumulate = accumulate
        self.config = {**as_config(config), "workers": together.workers(parallel, self.ranks)}
        checkpoints = out if out is None or isinstance(out, Checkpoints) else Checkpoints(out)
        self.files = None if checkpoints is None else RunFiles(checkpoints)
        self.evaluations = Evaluations(model, evaluate, best, self.files, self.ranks, patience)
        self.snapshots = Snapshots(model, snapshot)
        self.events = EventLog(self._folder_of_events() if tensorboard else None)
        self.about = about(model, optimizer, schedule, steps, accumulate)
        self.number = 0  # steps done
        self.signals: list[int] = []  # that asked it to end
        self._recent: list[float] = []  # losses since the last evaluation
        self._stream: Iterator[Any] | None = None

    def _folder_of_events(self) -> Path | None:
        if self.files is None:
            raise ValueError("tensorboard=True writes into the folder of the run: give out=")
        return self.files.folder / "tensorboard" if self.ranks.rank == 0 else None

    @property
    def settled(self) -> bool:
        """Whether `patience` evaluations in a row were none the best, which ends the loop."""
        return self.evaluations.have_settled

    def run(self) -> list[Row]:
        """All steps that are left; the rows of the evaluations."""
        for _ in self:
            pass
        return self.evaluations.rows

    def best(self) -> Row:
        """Load the best weights so far into the model, and give the row of their evaluation."""
        return self.evaluations.load_best()

    def __iter__(self) -> Iterator[Step]:
        with ExitStack() as stack:
            together.check_agreement(self.ranks, self.number, self.model, self.batches)
            if not self.number:
                on_first(self.ranks, lambda: self.snapshots.take(0))
            on_first(self.ranks, lambda: self._begin_files(stack))
            stack.enter_context(self.events)
            self.signals = stack.enter_context(first_signal())
            title = self.progress if self.ranks.rank == 0 else None
            progress = title and stack.enter_context(Progress(self.steps, self.number, title))
            while not self._is_done():
                step = self.step()
                if self.number % self.every == 0 or self.number == self.steps:
                    together.check_agreement(self.ranks, self.number, self.model, self.batches)
                    step = step._replace(metrics=self._take_stock())
                if progress:
                    progress.advance(f"loss {step.loss:.4g}{self.evaluations}")
                    if step.metrics:
                        progress.report()
                yield step
            if self.settled and progress:
                progress.end(f"settled: the best was {self.evaluations.since_best} evaluations before")
            on_first(self.ranks, self._end_files)
        self.model.eval()

    def _is_done(self) -> bool:
        asked = together.asked_to_end(self.ranks, self.signals)
        return asked or self.settled or self.number >= self.steps

    def step(self) -> Step:
        """One update on the next batches.  Raises TrainingError where it would make the weights useless."""
        batches = self.next_batches()
        try:
            updated = self.health.step(self.number + 1, *batches)
        except TrainingError as error:
            raise TrainingError(f"at step {self.number + 1} {error}") from None
        self.number += 1
        self._recent.append(updated.loss)
        return Step(self.number, *updated)

    def _take_stock(self) -> Row:
        """Measure, and save, what there is by now."""
        row = self.evaluations.take(self.number, float(np.mean(self._recent)))
        on_first(self.ranks, lambda: self.snapshots.take(self.number))
        self._recent.clear()
        if self.plateau is not None:
            self.evaluations.advance(self.plateau)
        self.events.write(metrics=self.evaluations.rows, health=self.health.table.rows)
        on_first(self.ranks, self._save)
        return row

    def next_batches(self) -> list[Any]:
        """Those of one update.  Raises TrainingError where there are none left."""
        if self._stream is None:
            self._stream = self.update.stream(self.batches)
        stream = self._stream
        batches = on_all(self.ranks, lambda: list(islice(stream, self.accumulate)))
        if len(batches) < self.accumulate:
            raise TrainingError(
                f"the batches ended after {self.number} of {self.steps} steps: give nn.data.Batches or "
                "nn.data.Windows, which go on without end"
            )
        return batches
