"""Indices that lead outside, name too many axes, or are no integers."""

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.mistakes.broadcasting import clashing, length_along
from minigrad.mistakes.shapes import Shape, axes, shape_of
from minigrad.plain import plain, plain_array


def _getitem(x: Any, index: Any) -> str | None:
    s = shape_of(x)
    if isinstance(index, str):
        return f"a tensor has no fields, and got the index {index!r}: index its axes by numbers, t[0]"
    parts = list(index) if isinstance(index, tuple) else [index]
    return _of_a_kind(parts) or _too_many(s, parts) or _inside(s, parts) or _together(parts)


def _of_a_kind(parts: list[Any]) -> str | None:
    """Whether every part is what an index can be."""
    for part in parts:
        if part is None or part is Ellipsis:
            continue
        if isinstance(part, slice):
            ends = (part.start, part.stop, part.step)
            wrong = next((x for x in ends if x is not None and not hasattr(x, "__index__")), None)
            if wrong is not None:
                return f"a slice is of integers, and got {wrong!r}: write int(...), or // in place of /"
            if part.step == 0:
                return "the step of a slice is not 0: write t[::-1] to go backwards, t[:] for all"
            continue
        array = plain_array(part)
        if array.size and array.dtype.kind not in "iub":
            what = f"{array.dtype} of shape {array.shape}" if array.ndim else repr(part)
            return f"only integers, slices and masks are indices, and this is {what}: write i.astype(int)"
    return None


def _too_many(s: Shape, parts: list[Any]) -> str | None:
    taken = sum(_axes_taken(part) for part in parts)
    if taken > len(s) == 0:
        return "too many indices for a 0-d tensor, which has no axis: its one value is t.item()"
    if taken > len(s):
        return f"too many indices for a tensor {s}: {taken}, and it has {axes(len(s))}: give {len(s)} at most"
    if sum(1 for part in parts if part is Ellipsis) > 1:
        return "an index may hold one `...`: write : for a single axis"
    return None


def _inside(s: Shape, parts: list[Any]) -> str | None:
    """Whether integers lie inside their axes, and masks have their lengths."""
    axis = 0
    for place, part in enumerate(parts):
        if part is Ellipsis:
            axis = len(s) - sum(_axes_taken(later) for later in parts[place + 1 :])
            continue
        if part is None or isinstance(part, slice):
            axis += _axes_taken(part)
            continue
        array = plain_array(part)
        if array.dtype.kind == "b":
            for k, n in enumerate(array.shape):
                if n != s[axis + k]:
                    return (
                        f"a mask of shape {array.shape} for axis {axis + k} of {s}: it has {n} there and the "
                        f"tensor {s[axis + k]}: compute the mask from the tensor that it is for"
                    )
        else:
            wrong = array[(array < -s[axis]) | (array >= s[axis])]
            if wrong.size:
                return outside(int(wrong.flat[0]), axis, s)
        axis += _axes_taken(part)
    return None


def outside(index: int, axis: int, s: Shape) -> str:
    """The sentence for an index that an axis does not reach."""
    n = s[axis]
    reach = f"indices go from {-n} to {n - 1}" if n else "there is nothing in it"
    return f"index {index} is outside of axis {axis} of {s}, whose length is {n}: {reach}"


def _together(parts: list[Any]) -> str | None:
    """Whether several index arrays broadcast."""
    arrays = [plain_array(part) for part in parts if _is_array(part)]
    shapes = [np.nonzero(a)[0].shape if a.dtype.kind == "b" else a.shape for a in arrays]
    clash = clashing(shapes)
    if clash is None:
        return None
    i, j, axis = clash
    ndim = max(len(shapes[i]), len(shapes[j]))
    m, n = length_along(shapes[i], axis, ndim), length_along(shapes[j], axis, ndim)
    return (
        f"index arrays are broadcast together, and {shapes[i]} does not fit {shapes[j]}: axis {axis} has "
        f"{m} and {n}: for every combination of them write t[np.ix_(i, j)]"
    )


def _is_array(part: Any) -> bool:
    return part is not None and part is not Ellipsis and not isinstance(part, slice)


def _axes_taken(part: Any) -> int:
    if part is None or part is Ellipsis:
        return 0
    array = None if isinstance(part, slice) else plain_array(part)
    return array.ndim if array is not None and array.dtype.kind == "b" else 1


# -- ops that take an index -----------------------------------------------------------------------


def _index_put(x: Any, index: Any, values: Any, accumulate: bool = False) -> str | None:
    wrong = _getitem(x, index)
    if wrong is not None:
        return wrong
    parts = tuple(map(plain, index if isinstance(index, tuple) else (index,)))
    chosen = np.broadcast_to(np.zeros(()), shape_of(x))[parts].shape
    given = shape_of(values)
    while len(given) > len(chosen) and given[0] == 1:
        given = given[1:]
    clash = clashing([chosen, given])
    if clash is None and len(given) <= len(chosen):
        return None
    axis = 0 if clash is None else clash[2]
    return (
        f"values of shape {shape_of(values)} for t[index] of shape {chosen}: "
        + (
            "they have more axes"
            if len(given) > len(chosen)
            else f"along axis {axis} of the place lengths must be equal, or 1 in the values"
        )
        + ": reshape the values, or choose as many places as there are values"
    )


def _take(x: Any, indices: Any, axis: int | None = None, mode: str = "raise") -> str | None:
    s = shape_of(x) if axis is not None else (int(np.prod(shape_of(x))),)
    along = (axis or 0) % len(s)
    array = plain_array(indices)
    if array.size and array.dtype.kind not in "iub":
        return f"take wants integer indices, and got {array.dtype}: write indices.astype(int)"
    wrong = array[(array < -s[along]) | (array >= s[along])]
    return f"take: {outside(int(wrong.flat[0]), along, s)}" if wrong.size and mode == "raise" else None


def _take_along_axis(x: Any, indices: Any, axis: int | None = -1) -> str | None:
    s, places = shape_of(x), plain_array(indices)
    if axis is None or places.ndim != len(s):
        return None
    along = axis % len(s)
    if places.size and places.dtype.kind not in "iu":
        return f"take_along_axis wants integer indices, and got {places.dtype}: write indices.astype(int)"
    for i, (m, n) in enumerate(zip(s, places.shape, strict=True)):
        if i != along and m != n and 1 not in (m, n):
            return (
                f"take_along_axis of {s} with indices {places.shape} along axis {along}: axis {i} has {m} "
                f"and {n}, and all other axes must be equal or 1"
            )
    wrong = places[(places < -s[along]) | (places >= s[along])]
    return f"take_along_axis: {outside(int(wrong.flat[0]), along, s)}" if wrong.size else None


EXPLAINED: dict[str, Callable[..., str | None]] = {
    "getitem": _getitem,
    "index_put": _index_put,
    "take": _take,
    "take_along_axis": _take_along_axis,
}
