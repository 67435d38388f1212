"""Chapter 7: checking gradients."""

from typing import Any

import numpy as np

from minigrad.learn.exercise import Exercise, Hint
from minigrad.learn.numbers import compare
from minigrad.learn.written import Written

TASK = """\
A check of gradients that can be relied upon: numerical_gradient(f, x), by central differences over each
element, and agree(a, b), whether two gradients are the same but for rounding."""

STARTER = '''\
"""Chapter 7: checking gradients by differences."""

import numpy as np


def numerical_gradient(f, x):
    """∂f/∂x for a function f of an array x that gives a number; x itself stays as it is."""
    raise NotImplementedError


def agree(a, b):
    """Whether two gradients are the same, however large or small they are."""
    raise NotImplementedError
'''


def cubes(x: np.ndarray) -> float:
    """Σ x³."""
    return float((np.asarray(x, np.float64) ** 3).sum())


def check_gradient(written: Written) -> None:
    """A gradient, element by element."""
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    found = written.numerical_gradient(cubes, x)
    compare("the numerical gradient of Σ x³", found, 3 * x**2, tolerance=1e-3)


def check_exact(written: Written) -> None:
    """Accurate to eight digits."""
    x = np.array([1.0, -2.0, 0.5])
    error = float(np.abs(np.asarray(written.numerical_gradient(cubes, x)) - 3 * x**2).max())
    if error > 1e-7:
        raise Hint(
            f"for Σ x³ yours is off by {error:.1e}: (f(x + h) - f(x - h)) / 2h with h about 1e-5 is off "
            f"by 1e-10; "
            "a one-sided difference is off by h itself, a much smaller h by the rounding of f"
        )


def check_untouched(written: Written) -> None:
    """x stays as it is."""
    x = np.array([1.0, -2.0, 0.5])
    written.numerical_gradient(cubes, x)
    if not np.array_equal(x, [1.0, -2.0, 0.5]):
        raise Hint(
            f"x was [1, -2, 0.5] and is {x.tolist()} afterwards: work on a copy, or put each element back"
        )


def check_float32(written: Written) -> None:
    """float32 and whole numbers are computed with in float64."""
    for dtype in (np.int64, np.float32):
        x = np.array([1, -2, 3], dtype)
        try:
            compare(
                f"the numerical gradient of Σ x³ at [1, -2, 3] in {np.dtype(dtype)}",
                written.numerical_gradient(cubes, x),
                [3.0, 12.0, 27.0],
            )
        except Hint as error:
            raise Hint(
                f"{error}: copy x as float64 first, since h is cut off in whole numbers, and drowns in the "
                "rounding of float32"
            ) from None


def check_agree(written: Written) -> None:
    """Right gradients agree, wrong ones do not, at any size."""

    def ask(a: Any, b: Any, wanted: bool, why: str) -> None:
        a, b = np.array(a), np.array(b)
        got = written.agree(a, b)
        if bool(got) is not wanted:
            raise Hint(f"agree({a.tolist()}, {b.tolist()}) should be {wanted}: {why}")

    ask([1.0, 2.0], [1.0 + 1e-9, 2.0], True, "they differ by rounding")
    ask([1.0, 2.0], [1.01, 2.0], False, "a wrong rule can be off by one percent")
    ask(
        [1e-6, 2e-6], [1e-6, 4e-6], False, "small gradients can be wrong as well: compare with their own size"
    )
    ask(
        [1e6, 2e6], [1e6 + 0.01, 2e6], True, "large ones carry a larger rounding: compare with their own size"
    )
    ask([0.0, 1.0], [1e-12, 1.0], True, "beside a 0 only the size of the others says what rounding is")
    ask([np.nan, 1.0], [np.nan, 1.0], False, "what is no number is no gradient")
    ask(
        [1.0, 2.0],
        [[1.0, 2.0], [1.0, 2.0]],
        False,
        "shapes that differ are a mistake, though NumPy broadcasts them",
    )


EXERCISE = Exercise(
    "Checking gradients",
    "differences.py",
    TASK,
    STARTER,
    (check_gradient, check_exact, check_untouched, check_float32, check_agree),
)
