"""The folder of a run, and what it was begun with, which goes with each of its checkpoints.

step-*.safetensors   checkpoints: all that resuming and sampling need
weights.safetensors, best.safetensors, config.json, metrics.csv   for people and other programs
report.html, loss.png/.svg, attention.png/.html, block.svg, sample.txt   written at the end
"""

import math
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

import nn
from examples.char.corpus import Corpus
from examples.char.model import CharTransformer
from examples.char.settings import Settings
from examples.ranks import FLAG
from nn.data import Vocabulary
from nn.training.resuming import check_weights

NAME = "char_transformer"
FORMAT = f"minigrad {NAME} 2"
FOREIGN = (
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
)  # what reading another's state may come to


class RunError(RuntimeError):
    """A run folder that cannot be used as asked.  The message is one sentence, for a person."""


@dataclass(frozen=True)
class Config:
    """What decides a run, and what its loss is read beside."""

    settings: Settings
    source: str
    version: str
    sha256: str
    vocabulary: Vocabulary
    baselines: dict[str, float]

    @classmethod
    def of(cls, settings: Settings, corpus: Corpus, baselines: dict[str, float]) -> "Config":
        """That of a run over `corpus`."""
        return cls(settings, corpus.source, corpus.version, corpus.sha256, corpus.vocabulary, baselines)

    def state_dict(self) -> dict[str, Any]:
        """All of it, as plain values."""
        return {
            "format": FORMAT,
            "settings": asdict(self.settings),
            "text": {"source": self.source, "version": self.version, "sha256": self.sha256},
            "vocabulary": self.vocabulary.state_dict(),
            "baselines": self.baselines,
        }

    @classmethod
    def from_state_dict(cls, state_dict: Mapping[str, Any]) -> "Config":
        """What gave `state_dict`.  Raises one of FOREIGN for what is damaged, or of another program."""
        if state_dict["format"] != FORMAT:
            raise ValueError(f"its format is {state_dict['format']!r}")
        text, baselines = state_dict["text"], state_dict["baselines"]
        if not all(isinstance(text[name], str) for name in ("source", "version", "sha256")):
            raise ValueError("its text is none")
        if list(baselines) != ["uniform", "5-gram"] or not all(map(math.isfinite, baselines.values())):
            raise ValueError("its baselines are none")
        return cls(
            Settings.from_dict(state_dict["settings"]),
            text["source"],
            text["version"],
            text["sha256"],
            Vocabulary.from_state_dict(state_dict["vocabulary"]),
            baselines,
        )


def command(folder: Path, ranks: int = 1) -> str:
    """This program on the run in `folder`, as a shell takes it; on `ranks` processes."""
    once = f"python -m examples.{NAME} --out {shlex.quote(str(folder))}"
    return once if ranks == 1 else f"mpiexec -n {ranks} {once} {FLAG}"


def require_unused(path: Path) -> None:
    """Raise RunError where a folder holds more than a run that was killed as it began leaves."""
    if any(file.name != ".lock" and file.suffix != ".new" for file in path.iterdir()):
        raise RunError(f"{path} is not empty: resume its run with --resume, or give another --out folder")


def checkpoints_in(path: Path) -> nn.Checkpoints:
    """Those of the run in `path`.  Raises RunError where there are none."""
    checkpoints = nn.Checkpoints(path)
    if checkpoints.steps():
        return checkpoints
    if (path / "training.safetensors").exists():
        raise RunError(
            f"the run in {path} is of an earlier form of this program, which kept no checkpoints: train "
            "anew, in another folder"
        )
    raise RunError(f"there is no run in {path}: train one first, with --out {path}")


def newest(checkpoints: nn.Checkpoints) -> tuple[Config, dict[str, np.ndarray]]:
    """What the newest checkpoint says that the run is, and its weights."""
    step, state = checkpoints.load()
    try:
        return Config.from_state_dict(state["config"]), state["model"]
    except FOREIGN as error:
        raise _foreign(checkpoints.path(step), error) from None


def load_model(checkpoints: nn.Checkpoints) -> tuple[CharTransformer, Vocabulary]:
    """The model as last saved, and its characters."""
    config, weights = newest(checkpoints)
    settings, count = config.settings, len(config.vocabulary)
    settings.with_changes({"batch": 1}).require_memory(count)
    try:
        settings.check()
        model = CharTransformer(settings.model_config(count), np.random.default_rng(settings.seed))
        check_weights(weights, model.state_dict())
    except FOREIGN as error:
        raise _foreign(checkpoints.path(checkpoints.steps()[-1]), error) from None
    model.load_state_dict(weights)
    return model, config.vocabulary


def _foreign(path: Path, error: Exception) -> RunError:
    return RunError(
        f"{path} is damaged or not from this program ({str(error) or type(error).__name__}): take it from a "
        "backup, or train anew in another folder"
    )
