"""Chapter 9: one function with a gradient of its own, in place of a chain of steps."""

import tracemalloc
from typing import Any

import numpy as np

from minigrad.learn.chapters.products import both, softmax
from minigrad.learn.exercise import Exercise, Hint
from minigrad.learn.numbers import compare, gradient
from minigrad.learn.written import Written

TASK = """\
cross_entropy(scores, classes): the mean of -log softmax(scores)[class] over the rows of scores (N, C), with
classes (N,) of integers, and its pull along scores, as one function: exact for large scores, and keeping
one array."""

STARTER = '''\
"""Chapter 9: a fused cross-entropy."""

import numpy as np


def cross_entropy(scores, classes):
    """The mean loss, a number, and pull(g), of the shape of scores; g is a number."""
    raise NotImplementedError
'''

SCORES = np.array([[0.2, -0.4, 1.0], [2.0, 0.3, -1.0], [0.1, 0.1, 0.1], [-1.0, 0.5, 0.4]])
CLASSES = np.array([2, 0, 1, 0])


def loss_of(scores: np.ndarray) -> float:
    """By its formula."""
    return float(-np.log(softmax(scores)[np.arange(len(CLASSES)), CLASSES]).mean())


def check_value(written: Written) -> None:
    """The loss."""
    loss, _ = both(written.cross_entropy(SCORES.copy(), CLASSES), "cross_entropy")
    wanted = loss_of(SCORES)
    compare(
        "the cross-entropy of four rows",
        loss,
        wanted,
        [
            (4 * wanted, "that is the sum over the rows: give the mean"),
            (-wanted, "the sign: a loss is large where the right class has a small probability"),
        ],
    )


def check_gradient(written: Written) -> None:
    """The gradient, (softmax - one-hot) / N."""
    _, pull = both(written.cross_entropy(SCORES.copy(), CLASSES), "cross_entropy")
    wanted = gradient(loss_of, SCORES)
    compare(
        "pull(1.0)",
        pull(1.0),
        wanted,
        [
            (4 * wanted, "the loss is a mean over N rows: divide by N"),
            (-wanted, "the sign is turned"),
            (softmax(SCORES) / 4, "1 is to be subtracted at the right class of each row"),
        ],
    )
    _, pull = both(written.cross_entropy(SCORES.copy(), CLASSES), "cross_entropy")
    compare(
        "pull(2.5)",
        pull(2.5),
        2.5 * wanted,
        [(wanted, "multiply by g: the loss may be a part of a larger one")],
    )


def check_twice(written: Written) -> None:
    """pull twice, and the scores afterwards."""
    scores = SCORES.copy()
    _, pull = both(written.cross_entropy(scores, CLASSES), "cross_entropy")
    first = np.array(pull(1.0))
    compare(
        "a second pull(1.0)",
        pull(1.0),
        first,
        [(pull(1.0), "the first pull changed what was kept: copy it before 1 is subtracted")],
    )
    if not np.array_equal(scores, SCORES):
        raise Hint("the scores that were passed in have changed: they are the caller's")


def check_large(written: Written) -> None:
    """Scores of a thousand."""
    with np.errstate(all="ignore"):
        loss, pull = both(written.cross_entropy(np.array([[1000.0, 0.0]]), np.array([1])), "cross_entropy")
        if not np.isfinite(loss):
            raise Hint(
                "the loss of scores (1000, 0) with class 1 is 1000, and yours is not finite: the log of a "
                "softmax is "
                "x - max - log Σ exp(x - max), where nothing overflows and no log of 0 is taken"
            )
        compare("the loss of scores (1000, 0) with class 1", loss, 1000.0)
        compare("its gradient", pull(1.0), [[1.0, -1.0]])


def check_memory(written: Written) -> None:
    """One array is kept."""
    scores = np.zeros((1000, 1000))
    classes = np.zeros(1000, np.int64)
    written.cross_entropy(scores[:2], classes[:2])
    tracemalloc.start()
    try:
        kept: Any = written.cross_entropy(scores, classes)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    if held > 1.5 * scores.nbytes:
        raise Hint(
            f"for scores of {scores.nbytes / 1e6:.0f} MB {held / 1e6:.0f} MB are kept for pull: the "
            f"probabilities "
            "alone will do, and no one-hot array and no logarithms"
        )
    del kept


EXERCISE = Exercise(
    "Fusing, and memory",
    "fused.py",
    TASK,
    STARTER,
    (check_value, check_gradient, check_twice, check_large, check_memory),
)
