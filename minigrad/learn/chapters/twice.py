"""Chapter 8: rules that record themselves, so that a gradient can be differentiated."""

import math
from typing import Any

import numpy as np

from minigrad.learn.chapters.broadcasting import array
from minigrad.learn.chapters.tape import var
from minigrad.learn.exercise import Exercise, Hint
from minigrad.learn.numbers import compare
from minigrad.learn.written import Written

TASK = """\
Add to tape.py gradient(result, x): the gradient of a number along x, as a Var that can be differentiated
again. For that, each rule takes a Var and gives a Var, written in +, *, @ and the like: then a walk back is
recorded as any computation is. `grad` of x stays as it is. backward() walks in the same way, inside
no_grad()."""


def check_first(written: Written) -> None:
    """The gradient, as a Var."""
    x = var(written, 3.0)
    found = written.gradient(x * x, x)
    if not isinstance(found, written.Var):
        raise Hint(
            f"gradient(...) is a Var, to be differentiated again, and yours is a {type(found).__name__}"
        )
    compare("gradient(x * x, x) at 3", found.data, 6.0)
    compare("x.grad, which gradient(...) leaves alone,", x.grad, 0.0)


def check_second(written: Written) -> None:
    """The second derivative of a product, and of tanh."""
    x = var(written, 2.0)
    first = written.gradient(x * x * x, x)
    lost = (
        "the gradient has forgotten what it was computed from: rules that read .data, or a walk inside "
        "no_grad(), "
        "give plain numbers"
    )
    if not first.parents:
        raise Hint(f"gradient(x³, x) has no parents: {lost}")
    compare(
        "the second derivative of x³ at 2",
        written.gradient(first, x).data,
        12.0,
        [
            (0.0, lost),
            (6.0, "a part is missing: each rule of * must read the other operand as a Var"),
            (4.0, "the rule of * reads the other operand as a Var, or its part in the slope is lost"),
            (8.0, "a part is missing: each rule of * must read the other operand as a Var"),
        ],
    )
    x = var(written, 0.5)
    second = written.gradient(written.gradient(x.tanh(), x), x)
    y = math.tanh(0.5)
    compare(
        "the second derivative of tanh at 0.5",
        second.data,
        -2 * y * (1 - y * y),
        [(0.0, "the rule of tanh, g · (1 - y²), reads y as a number: read it as the Var that tanh() gave")],
    )


def check_third(written: Written) -> None:
    """The third, and a mixed one."""
    x = var(written, 0.5)
    d: Any = x.tanh()
    for _ in range(3):
        d = written.gradient(d, x)
    y = math.tanh(0.5)
    compare("the third derivative of tanh at 0.5", d.data, (1 - y * y) * (6 * y * y - 2))
    a, b = var(written, 2.0), var(written, 3.0)
    mixed = written.gradient(written.gradient(a * a * b, a), b)
    compare("∂²(a²b)/∂a∂b at (2, 3)", mixed.data, 4.0)


def check_arrays(written: Written) -> None:
    """A Hessian times a vector, through @, sum and broadcasting."""
    w = np.array([[0.5, -1.0], [0.25, 0.75], [-0.6, 0.1]])
    x0 = np.array([[0.3, -0.7, 1.1], [0.9, 0.2, -0.4]])
    bias = np.array([0.1, -0.2])
    v = np.array([[1.0, 0.5, -1.0], [0.0, 2.0, 1.0]])

    def slope(x: np.ndarray) -> np.ndarray:  # of sum(tanh(x @ w + bias))
        return np.asarray((1 - np.tanh(x @ w + bias) ** 2) @ w.T)

    x, b = array(written, x0), array(written, bias)
    first = written.gradient((x @ array(written, w) + b).tanh().sum(), x)
    compare("the gradient of sum(tanh(x @ w + b)) along x", first.data, slope(x0))
    product = written.gradient((first * array(written, v)).sum(), x)
    h = 1e-5
    compare(
        "the gradient of sum(v * that) along x, a Hessian times v,",
        product.data,
        (slope(x0 + h * v) - slope(x0 - h * v)) / (2 * h),
        [
            (
                np.zeros((2, 3)),
                "nothing came: @, sum and what undoes broadcasting must record themselves as well",
            )
        ],
    )
    s = x.sum()
    square = written.gradient((written.gradient(s * s, x) * array(written, v)).sum(), x)
    compare(
        "the gradient of sum(v * that of sum(x)²) along x",
        square.data,
        np.full((2, 3), 2 * v.sum()),
        [
            (
                np.zeros((2, 3)),
                "what a sum hands back, the gradient spread to x's shape, must be recorded as well",
            )
        ],
    )
    again = written.gradient((first * array(written, v)).sum(), b)
    compare("the same along b, which was broadcast, has its shape: sum of it", np.shape(again.data), (2,))


def check_backward(written: Written) -> None:
    """backward records nothing."""
    x = var(written, 2.0)
    (x * x).backward()
    grad = x.grad
    if getattr(grad, "parents", ()):
        raise Hint("after backward() x.grad remembers how it was computed: walk inside no_grad() there")
    compare("after (x * x).backward() at 2, x.grad", getattr(grad, "data", grad), 4.0)


EXERCISE = Exercise(
    "Gradients of gradients",
    "tape.py",
    TASK,
    "",
    (check_first, check_second, check_third, check_arrays, check_backward),
)
