"""What stands in a box, on a frame, and is told when one points at them: as text, and as DOT has it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal, NamedTuple

from minigrad.drawing.constants import Operands, Vertex
from minigrad.drawing.describe import failure, form, is_finite, numbers, numbers_of, title, tooltip
from minigrad.drawing.failing import Failed
from minigrad.drawing.folding import Folding, Module, Repeated
from minigrad.drawing.grouping import Box, Cluster
from minigrad.drawing.quantities import Quantities
from minigrad.drawing.recording import order_of
from minigrad.graph import Node

GREY = "#57606a"
ALARM = "#cf222e"
Direction = Literal["down", "right"]
_COLOURS = {"value": "#0550ae", "grad": "#8250df"}

LISTED = 64  # blocks whose numbers a tooltip tells one by one


@dataclass
class Facts:
    """What is known of a graph beside its boxes and arrows."""

    roots: Collection[Node]  # what was asked for
    reads: Mapping[Node, Operands]
    kinds: Mapping[Module, str]  # the class of a module
    shown: Mapping[str, Quantities]  # what to write into the boxes, by what it is called
    wrong: Collection[Node] = ()  # whose value, or gradient, is not finite, and what raised
    suspects: Collection[Vertex] = ()  # what that was given
    passive: frozenset[Node] = frozenset()  # ops that are drawn though they need no gradient
    folding: Folding = field(default_factory=lambda: Folding({}))
    title: str = ""
    notes: list[str] = field(default_factory=list)  # what is to be known of the whole picture
    direction: Direction = "down"
    marks: Mapping[Box, str] = field(default_factory=dict)  # of boxes that are referred to


class Line(NamedTuple):
    """A line of a box; `name` says of which quantity its text is, "value" or "grad", or nothing."""

    text: str
    name: str = ""
    wrong: bool = False


def lines(box: Box, facts: Facts) -> list[Line]:
    """What a box says, its heading first."""
    if box.source is not None:
        return [Line(" ".join(filter(None, (heading(box), facts.marks.get(box.source), box.said))))]
    quantities = [
        _quantity(name, [found[vertex] for vertex in _copies(box, facts) if vertex in found])
        for name, found in facts.shown.items()
    ]
    if box.kind == "constant" and "value" in facts.shown and form(box.vertices[0]):
        quantities = [_quantity("value", [vertex.value for vertex in box.vertices])]  # type: ignore[union-attr]
    return [Line(_named(box, facts)), *map(Line, _facts(box, facts)), *filter(None, quantities)]


def heading(box: Box) -> str:
    """What the box is called, without the part that the frames around it say already."""
    box = box.source or box
    path = ".".join(box.module)
    if box.kind == "module":
        return box.module[-1]
    name = title(box.vertices[-1])
    owner, _, last = name.rpartition(".")
    return last if last and f".{path}".endswith(f".{owner}") else name


def told(box: Box, facts: Facts) -> str:
    """A few lines to read on pointing at the box; of blocks that repeat also the numbers of each."""
    if box.source is not None:
        return f"stands for {heading(box)}, to keep the arrows short:\n{told(box.source, facts)}"
    if not box.is_group:
        vertex = box.vertices[0]
        said = tooltip(vertex, facts.reads[vertex] if isinstance(vertex, Node) else None)
        return "\n".join([said, *_each(box, facts)])
    ops = [vertex.op.name for vertex in box.vertices if isinstance(vertex, Node) and vertex.op is not None]
    shown = ", ".join(ops[:12]) + (f" … {len(ops)} ops" if len(ops) > 12 else "")
    return "\n".join([_named(box, facts), f"made of {shown}", *_each(box, facts)])


def frame_heading(frame: Cluster, facts: Facts) -> str:
    """What stands on the frame around a module."""
    return _with_class(frame.label, frame.module, facts)


def orders(box: Box) -> tuple[int, int]:
    """The lowest and the highest order of the derivatives among the vertices."""
    found = [order_of(vertex) for vertex in box.vertices if isinstance(vertex, Node)] or [0]
    return min(found), max(found)


# -- the parts ------------------------------------------------------------------------------------


def _copies(box: Box, facts: Facts) -> list[Vertex]:
    """The one vertex whose numbers the box shows, and those of other blocks that it stands for."""
    if len(box.outputs) != 1:
        return []
    return [v for v in box.vertices if facts.folding.drawn.get(v, v) is box.outputs[0]]


def _quantity(name: str, arrays: Sequence[Any]) -> Line | None:
    if not arrays:
        return None
    return Line(numbers_of(arrays), name, not all(map(is_finite, arrays)))


def _each(box: Box, facts: Facts) -> list[str]:
    copies = _copies(box, facts)
    found_of = [
        f"{name} of {i}: {numbers(found[vertex])}"
        for name, found in facts.shown.items()
        for i, vertex in enumerate(copies[:LISTED])
        if len(copies) > 1 and vertex in found
    ]
    return [*found_of, f"… of {len(copies)}"] if len(copies) > LISTED and found_of else found_of


def _named(box: Box, facts: Facts) -> str:
    """The heading with the class of a module, and the mark by which others refer to the box."""
    name = heading(box)
    if box.kind == "module":
        name = _with_class(name, box.module, facts)
    return " ".join(filter(None, (name, facts.marks.get(box))))


def _with_class(name: str, module: Module, facts: Facts) -> str:
    kind, last = facts.kinds.get(module, ""), module[-1]
    name = name if kind in ("", last) else f"{name}: {kind}"
    return f"{name} × {last.times}" if isinstance(last, Repeated) and last.is_module else name


def _facts(box: Box, facts: Facts) -> list[str]:
    low, high = orders(box)
    said = [f"order {high}" if low == high else f"orders {low} to {high}"] if high else []
    for vertex in box.vertices:
        if isinstance(vertex, Failed):
            said += [f"stopped at {title(vertex)}"] if box.is_group else []
            said += failure(vertex)
    if not box.is_group:
        vertex = box.vertices[0]
        written = facts.reads[vertex].written if isinstance(vertex, Node) else []
        return [text for text in (form(vertex), *written, *said) if text]
    ops = sum(isinstance(vertex, Node) and vertex.op is not None for vertex in box.vertices)
    outputs = Counter(form(node) for node in box.outputs if not isinstance(node, Failed))
    if box.kind == "call":
        return [*outputs, *said]
    return [
        f"{ops} op{'s' if ops != 1 else ''}",
        *(f"→ {text}" if n == 1 else f"→ {n} × {text}" for text, n in outputs.items()),
        *said,
    ]


# -- as HTML and in quotes --------------------------------------------------------------------------


def label(box: Box, facts: Facts) -> str:
    """The lines of a box as a label of Graphviz."""
    first, *rest = lines(box, facts)
    if box.source is not None:
        return f"<{_small(first.text)}>"
    rows = [f'<tr><td colspan="2"><b>{in_label(first.text)}</b></td></tr>', *map(_row, rest)]
    return f'<<table border="0" cellborder="0" cellspacing="0" cellpadding="0">{"".join(rows)}</table>>'


def page_label(facts: Facts) -> str:
    """What stands above the whole picture."""
    rows = [f'<b><font point-size="16">{in_label(facts.title)}</font></b>'] if facts.title else []
    return "<br/>".join([*rows, *map(_small, facts.notes)])


def _row(line: Line) -> str:
    if not line.name:
        return f'<tr><td colspan="2">{_small(line.text)}</td></tr>'
    colour = _COLOURS[line.name]
    shown = _small(line.text, ALARM if line.wrong else colour, bold=line.wrong)
    name = _small(line.name + "  ", colour, bold=line.wrong)  # both, so that they stand in line
    return f'<tr><td align="left">{name}</td><td align="right">{shown}</td></tr>'


def _small(said: str, colour: str = GREY, bold: bool = False) -> str:
    written = '<br align="left"/>'.join(map(in_label, said.split("\n")))
    written = f"<b>{written}</b>" if bold else written
    return f'<font point-size="10" color="{colour}">{written}</font>'


def in_label(said: str) -> str:
    """Text to stand in a label, which is HTML in which backslashes still mean something."""
    return escape(_printable(said)).replace("\\", "\\\\")


def in_tooltip(said: str) -> str:
    """Text to stand in a tooltip, which is not HTML, but whose entities and backslashes mean something."""
    return "\\n".join(
        _printable(line).replace("\\", "\\\\").replace("&", "&amp;") for line in said.split("\n")
    )


def _printable(said: str) -> str:
    if said.isprintable():
        return said
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in said)
