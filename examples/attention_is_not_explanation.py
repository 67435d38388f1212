"""Do attention weights explain an answer?  It depends on the model and on the task; here is how to tell.

Small classifiers are trained on generated and on real text, and on a lookup that only attention can do.  Of
each is measured whether its weights order the words as gradients and omissions do, and how much the answer
hangs on the weights: what it becomes when they are made uniform, permuted, or held uniform in training.

    python -m examples.attention_is_not_explanation              three models of each kind: some three minutes
    python -m examples.attention_is_not_explanation --steps 50   a quick look, which shows nothing yet
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: see char_transformer

from examples.program import interruptible

if __name__ == "__main__":
    interruptible()

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import minigrad as mg
from examples.command import main
from examples.explanation import pictures, report
from examples.explanation.measures import Evidence, Found, Study, accuracy, between_seeds, judge
from examples.explanation.models import Classifier, trained
from examples.explanation.tasks import Task, lookup, topics, votes
from examples.outcome import Measure
from examples.terminal import say

NAME = "attention_is_not_explanation"


@dataclass(frozen=True)
class Config:
    steps: int = 600
    models: int = 3  # of each kind, which differ in their seed alone
    seed: int = 0


def study(task: Task, kind: str, config: Config) -> tuple[Study, list[Classifier]]:
    """Models of one kind, what is measured of each, and how far they agree."""
    found: list[Found] = []
    evidence: list[Evidence] = []
    models: list[Classifier] = []
    for seed in range(config.seed, config.seed + config.models):
        models.append(trained(kind, task, seed, config.steps))
        one, shown = judge(models[-1], kind, task, seed)
        say(report.line(one))
        found.append(one)
        evidence.append(shown)
    return Study(task, kind, found, evidence, between_seeds(evidence, task)), models


def frozen(task: Task, kind: str, config: Config) -> dict[str, list[float]]:
    """Accuracy, %, of models of that kind whose weights were uniform from the start."""
    scores = []
    for seed in range(config.seed, config.seed + config.models):
        model = trained(kind, task, seed, config.steps, uniform=True)
        scores.append(accuracy(model, task.test, "uniform"))
    return {f"{kind}, trained with uniform weights": scores}


def guided(task: Task, guides: list[Classifier], config: Config) -> dict[str, list[float]]:
    """Accuracy, %, of models without context that are given the weights of those with it."""
    scores = []
    for seed, guide in enumerate(guides, config.seed):
        model = trained("Words", task, seed, config.steps, guide=guide.weights(task.train))
        given = guide.weights(task.test)[:, None, None]
        scores.append(accuracy(model, task.test, lambda attended, given=given: given))
    return {"Words, given the weights of a BiGRU": scores}


def work(config: Config, folder: Path) -> list[Measure]:
    studies: list[Study] = []
    retrained: dict[str, dict[str, list[float]]] = {}
    for make in (votes, topics, lookup):
        task = make(np.random.default_rng(0))
        say(f"\n{task.name}, {task.says}; who says the commonest class is right in {task.fool:.1f} %")
        for kind in ("Lookup",) if task.name == "lookup" else ("Words", "BiGRU", "Encoder"):
            one, models = study(task, kind, config)
            studies.append(one)
            held = retrained.setdefault(task.name, {})
            if kind != "Encoder":
                held |= frozen(task, kind, config)
            if kind == "BiGRU":
                held |= guided(task, models, config)
    report.write(studies, retrained, folder, f"python -m examples.{NAME}")
    pictures.summary(studies, folder / "summary.png")
    for one in studies:
        if one.model in ("BiGRU", "Lookup"):
            pictures.example(one, folder)
    return report.measures(studies)


if __name__ == "__main__":
    mg.kernels.keep_heap()
    sys.exit(main(NAME, __doc__, Config(), work))
