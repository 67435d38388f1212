"""Slopes of a function by finite differences, from both sides."""

import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

# One-sided slopes further apart than this, in proportion, are looked at with a finer step.
_SUSPICIOUS = 1e-4
# A double's relative rounding error, after some arithmetic.
_ROUNDING = 1e-14
_FINER = 8


class KinkWarning(UserWarning):
    """check_grads at a point where the function has no derivative, or one that jumps."""


class Slopes(NamedTuple):
    """The central difference at each element of an array, and the one-sided ones to its left and right.

    At a kink, left and right differ; elsewhere they are the central one.  `jumps` is where the function
    itself is discontinuous, so that it has no slope at all.
    """

    central: np.ndarray
    left: np.ndarray
    right: np.ndarray
    jumps: np.ndarray

    @property
    def kinks(self) -> np.ndarray:
        return (self.left != self.right) | self.jumps


def slopes(s: Callable[[np.ndarray], float], x: np.ndarray, eps: float) -> Slopes:
    """∂s/∂x by s(x ± h) with h = eps·max(1, |x|), one element after the other.

    Smooth functions can bend as well: where the sides disagree, a finer step decides.  A bend shrinks
    with the step, a kink stays, and a jump grows.
    """
    found = Slopes(np.zeros(x.shape), np.zeros(x.shape), np.zeros(x.shape), np.zeros(x.shape, bool))
    middle = s(x)
    for index in np.ndindex(x.shape):
        step = eps * max(1.0, abs(float(x[index]))) if np.isfinite(x[index]) else eps
        left, right = _sides(s, x, index, step, middle)
        central = (left + right) / 2
        noise = _ROUNDING * abs(middle) / step
        scale = max(1.0, abs(left), abs(right))
        if abs(right - left) > _SUSPICIOUS * scale + noise:
            finer_left, finer_right = _sides(s, x, index, step / _FINER, middle)
            if max(abs(finer_left), abs(finer_right)) > _FINER / 2 * scale:
                found.jumps[index] = True
            elif abs(finer_right - finer_left) < abs(right - left) / 2:  # a bend, or a kink beside x
                central = (finer_left + finer_right) / 2
            else:
                found.central[index], found.left[index], found.right[index] = central, finer_left, finer_right
                continue
        found.central[index] = found.left[index] = found.right[index] = central
    return found


def warn_of_kinks(found: Slopes, x: np.ndarray, where: str, stacklevel: int) -> None:
    """One KinkWarning that names the first place, if there is any."""
    places = np.argwhere(found.kinks)
    if not len(places):
        return
    first = tuple(int(i) for i in places[0])
    what = (
        "the function jumps there, and is not checked"
        if found.jumps[first]
        else f"the slope is {found.left[first]:.6g} to its left and {found.right[first]:.6g} to its right, "
        "and any value between them is accepted"
    )
    warnings.warn(
        f"{where}: {len(places)} of {x.size} elements lie at a kink. The first is at index {first}, "
        f"where the argument is {x[first]:.6g}: {what}. Move the arguments away from it to be sure",
        KinkWarning,
        stacklevel=stacklevel,
    )


def _sides(
    s: Callable[[np.ndarray], float], x: np.ndarray, index: tuple[int, ...], step: float, middle: float
) -> tuple[float, float]:
    ends = []
    for sign in (-1, 1):
        moved = x.copy()
        moved[index] += sign * step
        ends.append(s(moved))
    return (middle - ends[0]) / step, (ends[1] - middle) / step
