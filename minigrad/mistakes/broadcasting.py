"""Shapes that do not broadcast: the axis on which they clash, and how to bring them together."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from minigrad.mistakes.shapes import Shape, as_shape, axes, shape_of


def not_broadcast(name: str, error: Exception, arguments: Mapping[str, Any]) -> str | None:
    """Where NumPy could not bring the operands to one shape, of which its error names those that clash."""
    said = str(error)
    if "broadcast" not in said:
        return None
    found = [_read(text) for text in re.findall(r"shapes?[^(]*((?:\([\d, ]*\)[ ,]*)+)", said)]
    given = [shape for shapes in found for shape in shapes]
    clash = clashing(given)
    if clash is None:
        return None
    i, j, axis = clash
    own = {key: shape_of(x) for key, x in arguments.items() if hasattr(x, "shape")}
    named = [next((key for key, shape in own.items() if shape == given[k]), "") for k in (i, j)]
    if given[i] == given[j] or "" in named or named[0] == named[1]:
        named = ["", ""]
    return f"{name} cannot broadcast {clash_of(given[i], given[j], axis, named)}"


def _read(text: str) -> list[Shape]:
    shapes = re.findall(r"\(([\d, ]*)\)", text)
    return [tuple(int(n) for n in inner.split(",") if n.strip()) for inner in shapes]


def clashing(shapes: Sequence[Shape]) -> tuple[int, int, int] | None:
    """The places of the first two shapes that do not broadcast, and the axis of the result."""
    for j in range(len(shapes)):
        for i in range(j):
            ndim = max(len(shapes[i]), len(shapes[j]))
            for axis in range(ndim):
                m, n = (length_along(shape, axis, ndim) for shape in (shapes[i], shapes[j]))
                if m != n and 1 not in (m, n):
                    return i, j, axis
    return None


def length_along(shape: Shape, axis: int, ndim: int) -> int:
    """The length of a shape along an axis of the result, into which it is put from behind."""
    place = axis - (ndim - len(shape))
    return shape[place] if place >= 0 else 1


def clash_of(s: Shape, t: Shape, axis: int, named: Sequence[str] = ("", "")) -> str:
    """ "(2, 3) with (2, 4): ...": the axis, both lengths, and how to bring them together."""
    ndim = max(len(s), len(t))
    m, n = length_along(s, axis, ndim), length_along(t, axis, ndim)
    where = f"axis {axis}" if len(s) == len(t) else f"axis {axis} of the result (axis {axis - ndim})"
    return (
        f"{s} with {t}: along {where} the first has {m} and the second {n}, and lengths must be equal or 1: "
        f"{_bring_together(s, t, named)}"
    )


def _bring_together(s: Shape, t: Shape, named: Sequence[str]) -> str:
    a, b = (name or word for name, word in zip(named, ("a", "b"), strict=True))
    if len(s) == len(t) == 1:
        return f"for every pair write {a}[:, None] with {b}, else cut both to one length"
    short, long, name = (t, s, b) if len(t) < len(s) else (s, t, a)
    if len(short) < len(long) and all(m in (n, 1) for m, n in zip(short, long, strict=False)):
        more = ", None" * (len(long) - len(short))
        index = ", ".join(":" * len(short)) + more if len(short) < 3 else f"...{more}"
        return f"shapes are lined up from the last axis, so write {name}[{index}]"
    if len(s) == len(t) and len(s) >= 2 and clashing([s, (*t[:-2], t[-1], t[-2])]) is None:
        return f"write {b}.{'T' if len(t) == 2 else 'mT'}"
    return "reshape or index one of them"


def _where(condition: Any, *branches: Any) -> str | None:
    given = [shape_of(x) for x in (condition, *branches)]
    clash = clashing(given)
    if clash is None:
        return None
    i, j, axis = clash
    names = ("the condition", "x", "y")
    return f"where cannot broadcast {names[i]} and {names[j]}, {clash_of(given[i], given[j], axis)}"


def _broadcast_to(x: Any, shape: Any) -> str | None:
    s, t = shape_of(x), as_shape(shape)
    if len(s) > len(t):
        return (
            f"broadcast_to of {s} to {t}: the array has {axes(len(s))} and the shape {len(t)}, and "
            "broadcasting only adds axes: write the array's own axes in the shape too, or sum over one first"
        )
    for axis in range(len(t)):
        n = length_along(s, axis, len(t))
        if n not in (t[axis], 1):
            fits = len(s) < len(t) and all(m in (n, 1) for m, n in zip(s, t, strict=False))
            way = f"x[..., {', '.join(['None'] * (len(t) - len(s)))}]" if fits else ""
            return (
                f"broadcast_to of {s} to {t}: axis {axis} of the shape is {t[axis]} and the array has {n} "
                f"there, and only a length of 1 can be repeated: "
                f"{f'write {way} first' if way else 'mg.tile or mg.repeat repeats whole arrays'}"
            )
    return None


def _broadcast_arrays(*arrays: Any) -> str | None:
    given = [shape_of(x) for x in arrays]
    clash = clashing(given)
    if clash is None:
        return None
    i, j, axis = clash
    return f"broadcast_arrays cannot broadcast {clash_of(given[i], given[j], axis)}"


EXPLAINED: dict[str, Callable[..., str | None]] = {
    "where": _where,
    "broadcast_to": _broadcast_to,
    "broadcast_arrays": _broadcast_arrays,
}
