"""What all sections are written from: an experiment's folder, its figures and the verdicts on them."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from examples.long_range.claims import CLAIMS, REACH, Verdict, check
from examples.long_range.folder import Folder
from examples.long_range.measure import DISTANCES, PAIRS
from examples.long_range.model import MODELS, LanguageModel
from examples.long_range.plans import FULL, QUICK
from examples.long_range.report.blocks import Picture, plain
from examples.long_range.report.figures import canvas
from examples.long_range.report.text import Text
from examples.long_range.results import Results
from examples.long_range.training import LEVELS, Plan

LENGTH = LEVELS[-1].length  # of the texts of test
WITHIN = tuple(d for d in DISTANCES if d <= REACH)  # what the window model reads directly
BEYOND = tuple(d for d in DISTANCES if d > 2 * (REACH - 1))  # where its two layers do not reach


@dataclass(frozen=True)
class Study:
    """An experiment that was run: `what` and `machine` are of its config.json."""

    folder: Folder
    what: dict[str, Any]
    machine: dict[str, str]
    names: list[str]  # of the models with a finished run
    verdicts: dict[str, Verdict]

    @classmethod
    def of(cls, folder: Folder, config: dict[str, Any]) -> Self:
        """The study of a folder."""
        return cls(
            folder,
            config["what"],
            config.get("machine", {}),
            [name for name in MODELS if folder.results.seeds(name)],
            {name: check(name, folder.results) for name in CLAIMS},
        )

    @property
    def results(self) -> Results:
        """Every figure of every seed."""
        return self.folder.results

    @property
    def plan(self) -> Plan:
        """How the models of this form are trained."""
        return FULL if self.what.get("form") == "full" else QUICK

    @property
    def steps(self) -> int:
        """Of training, in each run."""
        return self.what.get("steps", self.plan.steps)

    @property
    def out(self) -> str:
        """The option that names the folder in a command."""
        return f" --out {shlex.quote(self.folder.path.as_posix())}"

    def mean(self, name: str, measure: str, argument: int, pairs: int = PAIRS) -> float:
        """A figure of a model, mean over seeds."""
        return float(np.mean(self.results.values(name, measure, argument, pairs)))

    def recall(self, name: str, pairs: int = PAIRS) -> dict[int, float]:
        """A model's accuracy of recall at each distance, mean over seeds."""
        return {d: self.mean(name, "recall", d, pairs) for d in DISTANCES}

    def has_weights(self, name: str, seed: int) -> bool:
        """Whether a trained model is in the folder."""
        return (self.folder.weights / f"{name}-{seed}.safetensors").exists()

    def trained(self, name: str) -> tuple[int | None, LanguageModel | None]:
        """The first reported seed whose weights are in the folder, and the model."""
        for seed in self.results.seeds(name):
            if self.has_weights(name, seed):
                return seed, self.folder.model(name, seed)
        return None, None

    def picture(self, name: str, caption: Text, draw: Callable[..., Figure], *arguments: object) -> Picture:
        """What `draw` draws of `arguments`, kept in the folder's figures/ and set into the page."""
        svg = canvas.save(self.folder.path / "figures", name, draw, *arguments)
        label = escape(f"{plain(caption.en)} / {plain(caption.ko)}")
        return Picture(Markup(svg.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)), caption)
