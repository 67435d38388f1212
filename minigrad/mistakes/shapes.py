"""Shapes that do not go together, axes that are not there, sizes that differ."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

Shape = tuple[int, ...]


def shape_of(x: Any) -> Shape:
    """The shape of an operand: of a Tensor, an array, a number or nested lists."""
    return tuple(x.shape) if hasattr(x, "shape") else np.shape(x)


def axes(n: int) -> str:
    """`n` axes in words."""
    return f"{n} axis" if n == 1 else f"{n} axes"


# -- an axis that is not there --------------------------------------------------------------------


def axis_too_far(name: str, error: Exception, arguments: Mapping[str, Any]) -> str | None:
    """Where NumPy has counted further than an operand has axes, in this op or in one that it is made of."""
    origin = error.__cause__ or error
    if not isinstance(origin, np.exceptions.AxisError) or origin.axis is None or origin.ndim is None:
        return None
    if origin is not error and origin.axis not in _flat([arguments.get("axis")]):
        return None  # it is not about the axis that was given here
    axis, ndim = origin.axis, origin.ndim
    operands = [x for x in _flat(arguments.values()) if hasattr(x, "shape")]
    found = next((f"array {shape_of(x)}" for x in operands if len(shape_of(x)) == ndim), "result")
    if ndim == 0:
        return f"{name} got axis {axis}, and a 0-d array has no axis: leave axis out"
    return (
        f"{name} got axis {axis}, which is out of bounds: the {found} has {axes(ndim)}, {-ndim} to {ndim - 1}"
    )


def not_square(name: str, error: Exception, arguments: Mapping[str, Any]) -> str | None:
    """Where NumPy wants square matrices: which lengths differ."""
    given = [shape_of(x) for x in arguments.values() if hasattr(x, "shape")]
    if not isinstance(error, np.linalg.LinAlgError) or not given:
        return None
    s = given[0]
    if len(s) < 2:
        return f"{name} of {s}: it takes matrices, (..., n, n), and this has {axes(len(s))}"
    if s[-1] == s[-2]:
        return None
    return f"{name} of {s}: it takes square matrices, and the last two axes are {s[-2]} and {s[-1]}"


def _flat(values: Any) -> list[Any]:
    return [y for x in values for y in (x if isinstance(x, (tuple, list)) else (x,))]


# -- broadcasting ---------------------------------------------------------------------------------


def broadcasting(name: str, error: Exception, arguments: Mapping[str, Any]) -> str | None:
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
    s, t = shape_of(x), _as_shape(shape)
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


# -- reshaping ------------------------------------------------------------------------------------


def _as_shape(shape: Any) -> Shape:
    return (int(shape),) if isinstance(shape, (int, np.integer)) else tuple(int(n) for n in shape)


def _reshape(x: Any, shape: Any) -> str | None:
    s, parts = shape_of(x), (shape,) if np.ndim(shape) == 0 else tuple(shape)
    if not all(isinstance(n, (int, np.integer)) for n in parts):
        wrong = next(n for n in parts if not isinstance(n, (int, np.integer)))
        return f"reshape takes lengths as integers, and got {wrong!r}: write int(...), or // in place of /"
    t, size = _as_shape(shape), math.prod(s)
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
    given, all_axes = _as_shape(axes), f"{len(s)} axes"
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
    for i in () if axis is None else _as_shape(axis):
        if -len(s) <= i < len(s) and s[i] != 1:
            return (
                f"squeeze of axis {i} of {s}: its length is {s[i]}, and only an axis of length 1 can go: "
                "write t.reshape(...), or reduce over it, t.sum(axis)"
            )
    return None


EXPLAINED: dict[str, Callable[..., str | None]] = {
    "where": _where,
    "broadcast_to": _broadcast_to,
    "broadcast_arrays": _broadcast_arrays,
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
