"""Translate by an encoder and a decoder: one fixed vector, Bahdanau's and Luong's attention, the Transformer.

    python -m examples.translate                                  Bahdanau, a string reversed and enciphered
    python -m examples.translate --model transformer --task dates --positions rotary
    python -m examples.translate --model none --wider 2           no attention, at twice the width
    python -m examples.translate --task number-words              "three hundred and two", "삼백이" -> "302"
    python -m examples.translate --model all --task dates         all of them, one after the other

Models: none (Cho et al., 2014), bahdanau (Bahdanau et al., 2015), luong-dot, luong-general and luong-concat
(Luong et al., 2015), transformer (Vaswani et al., 2017).  Tasks: cipher; number-words, to digits, and
spell-numbers, back; dates, in ten spellings, to ISO 8601.  All pairs are generated, and what comes from where
is known: beside the picture of where the model looks stands the truth.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the matrices are small

from examples.program import interruptible

if __name__ == "__main__":
    interruptible()

import csv
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import Literal

import numpy as np

import minigrad as mg
import nn
from examples import command
from examples.outcome import Measure
from examples.terminal import say
from examples.translation.batches import Batch, Vocabularies, batches
from examples.translation.judging import Marks, judge, read, recorded, write
from examples.translation.models import NAMES, Model, Sizes, build, parameters
from examples.translation.pictures import draw_alignment, show_heads
from examples.translation.tasks import TASKS
from nn import functional as F

MOST_BATCHES = 1000  # of different pairs; further steps go over them again
LEAST_WIDER, MOST_WIDER = 0.05, 100
WIDEST = 40  # characters of a source that is drawn

ModelName = Literal["none", "bahdanau", "luong-dot", "luong-general", "luong-concat", "transformer", "all"]
TaskName = Literal["cipher", "number-words", "spell-numbers", "dates"]


@dataclass(frozen=True)
class Config:
    model: ModelName = "bahdanau"
    task: TaskName = "cipher"
    steps: int = 1800
    batch: int = 32
    rate: float = 2e-3
    warmup: int = 50
    wider: float = 1.0  # multiplies the widths of recurrent models
    positions: Literal["sinusoidal", "learned", "rotary"] = "sinusoidal"  # of the Transformer; rotary is best
    norm: Literal["pre", "post"] = "pre"  # likewise
    tests: int = 200  # a row
    beam: int = 4
    seed: int = 0


class Translation:
    """A task, a model and its training."""

    def __init__(self, config: Config, folder: Path | None = None) -> None:
        self.config = config
        self.task = TASKS[config.task]()
        data, weights, order = (np.random.default_rng([config.seed, part]) for part in range(3))
        self.tests = self.task.tests(data, config.tests)
        pairs = [self.task.draw(data) for _ in range(config.batch * min(config.steps, MOST_BATCHES))]
        self.vocabularies = Vocabularies.of(pairs + [pair for row in self.tests.values() for pair in row])
        sizes = len(self.vocabularies.source), len(self.vocabularies.target)
        self.model: Model = build(
            config.model, *sizes, weights, Sizes(wider=config.wider), config.positions, config.norm
        )
        optimizer = nn.optim.Adam(self.model.parameters(), lr=config.rate)
        schedule = nn.optim.lr_scheduler.WarmupCosineLR(
            optimizer, min(config.warmup, config.steps), config.steps, final=0.05
        )
        self.training = nn.Training(
            self.model, optimizer, self.loss, batches(pairs, self.vocabularies, config.batch, order),
            config.steps, schedule=schedule, out=folder, progress=config.model,
        )  # fmt: skip

    def loss(self, batch: Batch) -> mg.Tensor:
        scores = self.model(batch.source, batch.lengths, batch.before)  # (B, T, V)
        return F.cross_entropy(scores.swapaxes(1, 2), batch.after, ignore_index=self.vocabularies.target.pad)

    def judge(self) -> dict[str, Marks]:
        return judge(self.model, self.task, self.vocabularies, self.tests, self.config.beam)


def work(config: Config, folder: Path) -> list[Measure]:
    """What was measured of the model, or of each with a folder of its own."""
    if not LEAST_WIDER <= config.wider <= MOST_WIDER:
        raise command.ExampleError(
            f"--wider {config.wider:g} leaves recurrent models no width, or more than any memory: give "
            f"{LEAST_WIDER} to {MOST_WIDER}"
        )
    if config.model != "all":
        return measured(config, folder)
    return [m for name in NAMES for m in measured(replace(config, model=name), folder / name)]


def measured(config: Config, folder: Path) -> list[Measure]:
    """Train, judge, print the table and a few translations, draw where the model looks."""
    it = Translation(config, folder)
    say(f"{config.model}, {parameters(it.model):,} parameters, on {config.task}")
    it.training.run()
    marks = it.judge()
    save(marks, it.task.per, folder / "marks.csv")
    say(f"\n{table(marks, it.task.per, it.task.fool)}\n")
    shown = [row[0] for row in it.tests.values()]
    for pair, text in zip(shown, write(it.model, it.vocabularies, shown), strict=True):
        say(f"  {pair.source} -> {text}" + ("" if text == pair.target else f"   (it is {pair.target})"))
    drawn = max((p for p in shown if p.kind not in it.task.beyond), key=lambda p: min(len(p.source), WIDEST))
    _, weights = read(it.model, it.vocabularies, [drawn])
    if weights is not None:
        draw_alignment({config.model: weights[0]}, drawn).save(folder / "alignment.png")
        show_heads(recorded(it.model, it.vocabularies, [drawn])[1], drawn, folder / "attention.html")
    return measures(config, it, marks)


def measures(config: Config, it: Translation, marks: Mapping[str, Marks]) -> list[Measure]:
    """Means over the rows that are as long as those of training."""
    rows = [mark for kind, mark in marks.items() if kind not in it.task.beyond]
    system = f"{config.model} on {config.task}"

    def mean(name: str) -> float:
        return float(np.mean([getattr(row, name) for row in rows]))

    fool = {it.task.fool: mean("guess")}
    wanted = 98.0 if config.model == "transformer" else None
    found = [
        Measure(system, "exact match, greedy", mean("greedy"), beside=fool, wanted=wanted),
        Measure(system, f"exact match, beam of {config.beam}", mean("beam"), beside=fool),
        Measure(system, "exact match, teacher forcing", mean("forced"), beside=fool),
    ]
    if rows[0].misaligned is not None:
        found.append(Measure(system, "alignment error", mean("misaligned"), at_most=True))
    return found


def save(marks: Mapping[str, Marks], per: str, path: Path) -> None:
    """Every row of the table as a line."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow([per, *(field.name for field in fields(Marks))])
        rows.writerows([kind, *(None if x is None else f"{x:.4g}" for x in astuple(mark))]
                       for kind, mark in marks.items())  # fmt: skip


def table(marks: Mapping[str, Marks], per: str, fool: str) -> str:
    width = max(map(columns, [per, *marks])) + 2
    lines = [f"{per:<{width}}forced  greedy    beam  misaligned    fool ({fool})"]
    for kind, mark in marks.items():
        looks = "         -" if mark.misaligned is None else f"{mark.misaligned:10.1f}"
        numbers = f"{mark.forced:6.1f}  {mark.greedy:6.1f}  {mark.beam:6.1f}  {looks}  {mark.guess:6.1f}"
        lines.append(kind + " " * (width - columns(kind)) + numbers)
    return "\n".join(lines)


def columns(text: str) -> int:
    """Of a terminal, where Korean takes two a character."""
    return sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def main(given: list[str] | None = None) -> int:
    return command.main("translate", __doc__, Config(), work, given)


if __name__ == "__main__":
    mg.kernels.keep_heap()
    sys.exit(main())
