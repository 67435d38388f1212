"""The picture in DOT, Graphviz's language.

Shapes say what a box is, so that it reads without colour: a leaf has corners, an op is rounded, a
folded module has lugs, and what was asked for has a double line.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from html import escape

from minigrad.drawing.describe import form, numbers, title
from minigrad.drawing.grouping import Arrow, Box, clusters
from minigrad.drawing.quantities import Quantities
from minigrad.graph import Node

_FONT = "Helvetica,Arial,sans-serif"
_INK, _GREY = "#24292f", "#57606a"
_COLOURS = {"value": "#0550ae", "grad": "#a40e26"}

_PAGE = {"rankdir": "TB", "bgcolor": "white", "fontname": _FONT, "nodesep": "0.3", "ranksep": "0.35"}
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
_ROOT = {"peripheries": "2"}


def to_dot(
    boxes: Sequence[Box],
    arrows: Sequence[Arrow],
    roots: Collection[Node],
    shown: Mapping[str, Quantities],
) -> str:
    """The whole picture.  `shown` has the quantities to write into the boxes, by what they are called."""
    import graphviz  # here, so that importing minigrad imports nothing but NumPy

    page = graphviz.Digraph(graph_attr=_PAGE, node_attr=_NODE, edge_attr=_EDGE)
    frames = clusters(boxes)
    graph_of = {frame: graphviz.Digraph(f"cluster_{i}") for i, frame in enumerate(frames)}
    graph_of[frames[0]] = page
    beside = _beside(arrows)
    aside = {leaf for leaves in beside.values() for leaf in leaves}
    for frame in reversed(frames):  # from the inside out: a subgraph is copied as it is added
        graph = graph_of[frame]
        if graph is not page:
            graph.attr(label=f"<{_text(frame.label)}>", **_FRAME)
        for box in frame.boxes:
            if box in beside:
                row = graphviz.Digraph(graph_attr={"rank": "same"})
                for each in (*beside[box][:1], box, *beside[box][1:]):
                    row.node(**_node(each, roots, shown))
                graph.subgraph(row)
            elif box not in aside:
                graph.node(**_node(box, roots, shown))
        for child in frame.children:
            graph.subgraph(graph_of[child])
    for tail, head, operand in arrows:
        label = f"<&#160;{_text(operand)}>" if operand else None
        weight = "0" if tail in aside else None  # else Graphviz puts every tail to the left
        page.edge(tail.id, head.id, label, weight=weight)
    return page.source


def _beside(arrows: Sequence[Arrow]) -> dict[Box, list[Box]]:
    """For an op in a module's frame, the leaves to stand left and right of it: those it alone reads.

    Above it they would be in the way of what flows into the module.
    """
    readers = Counter(arrow.tail for arrow in arrows)
    beside: defaultdict[Box, list[Box]] = defaultdict(list)
    for tail, head, _ in arrows:
        own = _is_leaf(tail) and readers[tail] == 1 and tail.module == head.module != ()
        if own and len(beside[head]) < 2:
            beside[head].append(tail)
    return beside


def _is_leaf(box: Box) -> bool:
    return not box.folded and box.nodes[0].op is None


def _node(box: Box, roots: Collection[Node], shown: Mapping[str, Quantities]) -> dict[str, str]:
    style = _FOLDED if box.folded else _LEAF if _is_leaf(box) else _OP
    if any(node in roots for node in box.outputs):
        style = style | _ROOT
    return {"name": box.id, "label": _label(box, shown), **style}


def _label(box: Box, shown: Mapping[str, Quantities]) -> str:
    rows = [f'<tr><td colspan="2"><b>{_text(_heading(box))}</b></td></tr>']
    rows += [f'<tr><td colspan="2">{_small(fact)}</td></tr>' for fact in _facts(box)]
    if len(box.outputs) == 1:
        rows += [
            f'<tr><td align="left">{_small(name + "  ", _COLOURS[name])}</td>'
            f'<td align="right">{_small(numbers(found[box.outputs[0]]), _COLOURS[name])}</td></tr>'
            for name, found in shown.items()
            if box.outputs[0] in found
        ]
    return f'<<table border="0" cellborder="0" cellspacing="0" cellpadding="0">{"".join(rows)}</table>>'


def _heading(box: Box) -> str:
    """What the box is called, without the part that the frames around it say already."""
    path = ".".join(box.module)
    if box.folded:
        return path
    name = title(box.nodes[0])
    owner, _, last = name.rpartition(".")
    return last if last and f".{path}".endswith(f".{owner}") else name


def _facts(box: Box) -> list[str]:
    if not box.folded:
        return [form(box.nodes[0])]
    ops = sum(node.op is not None for node in box.nodes)
    outputs = Counter(map(form, box.outputs))
    return [
        f"{ops} op{'s' if ops != 1 else ''}",
        *(f"→ {text}" if n == 1 else f"→ {n} × {text}" for text, n in outputs.items()),
    ]


def _small(text: str, colour: str = _GREY) -> str:
    lines = '<br align="left"/>'.join(map(_text, text.split("\n")))
    return f'<font point-size="10" color="{colour}">{lines}</font>'


def _text(text: str) -> str:
    """`text` to stand in a label, which is HTML in which backslashes still mean something."""
    printable = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return escape(printable).replace("\\", "\\\\")
