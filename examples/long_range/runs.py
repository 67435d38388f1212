"""Training and measuring one model with one seed, as a job that another process can do (pool.py)."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

import nn
from examples.long_range.language import Filler
from examples.long_range.measure import (
    CAUSE_DISTANCES,
    COPIED,
    DISTANCES,
    LENGTH,
    PAIRS,
    copy_accuracy,
    gradient_norms,
    intervene,
    recall_accuracy,
)
from examples.long_range.model import MODELS, LanguageModel
from examples.long_range.results import Row
from examples.long_range.training import Plan, State, Trainer
from nn.training.resuming import check_weights

TUNING_SEEDS = 100  # and above
LOAD_DISTANCES = (64, 512)
# For the processes that compute.  One thread each, since the matrices are small: two jobs side by
# side beat one on two cores.  And a heap that is kept: freed arrays are taken again, instead of going
# back to the system and coming anew page by page (glibc reads these; others ignore them).
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": str(2**30),
    "MALLOC_TRIM_THRESHOLD_": str(2**32),
    "MALLOC_TOP_PAD_": str(2**26),
}


@dataclass(frozen=True)
class Job:
    """One run: a model, a plan, and how thoroughly to measure it."""

    name: str
    plan: Plan
    filler: str | None = None  # prose, in the place of random letters
    probes: int = 96  # per cell of accuracy by distance
    loads: tuple[int, ...] = ()  # other numbers of pairs
    deep: bool = False  # gradients and interventions as well
    length: int = LENGTH  # of the probes; distances and copies that do not fit are left out

    @property
    def key(self) -> tuple[str, int, float]:
        """What tells runs apart in the results."""
        return self.name, self.plan.seed, self.plan.learning_rate

    def with_steps(self, steps: int) -> "Job":
        """The same with another number of steps."""
        return replace(self, plan=replace(self.plan, steps=steps))

    @property
    def reported(self) -> bool:
        """False for runs that only choose a learning rate."""
        return self.plan.seed < TUNING_SEEDS

    @property
    def weights_name(self) -> str:
        """The file of its weights."""
        return f"{self.name}-{self.plan.seed}.safetensors"


@dataclass(frozen=True)
class Outcome:
    """What a job came to.  `history` has a line every 10 steps: (step, level, recall, copy, loss)."""

    job: Job
    rows: list[Row]
    history: list[tuple[int, int, float, float, float]]
    seconds: float


def is_recurrent(name: str) -> bool:
    """Whether a model of MODELS is a recurrent net."""
    return MODELS[name].body in ("rnn", "gru", "lstm")


def do(job: Job, folder: Path | None, watch: Callable[[State], None] | None = None) -> Outcome:
    """Train and measure; the weights go into `folder`."""
    trainer = Trainer(MODELS[job.name], job.plan, Filler(job.filler))
    history: list[tuple[int, int, float, float, float]] = []

    def seen(state: State) -> None:
        if state.step % 10 == 0:
            history.append((state.step, state.level, state.recall, state.copy, state.loss))
        if watch is not None:
            watch(state)

    before = _gradients(trainer.model, job, "gradient-untrained") if job.deep else []
    start = time.perf_counter()
    model = trainer.run(seen)
    seconds = time.perf_counter() - start
    facts = [
        Row(*job.key, "parameters", "", 0, sum(p.size for p in model.parameters()), 1),
        Row(*job.key, "training-seconds", "", 0, seconds, 1),
        Row(*job.key, "solved-at-step", "", 0, trainer.state.solved or float("nan"), 1),
    ]
    rows = [*before, *facts, *measure(model, job)]
    if folder is not None and job.reported:
        folder.mkdir(parents=True, exist_ok=True)
        nn.save(model, folder / job.weights_name, {"model": job.name})
    return Outcome(job, rows, history, seconds)


def measure(model: LanguageModel, job: Job) -> list[Row]:
    """Everything that is measured of a trained model."""
    filler = Filler(job.filler)
    rows: list[Row] = []
    for distance in (d for d in DISTANCES if d < job.length):
        # Whether a recurrent net is healthy is asked at every distance, of the others at two.
        loads = job.loads if is_recurrent(job.name) or distance in LOAD_DISTANCES else ()
        for pairs in (PAIRS, *loads):
            value = recall_accuracy(model, distance, job.probes, pairs, filler, job.length)
            rows.append(Row(*job.key, "recall", str(distance), pairs, value, job.probes))
    count = max(8, job.probes // 8)
    for n in (n for n in COPIED if 2 * n < job.length):
        rows.append(Row(*job.key, "copy", str(n), 0, copy_accuracy(model, n, count), count * n))
    if job.deep:
        rows += _gradients(model, job, "gradient-trained")
    if job.deep and MODELS[job.name].body == "attention":
        count = max(64, job.probes)
        for distance in CAUSE_DISTANCES:
            for cause, value in asdict(intervene(model, distance, count)).items():
                rows.append(Row(*job.key, cause, str(distance), PAIRS, value, count))
    return rows


def _gradients(model: LanguageModel, job: Job, name: str) -> list[Row]:
    rows = []
    for distance in DISTANCES:
        for suffix, value in zip(("", "-elsewhere"), gradient_norms(model, distance, 8), strict=True):
            rows.append(Row(*job.key, name + suffix, str(distance), PAIRS, value, 8))
    return rows


def load_model(folder: Path, name: str, seed: int) -> LanguageModel:
    """A model from the weights that `do` saved.  Raises FileError or ValueError for others."""
    model = LanguageModel(MODELS[name], np.random.default_rng(0))
    path = folder / f"{name}-{seed}.safetensors"
    weights, whose = nn.load(path), nn.load_metadata(path).get("model", name)
    if whose != name:
        raise ValueError(f"it holds the weights of {whose}")
    check_weights(weights, model.state_dict())
    model.load_state_dict(weights)
    return model.eval()
