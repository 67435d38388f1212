"""How a training is saved between two steps, and resumed."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

from nn.module import Module
from nn.parallel.communicator import Communicator, on_first
from nn.saving.whole_files import FileError
from nn.state import generators_of
from nn.training import together
from nn.training.evaluation import Evaluations
from nn.training.report.report import report_of
from nn.training.resuming import check_state
from nn.training.run_files import RunFiles

SHOWN = ("evaluations", "health", "snapshots")  # parts of the state that its report is made of as well


class Resumable:
    """A training's state, and its folder.  Each of its parts has a `state_dict` and a `load_state_dict`."""

    model: Module
    optimizer: Any
    schedule: Any
    batches: Any
    files: RunFiles | None
    ranks: Communicator
    config: dict[str, Any]
    about: dict[str, Any]
    steps: int
    number: int  # of them done
    signals: list[int]  # that asked it to end
    evaluations: Evaluations
    _recent: list[float]  # losses since the last evaluation
    _stream: Iterator[Any] | None

    @property
    def stopped(self) -> bool:
        """Whether a signal ended the loop before its last step."""
        return bool(self.signals) and self.number < self.steps

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

    def _end_files(self) -> None:
        if self.files is not None:
            if self.stopped:
                self.files.save("weights", self.model.state_dict())
                self._save()
            self.files.write("report.html", report_of(self.shown()))

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
        parts = {name: part.state_dict() for name, part in self._parts().items() if name not in SHOWN}
        generators = {path: rng.bit_generator.state for path, rng in generators_of(self.model).items()}
        return {**self.shown(), "recent": [*self._recent], "generators": generators, **parts}

    def shown(self) -> dict[str, Any]:
        """The part of the state that the report is made of."""
        parts = {name: getattr(self, name).state_dict() for name in SHOWN}
        return {"number": self.number, "config": self.config, "about": self.about, **parts}

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
        names = ("model", "optimizer", "batches", *SHOWN)
        parts = {name: getattr(self, name) for name in names}
        return parts if self.schedule is None else {**parts, "schedule": self.schedule}
