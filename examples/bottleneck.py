"""The bottleneck of one fixed vector: exact match against the source's length, with and without attention.

    python -m examples.bottleneck --seeds 0 1 2       seven models each, 20 to 40 s a model
    python -m examples.bottleneck --steps 50          a quick look

Each model reads a string and writes it backwards in cipher (see examples.translate).  What Bahdanau et al.
(2015) conjectured, and showed by BLEU against length in their figure 2, is measured here by exact match.
Beside it stand the gradient that reaches the first word of the source, with and without attention, and where
two models look as they train.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the matrices are small

from examples.program import interruptible

if __name__ == "__main__":
    interruptible()

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import minigrad as mg
from examples import command
from examples.bottleneck_report import write_report
from examples.outcome import Measure
from examples.terminal import say
from examples.translate import Config, Translation
from examples.translation.gradients import first_against_last
from examples.translation.judging import judge, read
from examples.translation.models import parameters
from examples.translation.pictures import draw_alignment

ROWS: dict[str, dict[str, Any]] = {
    "no attention": {"model": "none"},
    "no attention, twice as wide": {"model": "none", "wider": 2.0},
    "Bahdanau": {"model": "bahdanau"},
    "Luong dot": {"model": "luong-dot"},
    "Luong general": {"model": "luong-general"},
    "Luong concat": {"model": "luong-concat"},
    "Transformer": {"model": "transformer", "positions": "sinusoidal"},
}
FILMED = ("Bahdanau", "Luong general")
FRAMES = (0.05, 0.1, 0.2, 0.4, 1.0)  # shares of the training at which they are looked at
GRADIENT_LENGTHS = (5, 10, 20, 40, 80)


@dataclass(frozen=True)
class Lesson:
    steps: int = 900
    transformer_steps: int = 1800
    tests: int = 200  # strings of each length
    seed: int = 0


def work(lesson: Lesson, folder: Path) -> list[Measure]:
    """Train and judge every model; the gradients are of models that are not trained yet."""
    found = []
    for name, row in ROWS.items():
        steps = lesson.transformer_steps if row["model"] == "transformer" else lesson.steps
        it = Translation(Config(**row, steps=steps, tests=lesson.tests, seed=lesson.seed))
        frames = train(it, FRAMES if name in FILMED else ())
        if frames:
            film(frames, it).save(folder / f"film-{row['model']}.png")
        marks = judge(it.model, it.task, it.vocabularies, it.tests, beam=1)
        found.append(Measure(name, "parameters", parameters(it.model), unit=""))
        found += [Measure(name, f"exact match at {n}", mark.greedy) for n, mark in marks.items()]
        looks = [mark.misaligned for n, mark in marks.items() if n not in it.task.beyond]
        if None not in looks:
            found.append(Measure(name, "alignment error", float(np.mean(looks)), at_most=True))
        say(f"{name}: " + ", ".join(f"{n} letters {mark.greedy:.0f} %" for n, mark in marks.items()))
    for name in ("no attention", "Bahdanau"):
        for length in GRADIENT_LENGTHS:
            ratio = first_against_last(ROWS[name]["model"], length, lesson.seed)
            found.append(Measure(name, f"gradient at {length}", ratio, unit=""))
    return found


def train(it: Translation, shares: tuple[float, ...]) -> dict[str, np.ndarray]:
    """Train; the weights (T, S) of one string at some shares of the steps, by the number of the step."""
    numbers = {max(1, round(share * it.config.steps)) for share in shares}
    frames = {}
    for step in it.training:
        if step.number in numbers:
            _, weights = read(it.model, it.vocabularies, [filmed(it)])
            frames[f"step {step.number}"] = weights[0]
    return frames


def filmed(it: Translation) -> Any:
    return it.tests["12"][0]


def film(frames: dict[str, np.ndarray], it: Translation) -> Any:
    return draw_alignment(frames, filmed(it))


def main(given: list[str] | None = None) -> int:
    return command.main("bottleneck", __doc__, Lesson(), work, given, finish=write_report)


if __name__ == "__main__":
    mg.kernels.keep_heap()
    sys.exit(main())
