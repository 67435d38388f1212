"""Chapter 5: vector-Jacobian products, and the Jacobian that they stand for."""

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.learn.exercise import Exercise, Hint
from minigrad.learn.numbers import compare, gradient
from minigrad.learn.written import Written

TASK = """\
Three functions on NumPy arrays. Each vjp_... gives the value and a function `pull`: it takes the gradient g
of the value, of its shape, and gives that of x, without the Jacobian ever being made. jacobian(vjp, x)
makes it, row by row, by pulling."""

STARTER = '''\
"""Chapter 5: vector-Jacobian products."""

import numpy as np


def vjp_product(w, x):
    """w @ x for a matrix w (M, N) and a vector x (N,), and the pull along x."""
    y = w @ x

    def pull(g):  # g (M,), to give (N,)
        raise NotImplementedError

    return y, pull


def vjp_softmax(x):
    """The softmax over the last axis of x (..., N), and its pull: y · (g - Σ g·y), from the result y."""
    raise NotImplementedError


def jacobian(vjp, x):
    """The matrix (M, N) of ∂y_i/∂x_j, for y, pull = vjp(x) with vectors x (N,) and y (M,)."""
    raise NotImplementedError
'''

W = np.array([[1.0, -2.0, 0.5], [0.3, 0.8, -1.5]])
X = np.array([0.2, -0.4, 1.0])
ROWS = np.array([[0.2, -0.4, 1.0, 0.1], [2.0, 0.3, -1.0, 0.7]])


def softmax(x: np.ndarray) -> np.ndarray:
    """Over the last axis."""
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def both(given: Any, name: str) -> tuple[Any, Callable[[Any], Any]]:
    """A value and a pull, in the form that is asked for."""
    if not (isinstance(given, tuple) and len(given) == 2 and callable(given[1])):
        raise Hint(f"{name} gives a value and a function pull, and yours gave {given!r}")
    return given


def check_product(written: Written) -> None:
    """The pull of a product with a matrix."""
    y, pull = both(written.vjp_product(W, X), "vjp_product")
    compare("w @ x", y, W @ X)
    g = np.array([1.0, 2.0])
    compare(
        "pull([1, 2]) along x, g @ w,",
        pull(g),
        gradient(lambda x: float(g @ (W @ x)), X),
        [(W.sum(axis=0), "each row of w counts as often as g says: multiply by g"), (W[0], "all rows count")],
    )


def check_softmax(written: Written) -> None:
    """The pull of a softmax, row by row."""
    y, pull = both(written.vjp_softmax(ROWS), "vjp_softmax")
    wanted = softmax(ROWS)
    compare(
        "the softmax of two rows",
        y,
        wanted,
        [
            (
                softmax(ROWS.ravel()).reshape(ROWS.shape),
                "each row has its own sum, 1: divide along the last axis",
            ),
            (np.exp(ROWS) / np.exp(ROWS).sum(axis=0), "the sum goes along the last axis"),
        ],
    )
    g = np.array([[1.0, 0.0, -2.0, 0.5], [0.3, 1.0, 0.0, -1.0]])
    compare(
        "pull(g) of the softmax",
        pull(g),
        gradient(lambda x: float((g * softmax(x)).sum()), ROWS),
        [
            (g * wanted * (1 - wanted), "that is its diagonal: each output also falls as the others rise"),
            (wanted * (g - (g * wanted).sum()), "Σ g·y goes over each row by itself: axis=-1, keepdims=True"),
            (g - (g * wanted).sum(-1, keepdims=True), "the factor y is missing"),
            (wanted * g, "- Σ g·y is missing"),
        ],
    )


def check_large(written: Written) -> None:
    """Large numbers."""
    with np.errstate(all="ignore"):
        y, pull = both(written.vjp_softmax(np.array([1000.0, 0.0])), "vjp_softmax")
        if not np.isfinite(np.asarray(y)).all():
            raise Hint(
                "the softmax of (1000, 0) is (1, 0), and yours is not finite: subtract the largest before exp"
            )
        compare("the softmax of (1000, 0)", y, [1.0, 0.0])
        compare("pull((1, 1)) there", pull(np.array([1.0, 1.0])), [0.0, 0.0])


def check_jacobian(written: Written) -> None:
    """The Jacobian, from pulls."""
    wanted = W * (1 - np.tanh(W @ X) ** 2)[:, None]
    asked = []

    def layer(x: np.ndarray) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
        y = np.tanh(W @ x)

        def pull(g: np.ndarray) -> np.ndarray:
            if np.shape(g) != (2,):
                raise Hint(
                    f"pull takes a gradient of y's shape (2,), and your jacobian gave it {np.shape(g)}"
                )
            asked.append(g)
            return np.asarray((g * (1 - y * y)) @ W)

        return y, pull

    found = written.jacobian(layer, X)
    if not asked:
        raise Hint(
            "jacobian(vjp, x) did not call pull: a row i is pull(e_i), with e_i 1 at i and 0 elsewhere"
        )
    compare(
        "the Jacobian of tanh(w @ x), (2, 3),",
        found,
        wanted,
        [
            (wanted.T, "that is transposed: pull(e_i) is the row i"),
            (wanted.sum(axis=0), "one pull for each row"),
        ],
    )


EXERCISE = Exercise(
    "Vector-Jacobian products",
    "products.py",
    TASK,
    STARTER,
    (check_product, check_softmax, check_large, check_jacobian),
)
