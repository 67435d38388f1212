"""Nodes into boxes, and boxes into the clusters of the modules that made them.

A module is known by the components of its path, ("Transformer", "layers", "0").  An op belongs
where it ran.  A leaf or a constant belongs to the innermost module that holds all its users: a weight
is drawn in its layer, and one that two layers share beside them.  What a module was given from outside
belongs there.
"""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Literal, NamedTuple

from minigrad.contexts import Path
from minigrad.drawing.constants import Constant, Operands, Vertex, call_of
from minigrad.drawing.crossings import Crossing, in_words
from minigrad.drawing.describe import operand_name
from minigrad.drawing.folding import Folding, Module, Repeated, components, framed
from minigrad.drawing.recording import noted
from minigrad.graph import Node

Kind = Literal["leaf", "constant", "op", "call", "module", "reference", "gradient", "backward"]
Flow = Literal["value", "gradient", "saved"]


@dataclass(eq=False)
class Box:
    """What is drawn as one: a vertex that belongs to `module`, a call of several, or all of a module."""

    id: str
    module: Module
    kind: Kind
    vertices: list[Vertex] = field(default_factory=list)
    # Those of them that other boxes read, and roots; of blocks that repeat, those of the first.
    outputs: list[Node] = field(default_factory=list)
    source: "Box | None" = None  # of a reference: the box that it stands for
    of: "Box | None" = None  # in the backward: the box that a gradient comes to
    said: str = ""  # of a reference: in which block, where that is another one; in the backward: how often

    @property
    def is_group(self) -> bool:
        return self.kind in ("module", "call")


class Arrow(NamedTuple):
    tail: Box
    head: Box
    operand: str  # what the op at the head calls what comes from the tail
    blocks: str = ""  # where one end is in a block that repeats: which of them are meant
    flow: Flow = "value"  # what comes along it; what is saved of the forward goes to the backward


@dataclass(eq=False)
class Cluster:
    """A frame around a module's boxes and around the clusters of the modules in it."""

    label: str
    module: Module = ()
    boxes: list[Box] = field(default_factory=list)
    children: list["Cluster"] = field(default_factory=list)


def arrange(
    nodes: Sequence[Node], reads: Mapping[Node, Operands], roots: Collection[Node], folding: Folding
) -> tuple[list[Box], list[Arrow]]:
    """The boxes and arrows of a graph whose nodes come oldest first, which settles every order here.

    `reads` are the operands of each node.
    """
    box_of = _boxes(nodes, reads, folding)
    found: dict[Hashable, _Meant] = {}
    outputs = dict.fromkeys(folding.drawn.get(root, root) for root in roots)
    for node in nodes:
        head = box_of[node]
        for place, operand in reads[node].drawn:
            tail = box_of[operand]
            crossing = Crossing.between(folding, operand, node)
            if tail is head and (tail.is_group or crossing.later is None):
                continue
            if isinstance(operand, Node):
                outputs[folding.drawn.get(operand, operand)] = None
            # In x * x both arrows are meant; where a group is at an end, one stands for many.
            together = tail.is_group or head.is_group or crossing.leaving is not None
            inside = head.kind == "module" or (head.kind == "call" and not isinstance(place, str))
            name = "" if inside else operand_name(node, place)
            key = tail, head, None if together else (folding.drawn.get(node, node), place), crossing.later
            names, crossings = found.setdefault(key, _Meant(tail, head, [], []))[2:]
            names.append(name)
            crossings.append(crossing)
    for vertex, box in box_of.items():
        if vertex in outputs and isinstance(vertex, Node):
            box.outputs.append(vertex)
    arrows = [
        Arrow(tail, head, _listed(names), in_words(crossings, tail.module, head.module))
        for tail, head, names, crossings in found.values()
    ]
    return list(dict.fromkeys(box_of.values())), arrows


class _Meant(NamedTuple):
    """All that one arrow stands for."""

    tail: Box
    head: Box
    names: list[str]
    crossings: list[Crossing]


def clusters(boxes: Sequence[Box]) -> list[Cluster]:
    """All clusters, each before those in it; the first is the page itself and holds the others.

    One with nothing in it but another cluster is made one with that, as "layers.0".
    """
    page = Cluster("")
    of_module: dict[Module, Cluster] = {(): page}
    for box in boxes:
        module = box.module[:-1] if box.kind == "module" else box.module
        for n, component in enumerate(module, 1):
            if module[:n] not in of_module:
                of_module[module[:n]] = Cluster(component, module[:n])
                of_module[module[: n - 1]].children.append(of_module[module[:n]])
        of_module[module].boxes.append(box)
    return list(_outermost_first(page))


def kinds(nodes: Sequence[Node], folding: Folding) -> dict[Module, str]:
    """The class of each module, where whoever entered its scope has said it."""
    found: dict[Module, str] = {}
    of_each = {(node.path, folding.module.get(node)): node for node in reversed(nodes)}
    for (path, _), node in of_each.items():
        if not isinstance(path, Path):
            continue
        module, ends = framed(components(path), folding.turns.get(node, {}))
        for root, table in path.tables:
            first = len(components(root))
            for n in range(max(first, 1), len(ends) + 1):
                if (kind := table.get(".".join(components(path)[first:n]))) is not None:
                    found[module[: ends[n - 1]]] = kind.__name__
    return found


def count_at(nodes: Sequence[Node], depth: int) -> int:
    """How many ops and modules are left at that depth."""
    modules = [components(node.path) for node in nodes if node.op is not None]
    alone = sum(len(module) <= depth for module in modules)
    return alone + len({module[: depth + 1] for module in modules if len(module) > depth})


def _outermost_first(page: Cluster) -> Iterator[Cluster]:
    stack = [page]
    while stack:
        cluster = stack.pop()
        while cluster is not page and not cluster.boxes and len(cluster.children) == 1:
            only = cluster.children[0]
            cluster.label += f".{only.label}"
            cluster.module, cluster.boxes, cluster.children = only.module, only.boxes, only.children
        yield cluster
        stack.extend(reversed(cluster.children))


def _boxes(nodes: Sequence[Node], reads: Mapping[Node, Operands], folding: Folding) -> dict[Vertex, Box]:
    modules = _modules(nodes, reads, folding)
    box_of: dict[Vertex, Box] = {}
    groups: dict[object, Box] = {}
    drawn = 0
    for vertex in _in_order(nodes, reads):
        first = folding.drawn.get(vertex, vertex)
        module, call = modules[first], call_of(first) if isinstance(first, Node) else None
        box = Box(f"n{drawn}", module, _kind(vertex))
        if (closed := folding.box_of(module)) is not None:
            box = groups.setdefault(closed, Box(f"n{drawn}", closed, "module"))
        elif call is not None:
            box = groups.setdefault((module, call), box)
            if box.vertices and first is not box.vertices[0]:
                box.kind = "call"
        else:
            box = groups.setdefault(first, box)
        drawn += not box.vertices
        box.vertices.append(vertex)
        box_of[vertex] = box
    return box_of


def _in_order(nodes: Sequence[Node], reads: Mapping[Node, Operands]) -> Iterator[Vertex]:
    """The nodes, and each constant before the first that reads it."""
    seen: set[Vertex] = set()
    for node in nodes:
        for _, operand in reads[node].drawn:
            if isinstance(operand, Constant) and operand not in seen:
                seen.add(operand)
                yield operand
        yield node


def _kind(vertex: Vertex) -> Kind:
    if isinstance(vertex, Constant):
        return "constant"
    return "leaf" if vertex.op is None else "op"


def _modules(nodes: Sequence[Node], reads: Mapping[Node, Operands], folding: Folding) -> dict[Vertex, Module]:
    modules = dict[Vertex, Module](folding.module.items())
    readers: dict[Vertex, dict[Repeated, set[int]]] = {}  # of a leaf or constant: in which blocks it is read
    for node in nodes:
        module = folding.module.get(node, ())
        for _, operand in reads[node].drawn:
            if isinstance(operand, Constant) or operand.op is None:
                outside = _outside(operand)
                shared = _shared(modules.get(operand, module), module)
                modules[operand] = shared if outside is None else components(outside)
                for mark, turn in folding.turns.get(node, {}).items():
                    readers.setdefault(operand, {}).setdefault(mark, set()).add(turn)
                if marks := folding.turns.get(operand, {}):  # each block has one: in their frame at least
                    within = 1 + max(module.index(mark) for mark in marks)
                    modules[operand] = max(modules[operand], module[:within], key=len)
    for operand, blocks in readers.items():
        for mark, turns in blocks.items():
            all_read = mark in folding.turns.get(operand, {}) or len(turns) == mark.times
            if not all_read and mark in modules[operand]:  # such as the state before the first step
                modules[operand] = modules[operand][: modules[operand].index(mark)]
    return {vertex: modules.get(vertex, ()) for vertex in _in_order(nodes, reads)}


def _outside(vertex: Vertex) -> str | None:
    """The scope that a module was given a leaf or a constant from, if it was."""
    if isinstance(vertex, Constant):
        return vertex.path
    kept = noted(vertex)
    return None if kept is None else kept.path


def _listed(names: list[str]) -> str:
    names = list(dict.fromkeys(filter(None, names)))
    return ", ".join(names) if len(names) < 4 else f"{names[0]} … {names[-1]}"


def _shared(a: Module, b: Module) -> Module:
    """The longest beginning of both."""
    return tuple(x for x, _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))
