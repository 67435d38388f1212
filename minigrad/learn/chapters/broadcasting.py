"""Chapter 4: arrays on the tape, and what broadcasting means on the way back."""

from functools import partial
from typing import Any

import numpy as np

from minigrad.learn.exercise import Exercise, Hint
from minigrad.learn.numbers import compare, gradient
from minigrad.learn.written import Written

TASK = """\
Let a Var of tape.py hold a NumPy array (float64), and add: unbroadcast(g, shape), which sums a gradient
back to the shape of what was broadcast; sum(), the sum of all elements; and @, the product of two matrices.
+ and * take arrays of any shapes that NumPy broadcasts; tanh works element by element."""

A = np.array([[0.3, -0.7, 1.1], [0.9, 0.2, -0.4]])  # (2, 3)


def array(written: Written, value: Any) -> Any:
    """A Var of an array."""
    made = written.Var(np.array(value, np.float64))
    if not isinstance(made.data, np.ndarray):
        raise Hint(f"Var(array).data is the array, and yours is a {type(made.data).__name__}")
    return made


def check_unbroadcast(written: Written) -> None:
    """unbroadcast sums over what was stretched."""
    g = np.arange(1.0, 7.0).reshape(2, 3)
    no_sum = "a gradient has the shape of its operand: sum over the axes along which that was stretched"
    compare("unbroadcast of a (2, 3) to (2, 3)", written.unbroadcast(g, (2, 3)), g)
    compare(
        "unbroadcast of [[1, 2, 3], [4, 5, 6]] to (3,)",
        written.unbroadcast(g, (3,)),
        g.sum(axis=0),
        [
            (g, no_sum),
            (g[0], "the first row alone is a part of the gradient: add all rows up"),
            (g.mean(0), "sum"),
        ],
    )
    compare(
        "unbroadcast of [[1, 2, 3], [4, 5, 6]] to (2, 1)",
        written.unbroadcast(g, (2, 1)),
        g.sum(axis=1, keepdims=True),
        [
            (g.sum(axis=1), "the axis of length 1 must stay: keepdims=True"),
            (g, "an axis of length 1 is stretched as well, not only one that was not there"),
        ],
    )
    compare("unbroadcast of a (2, 3) to ()", written.unbroadcast(g, ()), g.sum(), [(g, no_sum)])
    compare("unbroadcast of a (2, 3) to (1, 3)", written.unbroadcast(g, (1, 3)), g.sum(axis=0, keepdims=True))
    compare(
        "unbroadcast of a (4, 2, 3) to (2, 1)",
        written.unbroadcast(np.ones((4, 2, 3)), (2, 1)),
        [[12.0], [12.0]],
    )


def check_sum(written: Written) -> None:
    """The gradient of a sum is one for each element."""
    x = array(written, A)
    total = x.sum()
    compare("the data of x.sum()", total.data, A.sum())
    total.backward()
    compare(
        "after x.sum().backward(), x.grad",
        x.grad,
        np.ones((2, 3)),
        [
            (
                1.0,
                "the sum's gradient is one number, and each element of x has a share of it: spread it to "
                "x's shape",
            )
        ],
    )


def product_and_sum(a: np.ndarray, b: np.ndarray) -> float:
    """Σ (a·b + b)."""
    return float((a * b + b).sum())


def check_broadcast_product(written: Written) -> None:
    """+ and * of arrays that were broadcast."""
    for shape in ((2, 3), (3,), (2, 1), (1, 3), (), (1,)):
        b0 = np.linspace(0.5, 1.5, max(1, int(np.prod(shape)))).reshape(shape)
        a, b = array(written, A), array(written, b0)
        (a * b + b).sum().backward()
        what = f"the gradient of (a * b + b).sum() with a of shape (2, 3) and b of {shape}, along"
        compare(f"{what} a", a.grad, gradient(partial(product_and_sum, b=b0), A))
        compare(f"{what} b", b.grad, gradient(partial(product_and_sum, A), b0))


def check_matmul(written: Written) -> None:
    """The product of matrices."""
    b0 = np.array([[0.5, -1.0], [0.25, 0.75], [-0.6, 0.1]])  # (3, 2)
    weight = np.array([[1.0, 2.0], [3.0, 4.0]])
    a, b = array(written, A), array(written, b0)
    product = a @ b
    compare("the data of a @ b", product.data, A @ b0)
    (product * written.Var(weight)).sum().backward()
    compare("the gradient of (W * (a @ b)).sum() along a, which is W @ b.T,", a.grad, weight @ b0.T)
    compare("the gradient of (W * (a @ b)).sum() along b, which is a.T @ W,", b.grad, A.T @ weight)


def check_own_gradients(written: Written) -> None:
    """No two numbers share the memory of a gradient."""
    a, b = array(written, A), array(written, A)
    ((a + b) + a).sum().backward()
    compare(
        "after ((a + b) + a).sum().backward(), b.grad",
        b.grad,
        np.ones((2, 3)),
        [
            (
                2 * np.ones((2, 3)),
                "+ hands the same array on to both, and you added a's second share to it in place, which "
                "b sees: "
                "write x = x + share, or copy first",
            )
        ],
    )
    compare("after ((a + b) + a).sum().backward(), a.grad", a.grad, 2 * np.ones((2, 3)))


EXERCISE = Exercise(
    "Arrays, and summing back",
    "tape.py",
    TASK,
    "",
    (check_unbroadcast, check_sum, check_broadcast_product, check_matmul, check_own_gradients),
)
