"""Arrays that cannot be joined: of other lengths, or of other numbers of axes."""

from collections.abc import Callable
from typing import Any

from minigrad.mistakes.shapes import Shape, axes, shape_of


def _one_list(name: str, arrays: Any, axis: Any) -> str | None:
    """concatenate(a, b), where the second array is taken for the axis."""
    if hasattr(axis, "shape") and len(shape_of(axis)):
        return f"{name} takes the arrays as one list: write {name}([a, b], axis=0)"
    if getattr(arrays, "ndim", None) == 0:
        return f"{name} takes a list of arrays, and got one number: write {name}([a, b])"
    return None


def along(name: str, given: list[Shape], axis: int) -> str | None:
    """What keeps arrays of these shapes from being put end to end along `axis`."""
    first = given[0]
    for i, shape in enumerate(given):
        if len(shape) != len(first):
            less = 0 if len(first) < len(shape) else i
            return (
                f"{name} of {first} and {shape} (array {i}): they have {axes(len(first))} and {len(shape)}, "
                f"and must have as many: write x[None] for array {less} to give it one in front"
            )
    if not first or not -len(first) <= axis < len(first):
        return None
    for i, shape in enumerate(given):
        for place, (m, n) in enumerate(zip(first, shape, strict=True)):
            if m != n and place != axis % len(first):
                fits = [a for a in range(len(first)) if all(_alike(first, other, a) for other in given)]
                call = "" if name in ("concatenate", "append") else "mg.concatenate(arrays, "
                way = f"write {call}axis={fits[0]}{')' * bool(call)}" if fits else "cut or pad one of them"
                return (
                    f"{name} of {first} and {shape} (array {i}) along axis {axis}: axis {place} has {m} and "
                    f"{n}, and all other axes must be equal: {way}"
                )
    return None


def _alike(s: Shape, t: Shape, but: int) -> bool:
    return all(m == n for i, (m, n) in enumerate(zip(s, t, strict=True)) if i != but)


def _concatenate(arrays: Any, axis: Any = 0) -> str | None:
    wrong = _one_list("concatenate", arrays, axis)
    given = [] if wrong else [shape_of(x) for x in arrays]
    if given and not any(given):
        return "concatenate of numbers, which have no axis: write mg.stack([...]), which gives them one"
    return wrong or (along("concatenate", given, axis) if given and axis is not None else None)


def _stack(arrays: Any, axis: Any = 0) -> str | None:
    wrong = _one_list("stack", arrays, axis)
    if wrong:
        return wrong
    given = [shape_of(x) for x in arrays]
    for i, shape in enumerate(given):
        if shape != given[0]:
            return (
                f"stack of {given[0]} and {shape} (array {i}): {_differing(given[0], shape)}, and it needs "
                "arrays of the same shape: to put them end to end write mg.concatenate"
            )
    return None


def _differing(s: Shape, t: Shape) -> str:
    if len(s) != len(t):
        return f"they have {axes(len(s))} and {len(t)}"
    return next(f"axis {i} has {m} and {n}" for i, (m, n) in enumerate(zip(s, t, strict=True)) if m != n)


def _vstack(arrays: Any) -> str | None:
    wrong = _one_list("vstack", arrays, 0)
    given = [] if wrong else [s if len(s) > 1 else (1, *(s or (1,))) for s in map(shape_of, arrays)]
    return wrong or _joined("vstack", given, 0)


def _hstack(arrays: Any) -> str | None:
    wrong = _one_list("hstack", arrays, 0)
    given = [] if wrong else [s or (1,) for s in map(shape_of, arrays)]
    return wrong or _joined("hstack", given, 0 if given and len(given[0]) == 1 else 1)


def _dstack(arrays: Any) -> str | None:
    def cube(s: Shape) -> Shape:
        return (1, *(s or (1,)), 1) if len(s) < 2 else (*s, 1) if len(s) == 2 else s

    wrong = _one_list("dstack", arrays, 0)
    return wrong or _joined("dstack", [cube(shape_of(x)) for x in arrays], 2)


def _column_stack(arrays: Any) -> str | None:
    wrong = _one_list("column_stack", arrays, 0)
    given = [] if wrong else [s if len(s) > 1 else (s[0] if s else 1, 1) for s in map(shape_of, arrays)]
    return wrong or _joined("column_stack", given, 1)


def _joined(name: str, given: list[Shape], axis: int) -> str | None:
    return along(name, given, axis) if given else None


def _append(x: Any, values: Any, axis: int | None = None) -> str | None:
    return None if axis is None else along("append", [shape_of(x), shape_of(values)], axis)


EXPLAINED: dict[str, Callable[..., str | None]] = {
    "concatenate": _concatenate,
    "stack": _stack,
    "vstack": _vstack,
    "hstack": _hstack,
    "dstack": _dstack,
    "column_stack": _column_stack,
    "append": _append,
}
