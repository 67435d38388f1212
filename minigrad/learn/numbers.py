"""Numbers to compare with: slopes by finite differences, and how far apart two answers are."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad.learn.exercise import Hint

STEP = 1e-5  # of central differences in float64: the error is about 1e-10


def slopes(f: Callable[..., float], *at: float) -> list[float]:
    """∂f/∂x for each argument, (f(x + h) - f(x - h)) / 2h."""
    found = []
    for i, x in enumerate(at):
        above, below = [*at], [*at]
        above[i], below[i] = x + STEP, x - STEP
        found.append((f(*above) - f(*below)) / (2 * STEP))
    return found


def gradient(f: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray:
    """∂f/∂x of the same shape as `x`, element by element."""
    x = np.asarray(x, np.float64)
    found = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        moved = x.copy()
        moved[index] = x[index] + STEP
        above = f(moved)
        moved[index] = x[index] - STEP
        found[index] = (above - f(moved)) / (2 * STEP)
    return found


def close(a: Any, b: Any, tolerance: float = 1e-6) -> bool:
    """Whether two answers are the same numbers in the same shape, to rounding."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=tolerance, atol=tolerance))


def text(value: Any) -> str:
    """Numbers to be read in a sentence."""
    if isinstance(value, (tuple, list)):
        return "(" + ", ".join(map(text, value)) + ")"
    array = np.asarray(value)
    if array.ndim == 0 and array.dtype.kind in "fiu":
        return f"{float(array):.6g}"
    return np.array2string(array, precision=4, separator=", ").replace("\n", "")


def compare(
    what: str, got: Any, wanted: Any, mistakes: Sequence[tuple[Any, str]] = (), tolerance: float = 1e-6
) -> None:
    """Raise a Hint unless `got` is `wanted`: that of the known mistake which gives this answer, if any does.

    `mistakes` are pairs of an answer and what is wrong with it.
    """
    try:
        as_numbers = np.asarray(got, np.float64)
    except (TypeError, ValueError):
        raise Hint(f"{what} should be numbers, {text(wanted)}, and is {got!r}") from None
    if close(as_numbers, wanted, tolerance):
        return
    for wrong, hint in mistakes:
        if close(as_numbers, wrong, tolerance):
            raise Hint(f"{what} is {text(wanted)}, and yours is {text(got)}: {hint}")
    if as_numbers.shape != np.shape(wanted):
        raise Hint(f"{what} has the shape {np.shape(wanted)}, and yours has {as_numbers.shape}")
    raise Hint(f"{what} is {text(wanted)}, and yours is {text(got)}")
