"""The backward pass as a graph: `draw(loss, graph="backward")`, or `graph="both"`.

It is the forward turned around, box by box: where an op reads an operand, a share of the operand's gradient
comes back.  Shares that come to one box are added up.  What a derivative reads of the forward is what its
rule names, or, of a fused op, all that it has saved.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from minigrad.drawing.constants import Operands, Vertex
from minigrad.drawing.grouping import Arrow, Box, Kind
from minigrad.graph import Node
from minigrad.primitive import Primitive

Graph = Literal["forward", "backward", "both"]


def turned(
    graph: Graph,
    boxes: Sequence[Box],
    arrows: Sequence[Arrow],
    reads: Mapping[Node, Operands],
    passive: Collection[Vertex],
) -> tuple[list[Box], list[Arrow]]:
    """What is drawn of the boxes and arrows of a forward, and of their images in the backward."""
    if graph == "forward":
        return list(boxes), list(arrows)
    mirror = _images(boxes, passive)
    back = [
        arrow._replace(tail=mirror[arrow.head], head=mirror[arrow.tail], flow="gradient")
        for arrow in arrows
        if arrow.tail in mirror and arrow.head in mirror
    ]
    _count_shares(mirror.values(), reads, passive)
    if graph == "both":
        return [*boxes, *mirror.values()], [*arrows, *back, *_saved(arrows, mirror, reads)]
    images = list(reversed(mirror.values()))
    for i, image in enumerate(images):
        image.id = f"n{i}"
    return images, back


def _images(boxes: Sequence[Box], passive: Collection[Vertex]) -> dict[Box, Box]:
    """Of each box that a gradient comes to, its box in the backward."""
    mirror: dict[Box, Box] = {}
    for box in boxes:
        source = box.source or box
        if any(isinstance(vertex, Node) and vertex not in passive for vertex in source.vertices):
            mirror[box] = Box(f"n{len(boxes) + len(mirror)}", box.module, _kind(box), of=box, said=box.said)
    for box, image in mirror.items():
        image.vertices, image.outputs = box.vertices, box.outputs
        image.source = None if box.source is None else mirror[box.source]
    return mirror


def _count_shares(images: Iterable[Box], reads: Mapping[Node, Operands], passive: Collection[Vertex]) -> None:
    """Say of each gradient of how many shares it is the sum."""
    active = (node for node in reads if node not in passive)
    shares = Counter(operand for node in active for _, operand in reads[node].drawn)
    for image in images:
        found = {shares[vertex] for vertex in image.vertices} - {0}
        if found and image.source is None and image.of is not None and not image.of.is_group:
            low, high = min(found), max(found)
            image.said = "" if high == 1 else f"sum of {high}" if low == high else f"sums of {low} to {high}"


def _kind(box: Box) -> Kind:
    return "reference" if box.source is not None else "gradient" if box.kind == "leaf" else "backward"


def _saved(arrows: Sequence[Arrow], mirror: Mapping[Box, Box], reads: Mapping[Node, Operands]) -> list[Arrow]:
    """From what each derivative reads of the forward to its box."""
    tails: defaultdict[Box, list[Box]] = defaultdict(list)
    for arrow in arrows:
        tails[arrow.head].append(arrow.tail)
    found: dict[Arrow, None] = {}
    for box, image in mirror.items():
        if box.kind != "op":
            continue
        node = box.vertices[0]
        assert isinstance(node, Node)
        for vertex, name in _read(node, reads[node]):
            tail = box if vertex is node else _of(vertex, tails[box])
            if tail is not None:
                found[Arrow(tail, image, name, flow="saved")] = None
    return list(found)


def _of(vertex: Vertex, tails: Sequence[Box]) -> Box | None:
    return next((tail for tail in tails if vertex in (tail.source or tail).vertices), None)


def _read(node: Node, reads: Operands) -> Iterator[tuple[Vertex, str]]:
    """The operands, and the result, that the derivative of an op reads, by the names that its rules have."""
    op = node.op
    if not isinstance(op, Primitive):
        yield node, "saved"
        return
    rules = op.rules if op.variadic is None else op.rules * len(node.parents)
    used = [rule for rule, parent in zip(rules, node.parents, strict=False) if rule and parent]
    names = {name for rule in used for name in rule.reads}
    if "out" in names:
        yield node, "out"
    for place, operand in reads.drawn:
        name = op.parameters[place] if isinstance(place, int) and place < len(op.parameters) else op.variadic
        if name in names:
            yield operand, str(name)
