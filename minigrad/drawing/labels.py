"""What stands in a box and on a frame, and is told when one points at them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any, Literal, NamedTuple

from minigrad.drawing.blocks import Table
from minigrad.drawing.constants import Operands, Vertex
from minigrad.drawing.costs import Costs, in_bytes, in_time
from minigrad.drawing.describe import failure, form, is_finite, numbers, numbers_of, title, tooltip
from minigrad.drawing.failing import Failed
from minigrad.drawing.folding import Folding, Module, Repeated
from minigrad.drawing.formulas import derivatives
from minigrad.drawing.grouping import Box, Cluster
from minigrad.drawing.mirroring import Graph
from minigrad.drawing.quantities import Quantities
from minigrad.drawing.recording import order_of
from minigrad.drawing.scale import Scale
from minigrad.graph import Node

Direction = Literal["down", "right"]

WIDTH = 48  # letters in a line of a formula
LISTED = 64  # blocks whose numbers a tooltip tells one by one


@dataclass
class Facts:
    """What is known of a graph beside its boxes and arrows."""

    roots: Collection[Node]  # what was asked for
    reads: Mapping[Node, Operands]
    kinds: Mapping[Module, str]  # the class of a module
    shown: Mapping[str, Quantities]  # what to write into the boxes, by what it is called
    wrong: Collection[Node] = ()  # whose value, or gradient, is not finite, and what raised
    wrong_gradients: Collection[Node] = ()  # the same of gradients, where they stand in boxes of their own
    suspects: Collection[Vertex] = ()  # what that was given
    passive: frozenset[Node] = frozenset()  # ops that are drawn though they need no gradient
    folding: Folding = field(default_factory=lambda: Folding({}))
    title: str = ""
    notes: list[str] = field(default_factory=list)  # what is to be known of the whole picture
    direction: Direction = "down"
    costs: Costs | None = None
    scale: Scale | None = None
    tables: Mapping[Repeated, Table] = field(default_factory=dict)
    formulas: bool = False
    graph: Graph = "forward"
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
    shown = {name: found for name, found in facts.shown.items() if stands_in(box, name, facts.graph)}
    quantities = [
        _quantity(name, [found[vertex] for vertex in _copies(box, facts) if vertex in found])
        for name, found in shown.items()
    ]
    if box.kind == "constant" and "value" in facts.shown and form(box.vertices[0]):
        quantities = [_quantity("value", [vertex.value for vertex in box.vertices])]  # type: ignore[union-attr]
    found = [*filter(None, quantities), *_costs(box, facts)]
    return [Line(_named(box, facts)), *map(Line, _facts(box, facts)), *found]


def heading(box: Box) -> str:
    """What the box is called, without the part that the frames around it say already."""
    box = box.source or box
    if box.of is not None:
        name = heading(box.of)
        return f"{name}.grad" if box.kind == "gradient" else f"∂ {name}"
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
    if box.of is not None:
        return f"the gradient that comes to {told(box.of, facts)}"
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


def stands_in(box: Box, name: str, graph: Graph) -> bool:
    """Whether a quantity stands in a box: where both graphs are drawn, gradients in those of the backward."""
    if graph == "both":
        return (box.of is not None) == (name == "grad")
    return graph == "forward" or name != "value"


def _quantity(name: str, arrays: Sequence[Any]) -> Line | None:
    if not arrays:
        return None
    return Line(numbers_of(arrays), name, not all(map(is_finite, arrays)))


def _costs(box: Box, facts: Facts) -> list[Line]:
    """Time forward and backward with its share of the whole, and memory; of blocks that repeat, in all."""
    costs = facts.costs if stands_in(box, "time", facts.graph) else None
    ops = [] if costs is None else [vertex for vertex in box.vertices if vertex in costs.forward]
    if costs is None or not ops:
        return []
    forward, backward = (sum(found[op] for op in ops) for found in (costs.forward, costs.backward))
    times = f"{in_time(forward)} + {in_time(backward)}" if costs.has_backward else in_time(forward)
    share = (forward + backward) / costs.seconds
    kept = costs.kept_by(ops)
    return [
        Line(f"{times}, {share:.0%}", "time"),
        *([Line(in_bytes(kept), "kept")] if kept else []),
    ]


def table_of(module: Module, facts: Facts) -> Table | None:
    """The table of a frame or a box that stands for several."""
    last = module[-1] if module else ""
    return facts.tables.get(last) if isinstance(last, Repeated) else None


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


def _formulas(vertex: Vertex, facts: Facts) -> list[str]:
    return wrap(derivatives(vertex.op), WIDTH) if facts.formulas and isinstance(vertex, Node) else []


def _facts(box: Box, facts: Facts) -> list[str]:
    if box.of is not None:
        forms = [form(box.vertices[0])] if not box.of.is_group else dict.fromkeys(map(form, box.outputs))
        known = any(vertex in facts.shown.get("grad", ()) for vertex in box.vertices)
        none = "" if known or "grad" not in facts.shown else "no gradient has come"
        written = [] if box.of.is_group else _formulas(box.vertices[0], facts)
        return list(filter(None, [*forms, *written, box.said, none]))
    low, high = orders(box)
    said = [f"order {high}" if low == high else f"orders {low} to {high}"] if high else []
    for vertex in box.vertices:
        if isinstance(vertex, Failed):
            said += [f"stopped at {title(vertex)}"] if box.is_group else []
            said += failure(vertex)
    if not box.is_group:
        vertex = box.vertices[0]
        written = facts.reads[vertex].written if isinstance(vertex, Node) else []
        said += _formulas(vertex, facts) if facts.graph == "forward" else []
        return [text for text in (form(vertex), *written, *said) if text]
    ops = sum(isinstance(vertex, Node) and vertex.op is not None for vertex in box.vertices)
    outputs = Counter(form(node) for node in box.outputs if not isinstance(node, Failed))
    if box.kind == "call":
        return [*outputs, *said]
    return [
        f"{ops} op{'s' if ops != 1 else ''}",
        *([table.said] if (table := table_of(box.module, facts)) is not None and table.said else []),
        *(f"→ {text}" if n == 1 else f"→ {n} × {text}" for text, n in outputs.items()),
        *said,
    ]
