"""Nodes into boxes, and boxes into the clusters of the modules that made them.

A module is known by the components of its path, ("Transformer", "layers", "0").  An op belongs
where it ran.  A leaf or a constant belongs to the innermost module that holds all its users: a weight
is drawn in its layer, and one that two layers share beside them.  What a module was given from outside
belongs there.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Literal, NamedTuple

from minigrad.contexts import Path
from minigrad.drawing.constants import Constant, Operands, Vertex, call_of
from minigrad.drawing.describe import operand_name
from minigrad.drawing.recording import noted
from minigrad.graph import Node

Module = tuple[str, ...]
Kind = Literal["leaf", "constant", "op", "call", "module", "reference"]


@dataclass(eq=False)
class Box:
    """What is drawn as one: a vertex that belongs to `module`, a call of several, or all of a module."""

    id: str
    module: Module
    kind: Kind
    vertices: list[Vertex] = field(default_factory=list)
    outputs: list[Node] = field(default_factory=list)  # those of them that other boxes read, and roots
    source: "Box | None" = None  # of a reference: the box that it stands for

    @property
    def is_group(self) -> bool:
        return self.kind in ("module", "call")


class Arrow(NamedTuple):
    tail: Box
    head: Box
    operand: str  # what the op at the head calls what comes from the tail


@dataclass(eq=False)
class Cluster:
    """A frame around a module's boxes and around the clusters of the modules in it."""

    label: str
    module: Module = ()
    boxes: list[Box] = field(default_factory=list)
    children: list["Cluster"] = field(default_factory=list)


def arrange(
    nodes: Sequence[Node], reads: Mapping[Node, Operands], roots: Collection[Node], depth: int | None
) -> tuple[list[Box], list[Arrow]]:
    """The boxes and arrows of a graph whose nodes come oldest first, which settles every order here.

    `reads` are the operands of each node.  What lies in modules of more than `depth` components is folded
    into those of `depth` + 1.
    """
    box_of = _boxes(nodes, reads, depth)
    found: dict[tuple[Box, Box, int], list[str]] = {}
    outputs = dict.fromkeys(roots)
    for node in nodes:
        head = box_of[node]
        for place, operand in reads[node].drawn:
            tail = box_of[operand]
            if tail is head:
                continue
            if isinstance(operand, Node):
                outputs[operand] = None
            # In x * x both arrows are meant; where a group is at an end, one stands for many.
            together = tail.is_group or head.is_group
            inside = head.kind == "module" or (head.kind == "call" and not isinstance(place, str))
            name = "" if inside else operand_name(node, place)
            found.setdefault((tail, head, 0 if together else len(found)), []).append(name)
    for vertex, box in box_of.items():
        if vertex in outputs and isinstance(vertex, Node):
            box.outputs.append(vertex)
    arrows = [Arrow(tail, head, _listed(names)) for (tail, head, _), names in found.items()]
    return list(dict.fromkeys(box_of.values())), arrows


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


def kinds(nodes: Sequence[Node]) -> dict[Module, str]:
    """The class of each module, where whoever entered its scope has said it."""
    found: dict[Module, str] = {}
    for path in dict.fromkeys(node.path for node in nodes):
        if not isinstance(path, Path):
            continue
        module = _components(path)
        for root, table in path.tables:
            first = len(_components(root))
            for n in range(first, len(module) + 1):
                if (kind := table.get(".".join(module[first:n]))) is not None:
                    found[module[:n]] = kind.__name__
    return found


def folded(nodes: Sequence[Node], depth: int) -> int:
    """How many ops and modules are left at that depth."""
    modules = [_components(node.path) for node in nodes if node.op is not None]
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


def _boxes(nodes: Sequence[Node], reads: Mapping[Node, Operands], depth: int | None) -> dict[Vertex, Box]:
    modules = _modules(nodes, reads)
    box_of: dict[Vertex, Box] = {}
    groups: dict[object, Box] = {}
    drawn = 0
    for vertex in _in_order(nodes, reads):
        module, call = modules[vertex], call_of(vertex) if isinstance(vertex, Node) else None
        box = Box(f"n{drawn}", module, _kind(vertex))
        if depth is not None and len(module) > depth:
            module = module[: depth + 1]
            box = groups.setdefault(module, Box(f"n{drawn}", module, "module"))
        elif call is not None:
            box = groups.setdefault((module, call), box)
            box.kind = "call" if box.vertices else "op"
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


def _modules(nodes: Sequence[Node], reads: Mapping[Node, Operands]) -> dict[Vertex, Module]:
    modules: dict[Vertex, Module] = {}
    for node in nodes:
        module = _components(node.path) if node.op is not None else ()
        if node.op is not None:
            modules[node] = module
        for _, operand in reads[node].drawn:
            if isinstance(operand, Constant) or operand.op is None:
                outside = _outside(operand)
                shared = _shared(modules.get(operand, module), module)
                modules[operand] = shared if outside is None else _components(outside)
    return {vertex: modules.get(vertex, ()) for vertex in _in_order(nodes, reads)}


def _outside(vertex: Vertex) -> str | None:
    """The scope that a module was given a leaf or a constant from, if it was."""
    if isinstance(vertex, Constant):
        return vertex.path
    kept = noted(vertex)
    return None if kept is None else kept.path


def _listed(names: list[str]) -> str:
    names = [name for name in names if name]
    return ", ".join(names) if len(names) < 4 else f"{names[0]} … {names[-1]}"


def _components(path: str) -> Module:
    return tuple(filter(None, path.split(".")))


def _shared(a: Module, b: Module) -> Module:
    """The longest beginning of both."""
    return tuple(x for x, _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))
