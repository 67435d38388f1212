"""Chapter 15: what a model used, measured by changing its input."""

from typing import Any

import numpy as np

from minigrad.learn.chapters.products import softmax
from minigrad.learn.exercise import Exercise, Hint
from minigrad.learn.numbers import compare
from minigrad.learn.written import Written

TASK = """\
Three measures of what a model f, from x (T, C) to a number, used: leave_one_out(f, x),
gradient_times_input(f, x), where f is written in NumPy and minigrad differentiates it, and
with_uniform_weights(scores, values)."""

STARTER = '''\
"""Chapter 15: attention is not explanation."""

import numpy as np

import minigrad as mg


def leave_one_out(f, x):
    """f(x) - f(x with place t set to 0), for each place t of x (T, C): (T,)."""
    raise NotImplementedError


def gradient_times_input(f, x):
    """Σ over the features of ∂f/∂x · x, for each place: (T,).  mg.grad(f)(x) is the gradient (T, C)."""
    raise NotImplementedError


def with_uniform_weights(scores, values):
    """How much Σ softmax(scores) · values changes where all weights are made equal: (V,), new less old.

    scores (S,), values (S, V).
    """
    raise NotImplementedError
'''

RNG = np.random.default_rng(10)
X = RNG.normal(size=(4, 3))
WEIGHTS = np.array([0.7, 0.1, 0.1, 0.1])
SIGNS = "keep the signs: what speaks against counts as well"
READS = np.array([[0.0], [2.0], [-1.0], [0.5]])


def mixed(x: Any) -> Any:
    """A model whose largest weight, 0.7, is on a place that it does not read."""
    return np.sum(WEIGHTS[:, None] * READS * x)


def curved(x: Any) -> Any:
    """One that is not linear."""
    return np.sum(np.tanh(x) * x)


def check_leave_one_out(written: Written) -> None:
    """Leaving one place out."""
    x = X.copy()
    wanted = (WEIGHTS[:, None] * READS * X).sum(axis=1)
    compare(
        "leave_one_out of a model whose largest weight is on a place that it does not read",
        written.leave_one_out(mixed, x),
        wanted,
        [
            (-wanted, "f(x) less f without the place, not the other way round"),
            (
                wanted.sum() - wanted,
                "that is f without the place, or with all others left out: set the one place to 0, and "
                "subtract "
                "from f(x)",
            ),
        ],
    )
    if not np.array_equal(x, X):
        raise Hint(
            "x has changed: set the place to 0 in a copy, or the next place is left out of a changed text"
        )
    wanted = np.array([curved(X) - curved(np.where(np.arange(4)[:, None] == t, 0, X)) for t in range(4)])
    compare("leave_one_out of Σ tanh(x)·x", written.leave_one_out(curved, X.copy()), wanted)


def check_gradient(written: Written) -> None:
    """Gradient times input."""
    slope = (1 - np.tanh(X) ** 2) * X + np.tanh(X)
    compare(
        "gradient_times_input of Σ tanh(x)·x",
        written.gradient_times_input(curved, X.copy()),
        (slope * X).sum(axis=1),
        [
            (slope.sum(axis=1), "that is the gradient alone: multiply by x"),
            (slope * X, "sum over the features of each place"),
            ((slope * X).sum(axis=0), "sum over the features, the last axis, not over the places"),
        ],
    )
    parts = (WEIGHTS[:, None] * READS * X).sum(axis=1)
    compare(
        "gradient_times_input of a linear model, its parts,",
        written.gradient_times_input(mixed, X.copy()),
        parts,
        [(np.abs(parts), SIGNS), (np.abs(WEIGHTS[:, None] * READS * X).sum(axis=1), SIGNS)],
    )


def check_uniform(written: Written) -> None:
    """Equal weights in place of those that were learned."""
    scores = np.array([3.0, 0.0, -1.0, 0.5])
    values = RNG.normal(size=(4, 2))
    wanted = values.mean(axis=0) - softmax(scores) @ values
    compare(
        "with_uniform_weights(scores, values)",
        written.with_uniform_weights(scores, values),
        wanted,
        [
            (-wanted, "new less old"),
            (values.mean(axis=0), "that is the new output: subtract the old one"),
            (values.sum(axis=0) - softmax(scores) @ values, "equal weights add up to 1 as well: 1/S each"),
        ],
    )
    same = np.ones((4, 2))
    compare(
        "and with values that are all the same, where no weight matters,",
        written.with_uniform_weights(scores, same),
        np.zeros(2),
    )


EXERCISE = Exercise(
    "Attention is not explanation",
    "evidence.py",
    TASK,
    STARTER,
    (check_leave_one_out, check_gradient, check_uniform),
)
