"""What is measured of a model: whether its weights, gradients and omissions agree, and what hangs on them."""

from dataclasses import dataclass, fields

import numpy as np

import minigrad as mg
import nn
from examples.explanation.models import Classifier
from examples.explanation.tasks import Task, Texts

SHUFFLES = 10


@dataclass(frozen=True)
class Found:
    """Of one model; the means are over the texts."""

    task: str
    model: str
    seed: int
    accuracy: float  # %
    tau_gradient: float  # Kendall's τ_b of the weights and |gradient × input|
    tau_left_out: float  # ... of the weights and leave-one-out
    same_top: float  # texts, %, whose greatest weight is on the word that changes most when left out
    tau_both: float  # ... of |gradient × input| and leave-one-out: how far these two agree
    tau_shuffled: float  # ... of permuted weights and leave-one-out: what chance gives
    uniform_change: float  # of the output, total variation
    uniform_accuracy: float  # %
    permuted_change: float  # mean of the shuffles
    permuted_accuracy: float  # %


FIGURES = [field.name for field in fields(Found)][3:]


@dataclass(frozen=True)
class Evidence:
    """Of each text, for the pictures and for comparisons between seeds."""

    weights: np.ndarray  # (N, S)
    gradient: np.ndarray  # (N, S), signed
    left_out: np.ndarray  # (N, S)
    answers: np.ndarray  # (N, K), probabilities


def judge(model: Classifier, name: str, task: Task, seed: int) -> tuple[Found, Evidence]:
    """All that is measured, on the texts of the test."""
    texts, rng = task.test, np.random.default_rng(seed)
    x = model.embedding(texts.ids).numpy()
    output = lambda e: model.answer(e, texts.lengths)
    nothing = model.embedding.weight.numpy().mean(axis=0)  # in the place of a word: the mean of all
    weights = model.weights(texts)
    gradient = nn.explain.gradient_times_input(output, x)
    left_out = nn.explain.leave_one_out(output, x, instead=nothing)
    shuffled = _shuffled(model, texts, rng)
    seen = compared(task, texts)
    changes = {
        how: [nn.explain.output_change(model, output, x, how, rng) for _ in range(times)]
        for how, times in (("uniform", 1), ("permuted", SHUFFLES))
    }
    tau = lambda a, b: float(np.nanmean(nn.explain.rank_correlation(a, b, mask=seen)))
    found = Found(
        task.name,
        name,
        seed,
        accuracy(model, texts),
        tau(weights, abs(gradient)),
        tau(weights, left_out),
        100 * float(np.mean(weights.argmax(axis=-1) == np.where(seen, left_out, -1).argmax(axis=-1))),
        tau(abs(gradient), left_out),
        tau(shuffled, left_out),
        float(np.mean(changes["uniform"])),
        accuracy(model, texts, "uniform"),
        float(np.mean(changes["permuted"])),
        float(np.mean([accuracy(model, texts, "permuted", rng) for _ in range(SHUFFLES)])),
    )
    return found, Evidence(weights, gradient, left_out, answers(model, texts))


def answers(model: Classifier, texts: Texts) -> np.ndarray:
    """Probabilities (N, K)."""
    model.eval()
    with mg.no_grad():
        return mg.softmax(model(texts.ids, texts.lengths)).numpy()


def accuracy(
    model: Classifier, texts: Texts, how: nn.explain.How | None = None, rng: np.random.Generator | None = None
) -> float:
    """Right answers, %, with the model's own weights or others."""
    with nn.explain.with_weights(model, how or (lambda attended: attended.weights), rng):
        return 100 * float((answers(model, texts).argmax(axis=-1) == texts.labels).mean())


def between_seeds(evidence: list[Evidence], task: Task) -> dict[str, float]:
    """How far models that differ in their seed alone agree, over all pairs of them."""
    seen = compared(task, task.test)
    pairs = [(a, b) for i, a in enumerate(evidence) for b in evidence[:i]]
    if not pairs:
        return dict.fromkeys(("tau_seeds", "weights_differ", "answers_differ"), float("nan"))
    tau = [np.nanmean(nn.explain.rank_correlation(a.weights, b.weights, mask=seen)) for a, b in pairs]
    apart = nn.explain.total_variation
    return {
        "tau_seeds": float(np.mean(tau)),
        "weights_differ": float(np.mean([apart(a.weights, b.weights).mean() for a, b in pairs])),
        "answers_differ": float(np.mean([apart(a.answers, b.answers).mean() for a, b in pairs])),
    }


def compared(task: Task, texts: Texts) -> np.ndarray:
    """(N, S): the places that are compared, which are no padding, and not the one that asks."""
    places = np.arange(texts.ids.shape[1])
    return (places < texts.lengths[:, None]) & (places >= (task.name == "lookup"))


def _shuffled(model: Classifier, texts: Texts, rng: np.random.Generator) -> np.ndarray:
    with nn.explain.with_weights(model, "permuted", rng):
        return model.weights(texts)


@dataclass(frozen=True)
class Study:
    """The models of one kind on one task."""

    task: Task
    model: str
    found: list[Found]  # one a seed
    evidence: list[Evidence]
    seeds: dict[str, float]  # see `between_seeds`

    def of(self, figure: str) -> list[float]:
        """A figure of each seed."""
        return [getattr(one, figure) for one in self.found]

    def mean(self, figure: str) -> float:
        return float(np.mean(self.of(figure)))
