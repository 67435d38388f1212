"""The picture in DOT, Graphviz's language.

Shapes say what a box is, so that it reads without colour: a leaf has corners, an op is rounded, a
folded module has lugs, what needs no gradient is grey and has no outline, a reference is dashed, and what
was asked for has a double line.  Where a number is NaN or infinite, the box and the number are red.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np

from minigrad.drawing.constants import Operands
from minigrad.drawing.describe import form, is_finite, numbers, title, tooltip
from minigrad.drawing.grouping import Arrow, Box, Cluster, Module, clusters
from minigrad.drawing.quantities import Quantities
from minigrad.drawing.recording import order_of
from minigrad.drawing.references import effort, marks
from minigrad.graph import Node

_FONT = "Helvetica,Arial,sans-serif"
_INK, _GREY = "#24292f", "#57606a"
_COLOURS = {"value": "#0550ae", "grad": "#8250df"}
_ALARM = "#cf222e"

_PAGE = {"rankdir": "TB", "bgcolor": "white", "fontname": _FONT, "nodesep": "0.3", "ranksep": "0.35"}
# Where there is much to place, fewer rounds of each step, and straight arrows: seconds instead of minutes.
_MUCH = 2_500
_HASTE = {"nslimit": "1", "nslimit1": "1", "mclimit": "0.1", "splines": "line"}
_NODE = {
    "shape": "box",
    "style": "filled",
    "fillcolor": "white",
    "color": _GREY,
    "fontname": _FONT,
    "fontsize": "13",
    "fontcolor": _INK,
    "height": "0",
    "margin": "0.09,0.05",
}
_EDGE = {"color": _GREY, "arrowsize": "0.6", "fontname": _FONT, "fontsize": "9", "fontcolor": _GREY}
_FRAME = {
    "style": "filled,rounded",
    "fillcolor": "#8c959f18",  # transparent, so that a frame in a frame is darker
    "color": "#d0d7de",
    "fontsize": "12",
    "fontcolor": _GREY,
    "labeljust": "l",
    "margin": "12",
}
_LEAF = {"fillcolor": "#fff3d6"}
_OP = {"style": "filled,rounded"}
_FOLDED = {"shape": "component", "fillcolor": "#e9eef5", "margin": "0.25,0.12"}
_STYLES: dict[str, dict[str, str]] = {
    "leaf": _LEAF,
    "op": _OP,
    "call": _OP,
    "module": _FOLDED,
    "constant": {"fillcolor": "#eaeef2", "color": "#eaeef2", "fontcolor": _GREY},
    "reference": {"style": "dashed", "fontcolor": _GREY, "margin": "0.05,0.02"},
}
_DERIVATIVE = ({"fillcolor": "#f3ecff"}, {"fillcolor": "#e2d2fd"})  # of order 1, and of higher
_ROOT = {"peripheries": "2"}
_WRONG = {"color": _ALARM, "penwidth": "2.5", "fillcolor": "#ffebe9"}


@dataclass
class Facts:
    """What is known of a graph beside its boxes and arrows."""

    roots: Collection[Node]  # what was asked for
    reads: Mapping[Node, Operands]
    kinds: Mapping[Module, str]  # the class of a module
    shown: Mapping[str, Quantities]  # what to write into the boxes, by what it is called
    wrong: Collection[Node] = ()  # whose value, or gradient, is not finite
    marks: Mapping[Box, str] = field(default_factory=dict)  # of boxes that are referred to


def to_dot(boxes: Sequence[Box], arrows: Sequence[Arrow], facts: Facts) -> str:
    """The whole picture."""
    import graphviz  # here, so that importing minigrad imports nothing but NumPy

    facts.marks = _needed(marks(boxes))
    haste = effort(boxes, arrows) > _MUCH
    page = graphviz.Digraph(
        "graph", graph_attr=_PAGE | (_HASTE if haste else {}), node_attr=_NODE, edge_attr=_EDGE
    )
    frames = clusters(boxes)
    graph_of = {frame: graphviz.Digraph(f"cluster_{i}") for i, frame in enumerate(frames)}
    graph_of[frames[0]] = page
    beside = _beside(arrows)
    aside = {box for each in beside.values() for box in each}
    for frame in reversed(frames):  # from the inside out: a subgraph is copied as it is added
        graph = graph_of[frame]
        if graph is not page:
            graph.attr(label=f"<{_frame(frame, facts)}>", tooltip=_plain(".".join(frame.module)), **_FRAME)
        for box in frame.boxes:
            if box in beside:
                row = graphviz.Digraph(graph_attr={"rank": "same"})
                for each in (*beside[box][:1], box, *beside[box][1:]):
                    row.node(**_node(each, facts))
                graph.subgraph(row)
            elif box not in aside:
                graph.node(**_node(box, facts))
        for child in frame.children:
            graph.subgraph(graph_of[child])
    for arrow in arrows:
        # Graphviz fails at labels within a row with the settings of _HASTE.
        page.edge(**_edge(arrow, arrow.tail in aside, labelled=not (haste and arrow.tail in aside)))
    return page.source


def _needed(numbered: Mapping[Box, str]) -> dict[Box, str]:
    """The marks of ops, and of leaves that are called the same."""
    called = Counter(map(_heading, numbered))
    return {box: mark for box, mark in numbered.items() if box.kind == "op" or called[_heading(box)] > 1}


def _beside(arrows: Sequence[Arrow]) -> dict[Box, list[Box]]:
    """For an op in a module's frame, what is to stand left and right of it: leaves that it alone reads.

    Above it they would be in the way of what flows into the module.
    """
    readers = Counter(arrow.tail for arrow in arrows)
    beside: defaultdict[Box, list[Box]] = defaultdict(list)
    for tail, head, _ in arrows:
        own = _is_source(tail) and readers[tail] == 1 and tail.module == head.module != ()
        if own and len(beside[head]) < 2:
            beside[head].append(tail)
    return beside


def _edge(arrow: Arrow, aside: bool, labelled: bool) -> dict[str, str]:
    tail, head, operand = arrow
    ends = _plain(f"{_heading(tail)} → {_heading(head)}{f', as {operand}' if operand else ''}")
    edge = {"tail_name": tail.id, "head_name": head.id, "tooltip": ends}
    if labelled and operand and not (_is_source(tail) and operand == _heading(tail)):
        edge |= {"label": f"<&#160;{_text(operand)}>", "labeltooltip": ends}
    if aside:
        edge["weight"] = "0"  # else Graphviz puts every tail to the left
    return edge


def _is_source(box: Box) -> bool:
    return box.kind in ("leaf", "constant", "reference")


def _node(box: Box, facts: Facts) -> dict[str, str]:
    style = _STYLES[box.kind]
    if box.kind == "op" and (order := _orders(box)[1]):
        style = style | _DERIVATIVE[min(order, len(_DERIVATIVE)) - 1]
    if any(node in facts.roots for node in box.outputs):
        style = style | _ROOT
    if any(vertex in facts.wrong for vertex in box.vertices):
        style = style | _WRONG
    return {"name": box.id, "label": _label(box, facts), "tooltip": _plain(_tooltip(box, facts)), **style}


def _label(box: Box, facts: Facts) -> str:
    if box.source is not None:
        return f"<{_small(' '.join((_heading(box), *_mark(box.source, facts))))}>"
    rows = [f'<tr><td colspan="2"><b>{_text(_named(box, facts))}</b></td></tr>']
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
    text = _small(numbers(array), _COLOURS[name] if finite else _ALARM, bold=not finite)
    label = _small(name + "  ", _COLOURS[name], bold=not finite)  # both, so that they stand in line
    return f'<tr><td align="left">{label}</td><td align="right">{text}</td></tr>'


def _heading(box: Box) -> str:
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
    heading = _heading(box)
    if box.kind == "module":
        heading = _with_class(heading, box.module, facts)
    return " ".join((heading, *_mark(box, facts)))


def _frame(frame: Cluster, facts: Facts) -> str:
    return _text(_with_class(frame.label, frame.module, facts))


def _with_class(name: str, module: Module, facts: Facts) -> str:
    kind = facts.kinds.get(module, "")
    return name if kind in ("", module[-1]) else f"{name}: {kind}"


def _mark(box: Box, facts: Facts) -> tuple[str, ...]:
    return (facts.marks[box],) if box in facts.marks else ()


def _orders(box: Box) -> tuple[int, int]:
    """The lowest and the highest among the vertices."""
    orders = [order_of(vertex) for vertex in box.vertices if isinstance(vertex, Node)] or [0]
    return min(orders), max(orders)


def _lines(box: Box, facts: Facts) -> list[str]:
    low, high = _orders(box)
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


def _tooltip(box: Box, facts: Facts) -> str:
    if box.source is not None:
        return f"stands for {_heading(box)}, to keep the arrows short:\n{_tooltip(box.source, facts)}"
    if not box.is_group:
        vertex = box.vertices[0]
        return tooltip(vertex, facts.reads[vertex] if isinstance(vertex, Node) else None)
    ops = [vertex.op.name for vertex in box.vertices if isinstance(vertex, Node) and vertex.op is not None]
    shown = ", ".join(ops[:12]) + (f" … {len(ops)} ops" if len(ops) > 12 else "")
    return f"{_named(box, facts)}\nmade of {shown}"


def _small(text: str, colour: str = _GREY, bold: bool = False) -> str:
    lines = '<br align="left"/>'.join(map(_text, text.split("\n")))
    lines = f"<b>{lines}</b>" if bold else lines
    return f'<font point-size="10" color="{colour}">{lines}</font>'


def _text(text: str) -> str:
    """`text` to stand in a label, which is HTML in which backslashes still mean something."""
    return escape(_printable(text)).replace("\\", "\\\\")


def _plain(text: str) -> str:
    """`text` to stand in a tooltip, which is not HTML, but whose entities and backslashes mean something."""
    return "\\n".join(
        _printable(line).replace("\\", "\\\\").replace("&", "&amp;") for line in text.split("\n")
    )


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
