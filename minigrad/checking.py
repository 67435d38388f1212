"""Proof of a derivative: the gradient that the engine gives, against finite differences."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad.autodiff import grad
from minigrad.modes import no_grad
from minigrad.ops.joining import concatenate
from minigrad.ops.shape import ravel
from minigrad.tensor import Tensor


class GradientError(AssertionError):
    """A gradient that disagrees with finite differences."""


def check_grads(
    f: Callable[..., Any],
    args: Sequence[Any],
    order: int = 2,
    *,
    rtol: float = 1e-5,
    atol: float = 1e-6,
    eps: float = 1e-6,
    seed: int = 0,
) -> None:
    """Check every derivative of `f` at `args`, up to `order`, element by element.

    The result of f is reduced to Σu·f(args), with u drawn from a normal distribution (`seed`).  The
    gradient of that by each element of each float argument is compared with the central difference
    (s(x + h) - s(x - h))/2h, h = eps·max(1, |x|).  For the next order the same is done to the
    gradient itself.  It takes 2 evaluations of f per element and order: give small arrays.

    Raises GradientError with the argument, the index, what was expected and what came; TypeError
    for float32 arguments, whose rounding would drown the differences.
    """
    arrays = [x.data if isinstance(x, Tensor) else np.asarray(x) for x in args]
    for i, array in enumerate(arrays):
        if array.dtype.kind == "f" and array.dtype != np.float64:
            raise TypeError(
                f"check_grads needs float64, and argument {i} is {array.dtype}, whose rounding is as large "
                "as the differences to be measured: pass x.astype(np.float64)"
            )
    places = tuple(i for i, array in enumerate(arrays) if array.dtype.kind == "f")
    if not places:
        raise TypeError("check_grads needs a float64 argument to differentiate by, and got none")
    rng = np.random.default_rng(seed)
    _check(f, arrays, places, order, 1, rng, rtol, atol, eps)


def _check(
    f: Callable[..., Any],
    arrays: list[np.ndarray],
    places: tuple[int, ...],
    order: int,
    level: int,
    rng: np.random.Generator,
    rtol: float,
    atol: float,
    eps: float,
) -> None:
    with no_grad():
        weights = rng.normal(size=np.shape(f(*map(_constant, arrays)))) + 0.1

    def projected(*args: Any) -> Tensor:
        return (f(*args) * weights).sum()

    gradient = grad(projected, places)
    got = gradient(*arrays)
    for place, analytic in zip(places, got, strict=True):
        numeric = _differences(projected, arrays, place, eps)
        _compare(analytic.numpy(), numeric, place, level, rtol, atol)
    if level < order:

        def flat_gradient(*args: Any) -> Tensor:
            return concatenate([ravel(g) for g in gradient(*args)])

        _check(flat_gradient, arrays, places, order, level + 1, rng, rtol, atol, eps)


def _differences(s: Callable[..., Tensor], arrays: list[np.ndarray], place: int, eps: float) -> np.ndarray:
    """∂s/∂arrays[place] by central differences."""
    numeric = np.zeros(arrays[place].shape)
    for index in np.ndindex(numeric.shape):
        step = eps * max(1.0, abs(float(arrays[place][index])))
        ends = []
        for sign in (1, -1):
            moved = list(arrays)
            moved[place] = arrays[place].copy()
            moved[place][index] += sign * step
            with no_grad():
                ends.append(float(s(*map(_constant, moved)).item()))
        numeric[index] = (ends[0] - ends[1]) / (2 * step)
    return numeric


def _constant(array: np.ndarray) -> Any:
    return Tensor(array) if array.dtype.kind == "f" else array


def _compare(got: np.ndarray, expected: np.ndarray, place: int, level: int, rtol: float, atol: float) -> None:
    if got.shape != expected.shape:
        raise GradientError(
            f"order {level}, argument {place}: the gradient has shape {got.shape}, "
            f"the argument {expected.shape}"
        )
    error = np.abs(got - expected)
    allowed = atol + rtol * np.abs(expected)
    wrong = ~(error <= allowed)  # a NaN is wrong
    if not wrong.any():
        return
    excess = np.where(np.isnan(error), np.inf, error - allowed)
    worst = tuple(int(i) for i in np.unravel_index(int(np.argmax(excess)), error.shape))
    raise GradientError(
        f"order {level}, argument {place}: {int(wrong.sum())} of {error.size} elements of the gradient "
        f"differ from finite differences. The worst is at index {worst}: expected {expected[worst]:.9g}, "
        f"got {got[worst]:.9g}"
    )
