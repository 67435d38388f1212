"""The training loop: step after step, from a state that can be saved between any two of them."""

import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any, NamedTuple

import numpy as np

import minigrad as mg
from nn.evaluation import Evaluations, Row
from nn.interrupts import handled
from nn.module import Module
from nn.optim import Optimizer
from nn.progress import Progress
from nn.run_files import RunFiles
from nn.state import generators_of
from nn.utils import clip_grad_norm_


class TrainingError(RuntimeError):
    """Training that cannot continue.  The message is one sentence, for a person."""


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

    Into the folder `out` go metrics.csv, weights.safetensors as of the last evaluation or stop, and
    best.safetensors.  The first Ctrl-C has the step finished, saves and ends the loop (`stopped`); a second
    ends the program.  `clip` bounds the norm of the gradient.  `progress` is the title of a bar, or of lines
    where there is no terminal.  With `parallel` the cores share the batch (`mg.data_parallel`).  The loop
    over, the model is in evaluation mode.
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
        best: str | None = None,
        out: str | os.PathLike[str] | None = None,
        progress: str | None = "step",
        parallel: bool = False,
    ) -> None:
        self.model, self.optimizer, self.schedule = model, optimizer, schedule
        self.loss, self.batches, self.parallel = loss, batches, parallel
        self.steps, self.every, self.clip = steps, every, math.inf if clip is None else clip
        self.files = None if out is None else RunFiles(out)
        self.evaluations = Evaluations(model, evaluate, best, self.files)
        self.progress = progress
        self.number = 0  # steps done
        self.stopped = False
        self._recent: list[float] = []  # losses since the last evaluation
        self._stream: Iterator[Any] | None = None

    def run(self) -> list[Row]:
        """All steps that are left; the rows of the evaluations."""
        for _ in self:
            pass
        return self.evaluations.rows

    def best(self) -> Row:
        """Load the best weights so far into the model, and give the row of their evaluation."""
        return self.evaluations.load_best()

    def __iter__(self) -> Iterator[Step]:
        self.stopped = False
        if self.files is not None:
            self.files.begin(self.number)
        with ExitStack() as stack:
            stack.enter_context(handled(self._stop))
            progress = self.progress and stack.enter_context(Progress(self.steps, self.number, self.progress))
            while self.number < self.steps and not self.stopped:
                step = self.step()
                if self.number % self.every == 0 or self.number == self.steps:
                    row = self.evaluations.take(self.number, float(np.mean(self._recent)))
                    step = step._replace(metrics=row)
                    self._recent.clear()
                if progress:
                    progress.advance(f"loss {step.loss:.4g}{self.evaluations}")
                    if step.metrics:
                        progress.report()
                yield step
            if self.stopped and self.files is not None:
                self.files.save("weights", self.model.state_dict())
        self.model.eval()

    def step(self) -> Step:
        """One update, on the next batch.

        Raises TrainingError, before any weight is touched, where loss or gradient is no finite number.
        """
        if self._stream is None:
            self._stream = iter(self.batches)
        batch = next(self._stream)
        self.model.train()
        self.optimizer.zero_grad()
        loss = self._loss(batch)
        value = self._finite("loss", float(loss))
        loss.backward()
        norm = self._finite("norm of the gradient", clip_grad_norm_(self.model.parameters(), self.clip))
        rate = self.optimizer.param_groups[0]["lr"]
        self.optimizer.step()
        if self.schedule is not None:
            self.schedule.step()
        self.number += 1
        self._recent.append(value)
        return Step(self.number, value, norm, rate)

    def _loss(self, batch: Any) -> mg.Tensor:
        if not self.parallel:
            return self.loss(batch)
        if isinstance(batch, tuple):
            return mg.data_parallel(lambda *parts: self.loss(parts), *batch)
        return mg.data_parallel(self.loss, batch)

    def _finite(self, what: str, value: float) -> float:
        if not math.isfinite(value):
            rate = self.optimizer.param_groups[0]["lr"]
            raise TrainingError(
                f"the {what} became {value} at step {self.number + 1}: lower the learning rate, which is "
                f"{rate:g}, or find the op that made it with mg.debug()"
            )
        return value

    def _stop(self, number: int, frame: object) -> None:
        if self.stopped:
            raise KeyboardInterrupt
        self.stopped = True

    # -- saving and loading -----------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """All that the next steps depend on, and the evaluations so far; arrays are copies."""
        parts = {name: part.state_dict() for name, part in self._parts().items()}
        generators = {path: rng.bit_generator.state for path, rng in generators_of(self.model).items()}
        return {"number": self.number, "recent": [*self._recent], "generators": generators, **parts}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave, as if it had never stopped."""
        for name, part in self._parts().items():
            part.load_state_dict(state_dict[name])
        for path, rng in generators_of(self.model).items():
            rng.bit_generator.state = state_dict["generators"][path]
        self.number, self._recent = state_dict["number"], [*state_dict["recent"]]
        self._stream = None

    def _parts(self) -> dict[str, Any]:
        """What has a state to be saved."""
        names = ("model", "optimizer", "schedule", "batches", "evaluations")
        return {name: getattr(self, name) for name in names if hasattr(getattr(self, name), "state_dict")}
