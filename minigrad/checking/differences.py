"""Slopes of a function by finite differences, from both sides."""

import warnings
from collections.abc import Callable
from functools import partial
from typing import Literal, NamedTuple

import numpy as np

# Slopes further apart than this, in proportion, are looked at with finer steps.
_SUSPICIOUS = 1e-4
# A double's relative rounding error, after some arithmetic.
_ROUNDING = 1e-14
_FINER = 8
_TIMES = 3  # that often


class KinkWarning(UserWarning):
    """check_grads at a point where the function has no derivative, or one that jumps."""


class Slopes(NamedTuple):
    """The central difference at each element of an array, and the one-sided ones to its left and right.

    At a kink, left and right differ; elsewhere they are the central one.  `jumps` is where the function
    itself is discontinuous, so that it has no slope at all.  `middle` is its value, and `noise` what
    rounding of that does to a slope.
    """

    central: np.ndarray
    left: np.ndarray
    right: np.ndarray
    jumps: np.ndarray
    middle: float
    noise: np.ndarray

    @property
    def kinks(self) -> np.ndarray:
        return (self.left != self.right) | self.jumps


class _Sides(NamedTuple):
    """The slopes to both sides by one step."""

    left: float
    right: float
    noise: float

    @property
    def central(self) -> float:
        return (self.left + self.right) / 2

    @property
    def scale(self) -> float:
        return max(1.0, abs(self.left), abs(self.right))

    @property
    def agree(self) -> bool:
        return not abs(self.right - self.left) > _SUSPICIOUS * self.scale + self.noise

    def has_grown_from(self, coarser: "_Sides") -> bool:
        """As across a jump, which is the steeper the shorter the step."""
        return max(abs(self.left), abs(self.right)) > _FINER / 2 * coarser.scale + self.noise


def slopes(
    s: Callable[[np.ndarray], float], x: np.ndarray, middle: float, got: np.ndarray, eps: float
) -> Slopes:
    """∂s/∂x by s(x ± h) with h = eps·max(1, |x|), one element after the other; `middle` is s(x).

    Where the sides disagree with each other, or with the gradient `got`, finer steps tell why: a bend shrinks
    with the step, a kink stays, and a jump grows; beside a kink the sides agree once the step is too short
    to reach it.
    """
    central, left, right, noise = (np.zeros(x.shape) for _ in range(4))
    found = Slopes(central, left, right, np.zeros(x.shape, bool), middle, noise)
    for index in np.ndindex(x.shape):
        step = eps * max(1.0, abs(float(x[index]))) if np.isfinite(x[index]) else eps
        sides, kind = _looked_at(partial(_sides, s, x, index, middle), step, float(got[index]))
        found.noise[index] = sides.noise
        found.central[index] = found.left[index] = found.right[index] = sides.central
        found.jumps[index] = kind == "jump"
        if kind == "kink":
            found.left[index], found.right[index] = sides.left, sides.right
    return found


def _looked_at(
    sides_by: Callable[[float], _Sides], step: float, got: float
) -> tuple[_Sides, Literal["smooth", "kink", "jump"]]:
    """The sides that tell the slope, and what stands there."""
    first = before = sides_by(step)
    if first.agree and abs(first.central - got) <= _SUSPICIOUS * first.scale + first.noise:
        return first, "smooth"
    for turn in range(_TIMES):
        step /= _FINER
        now = sides_by(step)
        grows = now.has_grown_from(before)
        if now.agree and not grows:  # the coarsest step is the least rounded
            return first if first.agree and turn == 0 else now, "smooth"
        before, last = now, before
    if grows:
        return last, "jump"
    bends = abs(now.right - now.left) < abs(first.right - first.left) / 2
    return now, "smooth" if bends else "kink"


def warn_of_kinks(found: Slopes, x: np.ndarray, level: int, name: str, stacklevel: int) -> None:
    """One KinkWarning that names the first place, if there is any; `level` is the order of the derivative."""
    places = np.argwhere(found.kinks)
    if not len(places):
        return
    first = tuple(int(i) for i in places[0])
    function = "the function" if level == 1 else f"its derivative of order {level - 1}"
    what = (
        f"{function} jumps there, and is not checked"
        if found.jumps[first]
        else f"the slope is {found.left[first]:.6g} to its left and {found.right[first]:.6g} to its right, "
        "and any value between them is accepted"
    )
    warnings.warn(
        f"order {level}, {name}: {len(places)} of {x.size} elements lie at a kink. The first is at index "
        f"{first}, where the argument is {x[first]:.6g}: {what}. Move the arguments away from it to be sure",
        KinkWarning,
        stacklevel=stacklevel,
    )


def _sides(
    s: Callable[[np.ndarray], float], x: np.ndarray, index: tuple[int, ...], middle: float, step: float
) -> _Sides:
    ends = []
    for sign in (-1, 1):
        moved = x.copy()
        moved[index] += sign * step
        ends.append(s(moved))
    return _Sides((middle - ends[0]) / step, (ends[1] - middle) / step, _ROUNDING * abs(middle) / step)
