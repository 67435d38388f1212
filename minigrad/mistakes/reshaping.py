"""Sizes that differ, axes in an order that is none, and what else keeps elements from another place."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.mistakes.shapes import Shape, as_shape, axes, shape_of


def _reshape(x: Any, shape: Any) -> str | None:
    s, parts = shape_of(x), (shape,) if np.ndim(shape) == 0 else tuple(shape)
    if not all(isinstance(n, (int, np.integer)) for n in parts):
        wrong = next(n for n in parts if not isinstance(n, (int, np.integer)))
        return f"reshape takes lengths as integers, and got {wrong!r}: write int(...), or // in place of /"
    t, size = as_shape(shape), math.prod(s)
    if sum(n < 0 for n in t) > 1:
        return f"reshape of {s} to {t}: one length at most may be -1, which is worked out from the others"
    known = math.prod(n for n in t if n != -1)
    if -1 in t and (known == 0 or size % known):
        return (
            f"reshape of {s} to {t}: {size} elements cannot be cut into parts of {known}, so there is no "
            f"number for -1: {_other_shape(size, t)}"
        )
    if -1 not in t and known != size:
        return f"reshape of {s} to {t}: {size} elements do not make {known}: {_other_shape(size, t)}"
    return None


def _ravel(x: Any, order: Any = "C") -> str | None:
    if isinstance(order, str):
        return None
    return (
        f"ravel, or flatten, of {shape_of(x)} joins all axes, and got {order} to start from: write "
        "t.reshape(t.shape[0], -1) to keep the first"
    )


def _pad(x: Any, pad_width: Any) -> str | None:
    s, given = shape_of(x), np.shape(pad_width)
    if len(given) != 2 or given[0] in (1, len(s)):
        return None
    return (
        f"pad of {s} got {given[0]} pairs of widths for {axes(len(s))}: give a pair for each, or one for all"
    )


def _repeat(x: Any, repeats: Any, axis: Any = None) -> str | None:
    s, times = shape_of(x), shape_of(repeats)
    n = math.prod(s) if axis is None else s[axis]
    if times in ((), (1,), (n,)):
        return None
    return f"repeat of {s} got repeats {times} for {n} elements: give one number, or one for each of them"


def _diagonal(x: Any) -> str | None:
    s = shape_of(x)
    if len(s) > 1:
        return None
    return (
        f"a diagonal of {s}, which has {axes(len(s))}, and needs two: for a matrix with it write mg.diag(x)"
    )


def _topk(x: Any, axis: Any = -1) -> str | None:
    s = shape_of(x)
    if -len(s) <= axis < len(s):
        return None
    return f"topk got axis {axis}, and the array {s} has {axes(len(s))}, {-len(s)} to {len(s) - 1}"


def _other_shape(size: int, t: Shape) -> str:
    """A shape near to `t` that has `size` elements: one of its lengths left to be worked out."""
    for place in range(len(t)):
        rest = math.prod(n for i, n in enumerate(t) if i != place)
        if -1 not in t and rest > 0 and size % rest == 0:
            return f"for example {(*t[:place], -1, *t[place + 1 :])}, whose -1 would be {size // rest}"
    return f"the lengths must multiply to {size}"


def _transpose(x: Any, axes: Any = None) -> str | None:
    s = shape_of(x)
    if axes is None:
        return None
    given, all_axes = as_shape(axes), f"{len(s)} axes"
    if len(given) == 2 != len(s) and all(-len(s) <= axis < len(s) for axis in given):
        return (
            f"transpose of {s} by {given}: it takes the order of all {all_axes}, here "
            f"{_exchanged(len(s), *given)}; to exchange two of them write t.swapaxes{given}"
        )
    if len(given) != len(s):
        return (
            f"transpose of {s} by {given}: it takes the order of all {all_axes}, for example "
            f"{tuple(reversed(range(len(s))))}"
        )
    if any(not -len(s) <= axis < len(s) for axis in given):
        wrong = next(axis for axis in given if not -len(s) <= axis < len(s))
        return (
            f"transpose of {s} by {given}: there is no axis {wrong}, axes go from {-len(s)} to {len(s) - 1}"
        )
    twice = next((axis for axis in given if [a % len(s) for a in given].count(axis % len(s)) > 1), None)
    if twice is None:
        return None
    return f"transpose of {s} by {given}: name each axis once, and {twice} is there twice"


def _exchanged(n: int, i: int, j: int) -> Shape:
    order = list(range(n))
    order[i], order[j] = order[j], order[i]
    return tuple(order)


def _squeeze(x: Any, axis: Any = None) -> str | None:
    s = shape_of(x)
    for i in () if axis is None else as_shape(axis):
        if -len(s) <= i < len(s) and s[i] != 1:
            return (
                f"squeeze of axis {i} of {s}: its length is {s[i]}, and only an axis of length 1 can go: "
                "write t.reshape(...), or reduce over it, t.sum(axis)"
            )
    return None


EXPLAINED: dict[str, Callable[..., str | None]] = {
    "reshape": _reshape,
    "ravel": _ravel,
    "transpose": _transpose,
    "squeeze": _squeeze,
    "pad": _pad,
    "repeat": _repeat,
    "diagonal": _diagonal,
    "trace": _diagonal,
    "topk": _topk,
}
