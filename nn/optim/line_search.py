"""How far to go along a direction: a step that lowers the loss enough, and the slope as well."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

ENOUGH, FLAT = 1e-4, 0.9  # c₁ and c₂ of the Wolfe conditions
TOLERANCE = 1e-9


class Point(NamedTuple):
    """What is known at a step of length t along the direction d."""

    t: float
    loss: float
    gradient: np.ndarray  # (N,)
    slope: float  # gradient·d


def strong_wolfe(
    at: Callable[[float], Point], start: Point, t: float, reach: float, most: int
) -> tuple[Point, int]:
    """A point of the strong Wolfe conditions, from a first guess t, and how often the loss was computed.

    loss(t) ≤ loss(0) + c₁·t·slope(0) and |slope(t)| ≤ c₂·|slope(0)|  (Nocedal and Wright, 2006, algorithms
    3.5 and 3.6), as PyTorch goes about it.  The search ends after `most` further points, or where no entry
    of the parameters would move by 1e-9 in what is left, `reach` being the greatest of |d|.
    """
    before, here, tried = start, at(t), 0
    while tried < most:
        if _too_high(here, start) or (tried > 1 and here.loss >= before.loss):
            ends = before, here
            break
        if _is_flat(here, start):
            return here, tried + 1
        if here.slope >= 0:
            ends = before, here
            break
        further = here.t + 0.01 * (here.t - before.t), here.t * 10
        before, here = here, at(_lowest(before, here, *further))
        tried += 1
    else:
        ends = start, here
    low, high = sorted(ends, key=lambda point: point.loss)
    was_near_end = False
    while tried < most and abs(high.t - low.t) * reach >= TOLERANCE:
        left, right = sorted((low.t, high.t))
        t, margin = _lowest(low, high, left, right), 0.1 * (right - left)
        is_near_end = min(right - t, t - left) < margin
        if is_near_end and (was_near_end or t >= right or t <= left):
            t = right - margin if right - t < t - left else left + margin
            is_near_end = False
        was_near_end = is_near_end
        here = at(t)
        tried += 1
        if _too_high(here, start) or here.loss >= low.loss:
            low, high = sorted((low, here), key=lambda point: point.loss)
            continue
        if _is_flat(here, start):
            return here, tried + 1
        low, high = here, low if here.slope * (high.t - low.t) >= 0 else high
    return low, tried + 1


def _too_high(here: Point, start: Point) -> bool:
    return here.loss > start.loss + ENOUGH * here.t * start.slope


def _is_flat(here: Point, start: Point) -> bool:
    return abs(here.slope) <= -FLAT * start.slope


def _lowest(one: Point, other: Point, least: float, most: float) -> float:
    """Where the cubic through two points with their slopes is lowest, in [least, most]; else its middle.

    Nocedal and Wright (2006), equation 3.59.
    """
    left, right = sorted((one, other), key=lambda point: point.t)
    if left.t == right.t:
        return (least + most) / 2
    d1 = left.slope + right.slope - 3 * (left.loss - right.loss) / (left.t - right.t)
    square = d1 * d1 - left.slope * right.slope
    d2 = math.sqrt(square) if square >= 0 else math.nan
    width = right.slope - left.slope + 2 * d2
    share = (right.slope + d2 - d1) / width if width else math.nan
    if not math.isfinite(share):
        return (least + most) / 2
    return min(max(right.t - (right.t - left.t) * share, least), most)
