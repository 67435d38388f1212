"""The folder of an experiment: what was run, every figure, every weight; a run that is in is not run again.

config.json      what was run, where and with what
results.csv      every figure of every seed, see results.py
history.csv      how training went: a line every 10 steps of every run
weights/         a file per model and seed
report.html, figures/   written from the others at the end
"""

import csv
import io
import json
import os
import platform
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import nn
from examples.long_range.model import LanguageModel
from examples.long_range.results import Results
from examples.long_range.runs import TUNING_SEEDS, Outcome, load_model
from examples.long_range.training import LEVELS
from nn.saving.whole_files import read_whole, write_whole

SHIPPED = Path("examples/long_range/results")
FORMAT = "minigrad long_range 1"
WHAT = {"form": str, "filler": str, "steps": int, "levels": list, "seed": int}  # was run: of which types
# What may come of reading a file of somebody else's.
WRONG = (
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    csv.Error,
    nn.FileError,
    OSError,
)


class FolderError(RuntimeError):
    """A folder that cannot be used as asked.  The message is one sentence, for a person."""


class Moment(NamedTuple):
    """How training stood at a step; recall and copy are running accuracies."""

    step: int
    level: int
    recall: float
    copy: float
    loss: float


HISTORY = ",".join(("model", "seed", "learning_rate", *Moment._fields))  # the columns of history.csv


class Folder:
    """An experiment on disk, at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with _read(path / "results.csv"):
            self.results = Results(path / "results.csv")

    @property
    def weights(self) -> Path:
        """Where the weights are."""
        return self.path / "weights"

    def begin(self, config: dict[str, Any]) -> None:
        """Write what is to be run, or check that the same was begun here before."""
        facts = {"format": FORMAT, **config}
        path = self.path / "config.json"
        if path.exists():
            if self.config()["what"] != config["what"]:
                raise FolderError(
                    f"{self.path} holds an experiment with other settings: give another --out folder, or the "
                    "settings that it was begun with"
                )
            return
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FolderError(f"the folder {self.path} cannot be written ({error.strerror})") from None
        write_whole(path, (json.dumps(facts, indent=1) + "\n").encode())

    def config(self) -> dict[str, Any]:
        """What config.json holds.  Raises FolderError for none, a damaged or a foreign one."""
        path = self.path / "config.json"
        if not path.exists():
            raise FolderError(
                f"there is no experiment in {self.path}: run one first, python -m examples.long_range "
                f"--out {self.path}, or take the one that is shipped, --out {SHIPPED}"
            )
        with _read(path):
            facts: dict[str, Any] = json.loads(read_whole(path))
            if facts["format"] != FORMAT:
                raise ValueError(f"its format is {facts['format']!r}")
            for name, kind in WHAT.items():
                if type(facts["what"].get(name, kind())) is not kind:
                    raise ValueError(f"its {name} is {facts['what'][name]!r}")
            if not all(isinstance(value, str) for value in facts.get("machine", {}).values()):
                raise ValueError("its machine is none")
        return facts

    def add(self, outcome: Outcome) -> None:
        """Take in what a job came to."""
        path = self.path / "history.csv"
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        for step, level, *figures in outcome.history:
            writer.writerow((*outcome.job.key, step, level, *(f"{x:.5g}" for x in figures)))
        with _read(path):
            before = read_whole(path) if path.exists() else f"{HISTORY}\n".encode()
        write_whole(path, before + out.getvalue().encode())
        self.results.add(outcome.rows)

    def history(self) -> dict[tuple[str, int], list[Moment]]:
        """How the training of each reported (model, seed) went, the latest where one was run twice."""
        found: dict[tuple[str, int], list[Moment]] = defaultdict(list)
        path = self.path / "history.csv"
        with _read(path):
            lines = read_whole(path).decode().splitlines() if path.exists() else []
            if lines and lines[0] != HISTORY:
                raise ValueError(f"its columns are not {HISTORY}")
            for line in csv.DictReader(lines):
                figures = (float(line[name]) for name in ("recall", "copy", "loss"))
                moment = Moment(int(line["step"]), int(line["level"]), *figures)
                if not 0 <= moment.level < len(LEVELS):
                    raise ValueError(f"a line of {line['model']} is {moment}")
                moments = found[line["model"], int(line["seed"])]
                if moments and moment.step <= moments[-1].step:
                    moments.clear()
                moments.append(moment)
        return {key: moments for key, moments in found.items() if key[1] < TUNING_SEEDS}

    def model(self, name: str, seed: int) -> LanguageModel:
        """A trained model.  Raises FolderError where its weights are not here."""
        path = self.weights / f"{name}-{seed}.safetensors"
        if not path.exists():
            raise FolderError(
                f"{self.path} holds no trained model {name!r} of seed {seed}: run the experiment "
                "to its end first"
            )
        with _read(path):
            return load_model(self.weights, name, seed)


@contextmanager
def _read(path: Path) -> Iterator[None]:
    """In the block, which reads a file, all that may be wrong with it is told in one sentence."""
    try:
        yield
    except WRONG as error:
        reason = str(error).removeprefix(f"{path} ") or type(error).__name__
        raise FolderError(
            f"{path} is damaged or not from this program ({reason}): take it from a backup, or give another "
            "--out folder"
        ) from None


def machine() -> dict[str, str]:
    """Where and with what a figure was made."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "system": f"{platform.system()} {platform.machine()}",
        "cpus": str(os.cpu_count()),
        "processor": _processor(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown"
