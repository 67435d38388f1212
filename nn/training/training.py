"""The training loop: step after step, from a state that can be saved between any two of them."""

import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from itertools import islice
from typing import Any, Literal, NamedTuple

import numpy as np

import minigrad as mg
from nn.module import Module
from nn.optim import Optimizer
from nn.optim.lr_scheduler import ReduceLROnPlateau
from nn.parallel.communicator import Communicator, on_all, on_first
from nn.saving.checkpoints import Checkpoints
from nn.saving.whole_files import FileError
from nn.sizes import check_sizes
from nn.state import generators_of
from nn.training import together
from nn.training.evaluation import Evaluations, Row
from nn.training.health.health import Health
from nn.training.interrupts import first_signal
from nn.training.progress import Progress
from nn.training.resuming import check_state
from nn.training.run_files import RunFiles
from nn.training.shared_update import SharedUpdate
from nn.training.update import TrainingError, Update


class Step(NamedTuple):
    """One step that was done, and the row of the evaluation after it, where there was one."""

    number: int  # from 1 on
    loss: float  # before the update
    gradient_norm: float  # before clipping
    learning_rate: float  # of the first group of parameters
    metrics: Row | None = None


class Training:
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
    never stopped.  `config`, plain values by name, goes into config.json and with every checkpoint.  The
    first Ctrl-C has the step finished, saves and ends the loop (`stopped`); a second does what it did
    before.  `clip` bounds the norm of the gradient.  `progress` is the title of a bar, or of lines where
    there is no terminal.  With `parallel` the cores share the batch (`mg.data_parallel`), with "mpi" or an
    nn.parallel.Communicator the processes that mpiexec has started, and the results depend on their number
    (by rounding).  With `accumulate` each step goes by the mean loss of so many batches, in the
    memory of one.  After the loop the model is in evaluation mode.  With `patience` the loop ends (`settled`)
    when so many evaluations in a row were none the best.  A `schedule` advances with each step, or, being a
    ReduceLROnPlateau, by what says which weights are best at each evaluation.

    Every `health` steps (None: never) gradients, weights, updates and dead units are measured layer by
    layer into `training.health.table`, and an nn.HealthWarning says, once, what looks ill.
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
        accumulate: int = 1,
        best: str | None = None,
        patience: int | None = None,
        out: str | os.PathLike[str] | Checkpoints | None = None,
        config: Mapping[str, Any] | None = None,
        progress: str | None = "step",
        parallel: bool | Literal["mpi"] | Communicator = False,
    ) -> None:
        check_sizes(
            "Training",
            1,
            steps=steps,
            every=every,
            accumulate=accumulate,
            health=1 if health is None else health,
        )
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
        self.config = {**(config or {}), "workers": together.workers(parallel, self.ranks)}
        checkpoints = out if out is None or isinstance(out, Checkpoints) else Checkpoints(out)
        self.files = None if checkpoints is None else RunFiles(checkpoints)
        self.evaluations = Evaluations(model, evaluate, best, self.files, self.ranks, patience)
        self.number = 0  # steps done
        self.signals: list[int] = []  # that asked it to end
        self._recent: list[float] = []  # losses since the last evaluation
        self._stream: Iterator[Any] | None = None

    @property
    def stopped(self) -> bool:
        """Whether a signal ended the loop before its last step."""
        return bool(self.signals) and self.number < self.steps

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
            on_first(self.ranks, lambda: self._begin_files(stack))
            self.signals = stack.enter_context(first_signal())
            title = self.progress if self.ranks.rank == 0 else None
            progress = title and stack.enter_context(Progress(self.steps, self.number, title))
            while not self._is_done():
                step = self.step()
                if self.number % self.every == 0 or self.number == self.steps:
                    together.check_agreement(self.ranks, self.number, self.model, self.batches)
                    row = self.evaluations.take(self.number, float(np.mean(self._recent)))
                    step = step._replace(metrics=row)
                    self._recent.clear()
                    if self.plateau is not None:
                        self.evaluations.advance(self.plateau)
                    on_first(self.ranks, self._save)
                if progress:
                    progress.advance(f"loss {step.loss:.4g}{self.evaluations}")
                    if step.metrics:
                        progress.report()
                yield step
            if self.settled and progress:
                progress.end(f"settled: the best was {self.evaluations.since_best} evaluations before")
            if self.stopped:
                on_first(self.ranks, self._save_stopped)
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

    # -- saving and loading -----------------------------------------------------------------------

    def resume(self) -> int:
        """Go on from the newest checkpoint in `out`; its step, or 0 where there is none, and nothing changes.

        Raises FileError for one that is damaged, of another model, or of weights that are no numbers, and
        then leaves everything as it was.  Warns where other cores share the batch than did before.
        """
        if self.files is None:
            raise ValueError("there is no folder to resume from: give out=")
        checkpoints = self.files.checkpoints
        if not on_first(self.ranks, checkpoints.steps):
            return 0
        step, state = on_first(self.ranks, checkpoints.load)
        where = checkpoints.path(step)
        try:
            check_state(state, self.state_dict(), step)
            self.load_state_dict(state)
        except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise FileError(
                f"{where} is of another training than this ({reason}): give its own settings"
            ) from None
        before, now = state["config"].get("workers"), self.config["workers"]
        if before != now:
            warnings.warn(together.warning_of(before, now, step), stacklevel=2)
        return step

    def _begin_files(self, stack: ExitStack) -> None:
        if self.files is not None:
            stack.enter_context(self.files.checkpoints)  # no other program writes there meanwhile
            self._save()  # from here on it can be resumed
            self.files.begin(self.config, self.evaluations.rows)

    def _save_stopped(self) -> None:
        if self.files is not None:
            self.files.save("weights", self.model.state_dict())
            self._save()

    def _save(self) -> None:
        """A checkpoint, where there is a folder, and batches whose order can be resumed."""
        if self.files is not None:
            if hasattr(self.batches, "state_dict"):
                self.files.checkpoints.save(self.number, self.state_dict())
            else:  # those there are of a run before
                self.files.checkpoints.clear()

    def state_dict(self) -> dict[str, Any]:
        """All that the next steps depend on, and the evaluations so far; arrays are copies.

        Raises TypeError for batches without a state, whose order could not be resumed.
        """
        if not hasattr(self.batches, "state_dict"):
            raise TypeError(
                f"the order of the batches cannot be saved, since a {type(self.batches).__name__} has no "
                "state_dict: give nn.data.Batches or nn.data.Windows"
            )
        parts = {name: part.state_dict() for name, part in self._parts().items()}
        generators = {path: rng.bit_generator.state for path, rng in generators_of(self.model).items()}
        own = {"number": self.number, "recent": [*self._recent], "config": self.config}
        return {**own, "generators": generators, **parts}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave, as if it had never stopped.

        Raises what the part raises that cannot take its own, and leaves all as it was.
        """
        before = self.state_dict()
        try:
            self._load(state_dict)
        except Exception:
            self._load(before)
            raise

    def _load(self, state_dict: Mapping[str, Any]) -> None:
        for name, part in self._parts().items():
            part.load_state_dict(state_dict[name])
        for path, rng in generators_of(self.model).items():
            rng.bit_generator.state = state_dict["generators"][path]
        self.number, self._recent = state_dict["number"], [*state_dict["recent"]]
        self._stream = None

    def _parts(self) -> dict[str, Any]:
        """What has a state to be saved."""
        parts = {
            name: getattr(self, name) for name in ("model", "optimizer", "batches", "evaluations", "health")
        }
        return parts if self.schedule is None else {**parts, "schedule": self.schedule}
