"""Products whose summed axes differ in length."""

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.mistakes.broadcasting import clashing, length_along
from minigrad.mistakes.shapes import Shape, shape_of


def product(name: str, s: Shape, t: Shape) -> str | None:
    """What keeps matrices, or rows and columns, of shapes s and t from being multiplied."""
    if not s or not t:
        return (
            f"{name} of {s} and {t}: it multiplies vectors and matrices, and one of these is a number: "
            "write a * b"
        )
    inner = max(len(t) - 2, 0)
    if s[-1] != t[inner]:
        return (
            f"{name} of {s} and {t}: the last axis of the first (axis {len(s) - 1}) has {s[-1]} and axis "
            f"{inner} of the second {t[inner]}, which must be equal: {_turned(s, t)}"
        )
    clash = clashing([s[:-2], t[:-2]])
    if clash is None:
        return None
    axis, ndim = clash[2], max(len(s), len(t)) - 2
    m, n = length_along(s[:-2], axis, ndim), length_along(t[:-2], axis, ndim)
    return (
        f"{name} of {s} and {t}: the axes before the last two are broadcast, and axis {axis} of the result "
        f"would be {m} by the first and {n} by the second, which must be equal or 1: reshape one of them, or "
        "write a[:, None] for the product of every pair"
    )


def _turned(s: Shape, t: Shape) -> str:
    """How the operands would fit: one of them transposed, or the other way round."""
    if len(s) == len(t) == 1:
        return "for the product of every pair write np.outer(a, b)"
    if len(t) > 1 and s[-1] == t[-1]:
        return f"write a @ b.{'T' if len(t) == 2 else 'mT'}"
    if len(s) > 1 and s[-2] == t[max(len(t) - 2, 0)]:
        return f"write a.{'T' if len(s) == 2 else 'mT'} @ b"
    if t[-1] == s[max(len(s) - 2, 0)]:
        return "write b @ a"
    return "reshape one of them, or look at where their last axes come from"


def _matmul(a: Any, b: Any) -> str | None:
    return product("matmul", shape_of(a), shape_of(b))


def _dot(a: Any, b: Any) -> str | None:
    return product("dot", shape_of(a), shape_of(b)) if shape_of(a) and shape_of(b) else None


def _inner(a: Any, b: Any) -> str | None:
    s, t = shape_of(a), shape_of(b)
    if not s or not t or s[-1] == t[-1]:
        return None
    return (
        f"inner of {s} and {t}: the last axes have {s[-1]} and {t[-1]}, and must be equal: "
        f"{'write a @ b' if s[-1] == t[max(len(t) - 2, 0)] else 'transpose or reshape one of them'}"
    )


def _vdot(a: Any, b: Any) -> str | None:
    s, t = shape_of(a), shape_of(b)
    sizes = int(np.prod(s)), int(np.prod(t))
    return (
        f"vdot of {s} and {t}: it multiplies element by element, and there are {sizes[0]} and {sizes[1]}: "
        "give operands of one size"
    )


def _vecdot(a: Any, b: Any, axis: int = -1) -> str | None:
    s, t = shape_of(a), shape_of(b)
    if s[axis] == t[axis]:
        return None
    return (
        f"vecdot of {s} and {t}: along axis {axis}, which it sums over, there are {s[axis]} and {t[axis]}: "
        "give vectors of one length"
    )


def _matvec(a: Any, b: Any) -> str | None:
    return product("matvec", shape_of(a), (*shape_of(b), 1))


def _vecmat(a: Any, b: Any) -> str | None:
    s = shape_of(a)
    return product("vecmat", (*s[:-1], 1, s[-1]), shape_of(b))


def _solve(a: Any, b: Any) -> str | None:
    s, t = shape_of(a), shape_of(b)
    if len(s) < 2 or s[-1] != s[-2]:
        return f"linalg.solve of {s} and {t}: the first is a square matrix: for others write np.linalg.lstsq"
    rows = 0 if len(t) == 1 else len(t) - 2
    if t and t[rows] != s[-1]:
        return (
            f"linalg.solve of {s} and {t}: axis {rows} of the second has {t[rows]}, and the matrix {s[-1]} "
            "rows: they must be equal"
        )
    return None


EXPLAINED: dict[str, Callable[..., str | None]] = {
    "matmul": _matmul,
    "dot": _dot,
    "inner": _inner,
    "vdot": _vdot,
    "vecdot": _vecdot,
    "matvec": _matvec,
    "vecmat": _vecmat,
    "linalg.solve": _solve,
}
