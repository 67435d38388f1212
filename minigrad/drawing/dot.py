"""The picture in DOT, Graphviz's language.

Shapes say what a box is, so that it reads without colour: a leaf has corners, an op is rounded, a
folded module has lugs, what needs no gradient is grey and has no outline, a reference is dashed, and what
was asked for has a double line.  Where a number is NaN or infinite, the box and the number are red, and so is
what raised, with what it was given.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from minigrad.drawing.dot_labels import (
    ALARM,
    GRADIENT,
    GREY,
    frame_label,
    in_label,
    in_tooltip,
    label,
    page_label,
)
from minigrad.drawing.failing import Failed
from minigrad.drawing.grouping import Arrow, Box, clusters
from minigrad.drawing.labels import Facts, heading, orders, told
from minigrad.drawing.references import effort, marks

_FONT = "Helvetica,Arial,sans-serif"
_INK = "#24292f"

_DIRECTIONS = {"down": "TB", "right": "LR"}
_PAGE = {"bgcolor": "white", "fontname": _FONT, "nodesep": "0.3", "ranksep": "0.35"}
_ROOM = "0.5"  # inches between boxes that stand in a row with a name between them
# Where there is much to place, fewer rounds of each step, and straight arrows: seconds instead of minutes.
_MUCH = 2_500
_HASTE = {"nslimit": "1", "nslimit1": "1", "mclimit": "0.1", "splines": "line"}
_NODE = {
    "shape": "box",
    "style": "filled",
    "fillcolor": "white",
    "color": GREY,
    "fontname": _FONT,
    "fontsize": "13",
    "fontcolor": _INK,
    "height": "0",
    "margin": "0.09,0.05",
}
_EDGE = {"color": GREY, "arrowsize": "0.6", "fontname": _FONT, "fontsize": "9", "fontcolor": GREY}
_FRAME = {
    "style": "filled,rounded",
    "fillcolor": "#8c959f18",  # transparent, so that a frame in a frame is darker
    "color": "#d0d7de",
    "fontsize": "12",
    "fontcolor": GREY,
    "labeljust": "l",
    "margin": "12",
}
_PASSIVE = {"fillcolor": "#eaeef2", "color": "#eaeef2", "fontcolor": GREY}
_LEAF = {"fillcolor": "#fff3d6"}
_OP = {"style": "filled,rounded"}
_FOLDED = {"shape": "component", "fillcolor": "#e9eef5", "margin": "0.25,0.12"}
_STYLES: dict[str, dict[str, str]] = {
    "leaf": _LEAF,
    "op": _OP,
    "call": _OP,
    "module": _FOLDED,
    "constant": _PASSIVE,
    "reference": {"style": "dashed", "fontcolor": GREY, "margin": "0.05,0.02"},
}
_OF_GRADIENT = {"color": GRADIENT}
_FLOWS = {
    "value": {},
    "gradient": {"color": GRADIENT},
    "saved": {"style": "dashed", "constraint": "false", "arrowsize": "0.4", "penwidth": "0.7"},
}
_DERIVATIVE = ({"fillcolor": "#f3ecff"}, {"fillcolor": "#e2d2fd"})  # of order 1, and of higher
_ROOT = {"peripheries": "2"}
_SUSPECT = {"color": ALARM, "penwidth": "1.5"}
_WRONG = {"color": ALARM, "penwidth": "2.5", "fillcolor": "#ffebe9"}


def to_dot(boxes: Sequence[Box], arrows: Sequence[Arrow], facts: Facts) -> str:
    """The whole picture."""
    import graphviz  # here, so that importing minigrad imports nothing but NumPy

    facts.marks = _needed(marks(boxes))
    haste = effort(boxes, arrows) > _MUCH
    attributes = _PAGE | (_HASTE if haste else {}) | {"rankdir": _DIRECTIONS[facts.direction]}
    if facts.title or facts.notes or facts.scale:
        attributes |= {"label": f"<{page_label(facts)}>", "labelloc": "t", "fontcolor": _INK}
    page = graphviz.Digraph("graph", graph_attr=attributes, node_attr=_NODE, edge_attr=_EDGE)
    frames = clusters(boxes)
    graph_of = {frame: graphviz.Digraph(f"cluster_{i}") for i, frame in enumerate(frames)}
    graph_of[frames[0]] = page
    beside = _beside(arrows) if facts.graph != "both" else {}
    aside = {box for left, right in beside.values() for box in (*left, *right)}
    left = {box for boxes_left, _ in beside.values() for box in boxes_left if box.of is not None}
    pairs = {box.of: box for box in boxes if box.of is not None and facts.graph == "both"}
    for frame in reversed(frames):  # from the inside out: a subgraph is copied as it is added
        graph = graph_of[frame]
        if graph is not page:
            graph.attr(
                label=f"<{frame_label(frame, facts)}>",
                tooltip=in_tooltip(".".join(frame.module)),
                **_FRAME,
            )
        for row in _rows(frame.boxes, beside, aside, pairs):
            within = graphviz.Digraph(graph_attr={"rank": "same"}) if row[1:] else graph
            for box in row:
                within.node(**_node(box, facts))
            if row[1:]:
                graph.subgraph(within)
        for child in frame.children:
            graph.subgraph(graph_of[child])
    for arrow in arrows:
        edge = _edge(arrow, level=arrow.tail in aside or arrow.head in aside)
        if arrow.head in left or (arrow.flow == "gradient" and facts.graph == "both"):
            # Laid out the other way: beside its op on the left, and the backward as the forward is.
            edge |= {"tail_name": edge["head_name"], "head_name": edge["tail_name"], "dir": "back"}
        if facts.graph == "both" and arrow.tail.module != arrow.head.module:
            edge["minlen"] = "2"  # room for the leaves of the next module above its op
        if "xlabel" in edge:
            page.graph_attr["nodesep"] = _ROOM
        page.edge(**edge, **_colour(arrow, facts))
    for box, image in pairs.items():
        page.edge(box.id, image.id, style="invis")  # the backward to the right of the forward
    return page.source


def _needed(numbered: Mapping[Box, str]) -> dict[Box, str]:
    """The marks of ops, and of leaves that are called the same."""
    called = Counter(map(heading, numbered))
    return {
        box: mark
        for box, mark in numbered.items()
        if box.kind in ("op", "backward") or called[heading(box)] > 1
    }


Beside = tuple[list[Box], list[Box]]


def _beside(arrows: Sequence[Arrow]) -> dict[Box, Beside]:
    """For an op in a module's frame, what is to stand left and right of it: leaves that it alone reads.

    Above it they would be in the way of what flows into the module; below, gradients of leaves likewise.
    """
    readers, writers = Counter(arrow.tail for arrow in arrows), Counter(arrow.head for arrow in arrows)
    beside: defaultdict[Box, Beside] = defaultdict(lambda: ([], []))
    for tail, head, *_ in arrows:
        if _is_source(tail) and readers[tail] == 1:
            op, leaf = head, tail
        elif _is_sink(head) and writers[head] == 1:
            op, leaf = tail, head
        else:
            continue
        left, right = beside[op]
        if tail.module == head.module != () and not (left and right):
            (right if left else left).append(leaf)
    return beside


def _rows(
    boxes: Sequence[Box], beside: Mapping[Box, Beside], aside: set[Box], pairs: Mapping[Box, Box]
) -> Iterator[list[Box]]:
    """The boxes of a frame, those together that stand in one row."""
    images = set(pairs.values())
    for box in boxes:
        if box not in aside and box not in images:
            left, right = beside.get(box, ([], []))
            yield [*left, box, *right, *filter(None, [pairs.get(box)])]


def _edge(arrow: Arrow, level: bool) -> dict[str, str]:
    tail, head, operand, blocks, flow = arrow
    said = [f"{heading(tail)} → {heading(head)}", f"as {operand}" if operand else "", blocks]
    ends = in_tooltip(", ".join(filter(None, said)))
    edge = {"tail_name": tail.id, "head_name": head.id, "tooltip": ends}
    leaf = (
        heading(tail) if _is_source(tail) else heading(head).removesuffix(".grad") if _is_sink(head) else ""
    )
    named = "" if operand == leaf else operand
    if named or blocks:
        beside = ", ".join(filter(None, [named, blocks]))
        # Within a row as an afterthought: Graphviz fails at three labels there that it is to make room for.
        edge |= {
            "xlabel" if level or flow == "saved" else "label": f"<&#160;{in_label(beside)}>",
            "labeltooltip": ends,
        }
    if level:
        edge["weight"] = "0"  # else Graphviz puts every tail to the left
    return edge | _FLOWS[flow]


def _colour(arrow: Arrow, facts: Facts) -> dict[str, str]:
    """Red for what was given to the op that raised."""
    stops = any(isinstance(vertex, Failed) for vertex in arrow.head.vertices)
    tail = arrow.tail.source or arrow.tail
    if stops and any(vertex in facts.suspects for vertex in tail.vertices):
        return {"color": ALARM, "fontcolor": ALARM, "penwidth": "2"}
    return {}


def _is_source(box: Box) -> bool:
    return box.of is None and box.kind in ("leaf", "constant", "reference")


def _is_sink(box: Box) -> bool:
    return box.of is not None and box.kind in ("gradient", "reference")


def _node(box: Box, facts: Facts) -> dict[str, str]:
    style = _STYLES[box.kind] if box.of is None else _STYLES[box.of.kind] | _OF_GRADIENT
    if box.kind == "op" and (order := orders(box)[1]):
        style = style | _DERIVATIVE[min(order, len(_DERIVATIVE)) - 1]
    if box.kind == "op" and facts.passive.issuperset(box.vertices):
        style = style | _PASSIVE
    if facts.scale is not None and box in facts.scale.tints:
        style = style | {"fillcolor": facts.scale.tints[box]}
    if any(vertex in facts.roots for vertex in box.vertices):
        style = style | _ROOT
    if any(vertex in facts.suspects for vertex in (box.source or box).vertices):
        style = style | _SUSPECT
    wrong = facts.wrong if box.of is None else facts.wrong_gradients
    if any(vertex in wrong for vertex in box.vertices):
        style = style | _WRONG
    return {"name": box.id, "label": label(box, facts), "tooltip": in_tooltip(told(box, facts)), **style}
