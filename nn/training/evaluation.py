"""What is measured of a model while it trains, and which of its weights were the best."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import minigrad as mg
from nn.inputs import plain
from nn.module import Module
from nn.optim.lr_scheduler import ReduceLROnPlateau
from nn.parallel.communicator import Communicator, on_first
from nn.sizes import check_sizes
from nn.training.health.telling import tell
from nn.training.resuming import check_weights
from nn.training.run_files import RunFiles
from nn.training.update import TrainingError

Row = dict[str, float]


class Evaluations:
    """Rows of metrics of `model`: the step and mean training loss, then what `evaluate()` gives.

    `best` is "min" or "max" of the first metric; without it, lowest where its name ends in "loss", else
    highest.  Where there is no `evaluate`, the training loss takes its place.  They have settled when
    `patience` of them in a row were none the best.  Rank 0 alone evaluates, for all.
    """

    def __init__(
        self,
        model: Module,
        evaluate: Callable[[], Mapping[str, float]] | None,
        best: str | None,
        files: RunFiles | None,
        ranks: Communicator,
        patience: int | None = None,
    ) -> None:
        check_sizes("Training", 1, patience=1 if patience is None else patience)
        if best not in (None, "min", "max"):
            raise ValueError(f'best is "min" or "max" of the first metric, or None, and not {best!r}')
        self.model, self.evaluate, self.files, self.ranks = model, evaluate, files, ranks
        self.direction, self.patience = best, math.inf if patience is None else patience
        self.rows: list[Row] = []
        self.best: tuple[Row, dict[str, np.ndarray]] | None = None  # and the weights

    def take(self, step: int, train_loss: float) -> Row:
        """Evaluate, without recording and in evaluation mode; save the weights and, if best, keep them.

        Raises ValueError for other metrics than at first.
        """
        metrics = on_first(self.ranks, lambda: self._measure(step))
        row = {"step": step, "train_loss": train_loss, **metrics}
        if self.rows and list(row) != list(self.rows[0]):
            raise ValueError(
                f"evaluate() gave {', '.join(metrics)}, and {', '.join(list(self.rows[0])[2:])} at first: "
                "give the same metrics each time"
            )
        self.rows.append(row)
        weights = self.model.state_dict()
        is_best = self._is_best(row)
        if is_best:
            self.best = row, weights
        on_first(self.ranks, lambda: self._write(weights, is_best))
        return row

    def _measure(self, step: int) -> Row:
        if self.evaluate is None:
            return {}
        self.model.eval()
        with mg.no_grad():
            metrics = as_metrics(self.evaluate())
        self.model.train()
        self._tell_of_no_number(step, metrics)
        return metrics

    def _write(self, weights: Mapping[str, np.ndarray], is_best: bool) -> None:
        if self.files is not None:
            self.files.write_metrics(self.rows)
            self.files.save("weights", weights)
            if is_best:
                self.files.save("best", weights)

    def _tell_of_no_number(self, step: int, metrics: Row) -> None:
        before = self.rows[-1] if self.rows else {}
        for name, value in metrics.items():
            if not math.isfinite(value) and math.isfinite(before.get(name, 0.0)):
                tell(
                    f"at step {step} {name} became {value}, while the training loss is a number: look for "
                    "the op that made it by calling evaluate in mg.debug()"
                )

    def load_best(self) -> Row:
        """Load the best weights into the model; their row.  Raises TrainingError where none was taken."""
        if self.best is None:
            raise TrainingError(
                "nothing was evaluated yet, so no weights are the best: train some steps before"
            )
        row, weights = self.best
        self.model.load_state_dict(weights)
        return row

    def __str__(self) -> str:
        """The last metrics, for a line of progress."""
        last = self.rows[-1] if self.rows else {}
        shown = [
            f"  {name} {value:.4g}" for name, value in last.items() if name not in ("step", "train_loss")
        ]
        return "".join(shown)

    @property
    def judge(self) -> str:
        """The name of what says which is best: the first metric."""
        return next(iter(list(self.rows[0])[2:]), "train_loss")

    @property
    def mode(self) -> str:
        """Whether "min" or "max" of it is best."""
        return self.direction or ("min" if self.judge.endswith("loss") else "max")

    @property
    def since_best(self) -> int:
        """How many there were since the best."""
        return sum(row["step"] > self.best[0]["step"] for row in self.rows) if self.best else 0

    @property
    def have_settled(self) -> bool:
        return self.since_best >= self.patience

    def advance(self, plateau: ReduceLROnPlateau) -> None:
        """Tell the schedule of the last one.  Raises ValueError where it waits for the other direction."""
        if plateau.mode != self.mode:
            raise ValueError(
                f'ReduceLROnPlateau(mode="{plateau.mode}") would take the best {self.judge} for the worst: '
                f'make it with mode="{self.mode}"'
            )
        plateau.step(self.rows[-1][self.judge])

    def _is_best(self, row: Row) -> bool:
        if self.best is None or math.isnan(self.best[0][self.judge]):
            return True
        value, before = row[self.judge], self.best[0][self.judge]
        return value < before if self.mode == "min" else value > before

    def state_dict(self) -> dict[str, Any]:
        """The rows, and the best of them with its weights."""
        return {"rows": list(self.rows), "best": self.best}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave.  Raises ValueError for rows or weights that are of others."""
        rows, best = list(state_dict["rows"]), state_dict["best"]
        steps = [row["step"] for row in rows]
        if steps != sorted(set(steps)) or not all(
            _is_row(row) and list(row) == list(rows[0]) for row in rows
        ):
            raise ValueError("its rows of metrics are none")
        if best is not None:
            row, weights = best
            if str(row) not in map(str, rows):  # of which NaN would not be equal
                raise ValueError("its best row is not among its rows")
            check_weights(weights, self.model.state_dict())
        self.rows, self.best = rows, best


def as_metrics(given: Any) -> Row:
    """Numbers by name, as evaluate() gave them.  Raises TypeError or ValueError for others."""
    if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
        raise TypeError(f"evaluate() gives numbers by name, and gave {given!r}: return {{'accuracy': 0.5}}")
    for name, value in given.items():
        if name in ("step", "train_loss"):
            raise ValueError(f"evaluate() gave {name}, which each row has already: call it something else")
        if np.size(plain(value)) != 1 or plain(value).dtype.kind not in "biuf":
            raise TypeError(f"evaluate() gives numbers by name, and {name} is {value!r}: take its mean")
    return {name: float(plain(value).item()) for name, value in given.items()}


def _is_row(row: Mapping[str, Any]) -> bool:
    return all(isinstance(name, str) and type(value) in (int, float) for name, value in row.items())
