"""What is written into a box, beside it and on pointing at it, as DOT's labels, which are HTML, have it."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from html import escape

import numpy as np

from minigrad.drawing.constants import Operands
from minigrad.drawing.describe import form, is_finite, numbers, title, tooltip
from minigrad.drawing.grouping import Box, Cluster, Module
from minigrad.drawing.quantities import Quantities
from minigrad.drawing.recording import order_of
from minigrad.graph import Node

GREY = "#57606a"
ALARM = "#cf222e"
_COLOURS = {"value": "#0550ae", "grad": "#8250df"}


@dataclass
class Facts:
    """What is known of a graph beside its boxes and arrows."""

    roots: Collection[Node]  # what was asked for
    reads: Mapping[Node, Operands]
    kinds: Mapping[Module, str]  # the class of a module
    shown: Mapping[str, Quantities]  # what to write into the boxes, by what it is called
    wrong: Collection[Node] = ()  # whose value, or gradient, is not finite
    marks: Mapping[Box, str] = field(default_factory=dict)  # of boxes that are referred to


def label(box: Box, facts: Facts) -> str:
    """What is written into a box: what it is called, its form, its numbers."""
    if box.source is not None:
        return f"<{_small(' '.join((heading(box), *_mark(box.source, facts))))}>"
    rows = [f'<tr><td colspan="2"><b>{in_label(_named(box, facts))}</b></td></tr>']
    rows += [f'<tr><td colspan="2">{_small(fact)}</td></tr>' for fact in _lines(box, facts)]
    if len(box.outputs) == 1:
        rows += [
            _row(name, found[box.outputs[0]])
            for name, found in facts.shown.items()
            if box.outputs[0] in found
        ]
    elif box.kind == "constant" and "value" in facts.shown and form(box.vertices[0]):
        rows.append(_row("value", box.vertices[0].value))  # type: ignore[union-attr]
    return f'<<table border="0" cellborder="0" cellspacing="0" cellpadding="0">{"".join(rows)}</table>>'


def _row(name: str, array: np.ndarray) -> str:
    finite = is_finite(array)
    text = _small(numbers(array), _COLOURS[name] if finite else ALARM, bold=not finite)
    label = _small(name + "  ", _COLOURS[name], bold=not finite)  # both, so that they stand in line
    return f'<tr><td align="left">{label}</td><td align="right">{text}</td></tr>'


def heading(box: Box) -> str:
    """What the box is called, without the part that the frames around it say already."""
    box = box.source or box
    path = ".".join(box.module)
    if box.kind == "module":
        return box.module[-1]
    name = title(box.vertices[-1])
    owner, _, last = name.rpartition(".")
    return last if last and f".{path}".endswith(f".{owner}") else name


def _named(box: Box, facts: Facts) -> str:
    """The heading with the class of a module, and the mark by which others refer to the box."""
    name = heading(box)
    if box.kind == "module":
        name = _with_class(name, box.module, facts)
    return " ".join((name, *_mark(box, facts)))


def frame_label(frame: Cluster, facts: Facts) -> str:
    """What stands on the frame around a module."""
    return in_label(_with_class(frame.label, frame.module, facts))


def _with_class(name: str, module: Module, facts: Facts) -> str:
    kind = facts.kinds.get(module, "")
    return name if kind in ("", module[-1]) else f"{name}: {kind}"


def _mark(box: Box, facts: Facts) -> tuple[str, ...]:
    return (facts.marks[box],) if box in facts.marks else ()


def orders(box: Box) -> tuple[int, int]:
    """The lowest and the highest order of the derivatives among the vertices."""
    found = [order_of(vertex) for vertex in box.vertices if isinstance(vertex, Node)] or [0]
    return min(found), max(found)


def _lines(box: Box, facts: Facts) -> list[str]:
    low, high = orders(box)
    said = [f"order {high}" if low == high else f"orders {low} to {high}"] if high else []
    if not box.is_group:
        vertex = box.vertices[0]
        written = facts.reads[vertex].written if isinstance(vertex, Node) else []
        return [text for text in (form(vertex), *written, *said) if text]
    ops = sum(isinstance(vertex, Node) and vertex.op is not None for vertex in box.vertices)
    outputs = Counter(map(form, box.outputs))
    if box.kind == "call":
        return [*outputs, *said]
    return [
        f"{ops} op{'s' if ops != 1 else ''}",
        *(f"→ {text}" if n == 1 else f"→ {n} × {text}" for text, n in outputs.items()),
        *said,
    ]


def told(box: Box, facts: Facts) -> str:
    """What is said when one points at a box."""
    if box.source is not None:
        return f"stands for {heading(box)}, to keep the arrows short:\n{told(box.source, facts)}"
    if not box.is_group:
        vertex = box.vertices[0]
        return tooltip(vertex, facts.reads[vertex] if isinstance(vertex, Node) else None)
    ops = [vertex.op.name for vertex in box.vertices if isinstance(vertex, Node) and vertex.op is not None]
    shown = ", ".join(ops[:12]) + (f" … {len(ops)} ops" if len(ops) > 12 else "")
    return f"{_named(box, facts)}\nmade of {shown}"


def _small(text: str, colour: str = GREY, bold: bool = False) -> str:
    lines = '<br align="left"/>'.join(map(in_label, text.split("\n")))
    lines = f"<b>{lines}</b>" if bold else lines
    return f'<font point-size="10" color="{colour}">{lines}</font>'


def in_label(text: str) -> str:
    """`text` to stand in a label, which is HTML in which backslashes still mean something."""
    return escape(_printable(text)).replace("\\", "\\\\")


def in_tooltip(text: str) -> str:
    """`text` to stand in a tooltip, which is not HTML, but whose entities and backslashes mean something."""
    return "\\n".join(
        _printable(line).replace("\\", "\\\\").replace("&", "&amp;") for line in text.split("\n")
    )


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
