"""The folder of an experiment: what was run, every figure, every weight; a run that is in is not run again.

config.json      what was run, where and with what
results.csv      every figure of every seed, see results.py
history.csv      how training went: a line every 10 steps of every run
weights/         a file per model and seed
report.html, figures/   written from the others at the end
"""

import csv
import json
import os
import platform
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from safetensors import SafetensorError

import nn
from examples.long_range.model import LanguageModel
from examples.long_range.results import Results
from examples.long_range.runs import TUNING_SEEDS, Outcome, load_model

SHIPPED = Path("examples/long_range/results")
FORMAT = "minigrad long_range 1"


class FolderError(RuntimeError):
    """A folder that cannot be used as asked.  The message is one sentence, for a person."""


class Moment(NamedTuple):
    """How training stood at a step; recall and copy are running accuracies."""

    step: int
    level: int
    recall: float
    copy: float
    loss: float


class Folder:
    """An experiment on disk, at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.results = Results(path / "results.csv")
        except (KeyError, ValueError, TypeError, OSError) as error:
            raise FolderError(
                f"{path / 'results.csv'} is damaged or not from this program ({error!r}): take it from a "
                "backup, or give another --out folder"
            ) from None

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
            path.write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
        except OSError as error:
            raise FolderError(f"the folder {self.path} cannot be written ({error.strerror})") from None

    def config(self) -> dict[str, Any]:
        """What config.json holds.  Raises FolderError for none, a damaged or a foreign one."""
        path = self.path / "config.json"
        if not path.exists():
            raise FolderError(
                f"there is no experiment in {self.path}: run one first, python -m examples.long_range "
                f"--out {self.path}, or take the one that is shipped, --out {SHIPPED}"
            )
        try:
            facts: dict[str, Any] = json.loads(path.read_text("utf-8"))
            if facts["format"] != FORMAT:
                raise KeyError("format")
            dict(facts["what"])
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise FolderError(f"{path} is damaged or not from this program ({error!r})") from None
        return facts

    def add(self, outcome: Outcome) -> None:
        """Take in what a job came to."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            path = self.path / "history.csv"
            fresh = not path.exists()
            with path.open("a", newline="") as out:
                writer = csv.writer(out, lineterminator="\n")
                if fresh:
                    writer.writerow(("model", "seed", "learning_rate", *Moment._fields))
                for step, level, *figures in outcome.history:
                    writer.writerow((*outcome.job.key, step, level, *(f"{x:.5g}" for x in figures)))
                out.flush()
                os.fsync(out.fileno())
            self.results.add(outcome.rows)
        except OSError as error:
            raise FolderError(
                f"{self.path} cannot be written ({error.strerror}): what was there before is whole; make "
                "room and give the same command again"
            ) from None

    def history(self) -> dict[tuple[str, int], list[Moment]]:
        """How the training of each reported (model, seed) went, the latest where one was run twice."""
        found: dict[tuple[str, int], list[Moment]] = defaultdict(list)
        path = self.path / "history.csv"
        try:
            lines = list(csv.DictReader(path.read_text("utf-8").splitlines())) if path.exists() else []
            for line in lines:
                figures = (float(line[name]) for name in ("recall", "copy", "loss"))
                moment = Moment(int(line["step"]), int(line["level"]), *figures)
                moments = found[line["model"], int(line["seed"])]
                if moments and moment.step <= moments[-1].step:
                    moments.clear()
                moments.append(moment)
        except (KeyError, ValueError, TypeError, OSError) as error:
            raise FolderError(f"{path} is damaged or not from this program ({error!r})") from None
        return {key: moments for key, moments in found.items() if key[1] < TUNING_SEEDS}

    def model(self, name: str, seed: int) -> LanguageModel:
        """A trained model.  Raises FolderError where its weights are not here."""
        try:
            return load_model(self.weights, name, seed)
        except FileNotFoundError:
            raise FolderError(
                f"{self.path} holds no trained model {name!r} of seed {seed}: run the experiment "
                "to its end first"
            ) from None
        except (SafetensorError, nn.StateDictError, OSError) as error:
            raise FolderError(
                f"the weights of {name}, seed {seed}, in {self.weights} are damaged or of another model "
                f"({str(error).splitlines()[0]}): take them from a backup, or train anew"
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
