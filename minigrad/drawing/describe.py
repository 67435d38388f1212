"""A vertex in words and numbers."""

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import numpy as np

from minigrad.drawing.constants import Constant, Operands, Vertex, number
from minigrad.drawing.failing import Failed
from minigrad.drawing.recording import noted
from minigrad.graph import Leaf, Node
from minigrad.operation import Operation

FEW = 6  # elements that are shown one by one
WIDTH, LINES = 56, 8  # of what an error says

_SYMMETRIC = frozenset("add multiply maximum minimum hypot logaddexp".split())


def title(vertex: Vertex) -> str:
    """The op's name, after that of its result if it has one; a leaf's or an input's name; a number."""
    if isinstance(vertex, Constant):
        return number(vertex.value) if vertex.is_number else vertex.name or "constant"
    kept = noted(vertex)
    name = getattr(vertex, "name", "") or ("" if kept is None else kept.name)
    if vertex.op is None:
        return name or "leaf"
    function = vertex.op.name if kept is None or kept.call is None else kept.call.name
    return f"{name}: {function}" if name else function


def form(vertex: Vertex) -> str:
    """Shape, and dtype where it is not the usual one; "" for a number, and for what has not come out."""
    if isinstance(vertex, Failed):
        return ""
    if isinstance(vertex, Constant):
        if vertex.is_number or vertex.value is None:
            return ""
        return _form(vertex.value)
    return _form(vertex)


def _form(array: Any) -> str:
    return f"{array.shape}" if array.dtype == np.float32 else f"{array.shape} {array.dtype}"


def failure(node: Failed) -> list[str]:
    """What it was given, what it raised, and where: a few lines."""
    operands = [f"{name}: {_form(value)}" for name, value in node.operands]
    settings = [f"{name}={value!r}"[:WIDTH] for name, value in node.settings]
    said = [*wrap(f"{node.error}: {node.message}", WIDTH)]
    said = said if len(said) <= LINES else [*said[:LINES], "…"]
    return [*operands, *settings, *said, *wrap(node.place, WIDTH)]


def operand_name(node: Node, place: int | str) -> str:
    """What the op calls an operand; '' where there is but one, or their order does not matter."""
    if isinstance(place, str):
        return place
    op = node.op
    if isinstance(node, Failed):
        return node.operands[place][0]
    if len(node.parents) == 1 or getattr(op, "name", "") in _SYMMETRIC:
        return ""
    if isinstance(op, Operation) and op.variadic is None:
        alone = sum(op.differentiable) == 1 and op.differentiable[place]
        return "" if alone or place >= len(op.parameters) else op.parameters[place]
    return str(place)


def tooltip(vertex: Vertex, reads: Operands | None) -> str:
    """A few lines: what it is, with the formula that the op's doc begins with, its form, and where it ran."""
    lines = [_nature(vertex)]
    if isinstance(vertex, Failed):
        return "\n".join([*lines, *failure(vertex), *([f"in {vertex.path}"] if vertex.path else [])])
    if isinstance(vertex, Node):
        lines.append(f"{vertex.dtype} {vertex.shape}")
        lines += [", ".join(reads.settings)] if reads is not None and reads.settings else []
        lines += [f"in {vertex.path}"] if vertex.path and vertex.op is not None else []
    elif not vertex.is_number and vertex.value is not None:
        lines.append(f"{vertex.value.dtype} {vertex.value.shape}")
    return "\n".join(lines)


def _nature(vertex: Vertex) -> str:
    if isinstance(vertex, Constant):
        if vertex.value is None:
            return (
                "a constant, which the graph does not keep: compute inside `with mg.record(): ...` to see it"
            )
        return f"{title(vertex)}: needs no gradient"
    if isinstance(vertex, Leaf) or vertex.op is None:
        return f"{title(vertex)}: a leaf, which backward leaves a gradient on"
    formula = (getattr(vertex.op, "__doc__", "") or "").strip().partition("\n")[0]
    return f"{vertex.op.name}: {formula}" if formula else vertex.op.name


def is_finite(array: np.ndarray) -> bool:
    return array.dtype.kind != "f" or bool(np.isfinite(array).all())


def numbers(array: np.ndarray) -> str:
    """All elements of a small array, a row to the line; of a large one the mean and standard deviation.

    How many of a large one are NaN or infinite is counted, and the others described.
    """
    if array.size <= FEW:
        return _nested(array)
    if is_finite(array):
        return _spread(array)
    nan, infinite = int(np.isnan(array).sum()), int(np.isinf(array).sum())
    counts = [f"{n} {what}" for n, what in ((nan, "NaN"), (infinite, "inf")) if n]
    finite = array[np.isfinite(array)]
    rest = f"\nelse {_spread(finite)}" if finite.size else ""
    return f"{', '.join(counts)} of {array.size}{rest}"


def numbers_of(arrays: Sequence[np.ndarray]) -> str:
    """Of one array its numbers; of several of one shape, in which bounds theirs lie."""
    each = list(dict.fromkeys(map(numbers, arrays)))
    if len(each) == 1:
        return each[0]
    wrong = sum(not is_finite(array) for array in arrays)
    if wrong:
        return f"NaN or inf in {wrong} of {len(arrays)}"
    if arrays[0].size == 1:
        return _bounds([array.item() for array in arrays])
    means = _bounds([float(array.mean(dtype=np.float64)) for array in arrays])
    return f"mean {means}\nstd {_bounds([float(array.std(dtype=np.float64)) for array in arrays])}"


def _bounds(found: Sequence[float]) -> str:
    return f"{min(found):.3g} … {max(found):.3g}"


def _spread(array: np.ndarray) -> str:
    return f"mean {array.mean(dtype=np.float64):.3g}, std {array.std(dtype=np.float64):.3g}"


def _nested(array: Any, indent: str = " ") -> str:
    if array.ndim == 0:
        return "NaN" if array != array else number(array)
    between = ", " if array.ndim == 1 else f",\n{indent}"
    return f"[{between.join(_nested(row, indent + ' ') for row in array)}]"
