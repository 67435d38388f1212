"""Nodes into boxes, and boxes into the clusters of the modules that made them.

A module is known by the components of its path, ("Transformer", "layers", "0").  An op belongs
where it ran.  A leaf belongs to the innermost module that holds all its users: a weight is drawn in
its layer, and one that two layers share beside them.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple

from minigrad.drawing.describe import operand_name
from minigrad.graph import Node

Module = tuple[str, ...]


@dataclass(eq=False)
class Box:
    """What is drawn as one: a node that belongs to `module`, or (`folded`) all that belongs to it."""

    id: str
    module: Module
    folded: bool
    nodes: list[Node] = field(default_factory=list)
    outputs: list[Node] = field(default_factory=list)  # those of them that other boxes read, and roots


class Arrow(NamedTuple):
    tail: Box
    head: Box
    operand: str  # what the op at the head calls what comes from the tail


@dataclass(eq=False)
class Cluster:
    """A frame around a module's boxes and around the clusters of the modules in it."""

    label: str
    boxes: list[Box] = field(default_factory=list)
    children: list["Cluster"] = field(default_factory=list)


def arrange(
    nodes: Sequence[Node], roots: Collection[Node], depth: int | None
) -> tuple[list[Box], list[Arrow]]:
    """The boxes and arrows of a graph whose nodes come oldest first, which settles every order here.

    What lies in modules of more than `depth` components is folded into those of `depth` + 1.
    """
    box_of = _boxes(nodes, depth)
    operands: dict[tuple[Box, Box, int], list[str]] = {}
    read = set(roots)
    for node in nodes:
        head = box_of[node]
        for i, parent in enumerate(node.parents):
            if parent is None or box_of[parent] is head:
                continue
            read.add(parent)
            tail = box_of[parent]
            # In x * x both arrows are meant; where a folded box is at an end, one stands for many.
            number = 0 if tail.folded or head.folded else len(operands)
            name = "" if head.folded else operand_name(node, i)
            operands.setdefault((tail, head, number), []).append(name)
    for node, box in box_of.items():
        if node in read:
            box.outputs.append(node)
    arrows = [Arrow(tail, head, _listed(names)) for (tail, head, _), names in operands.items()]
    return list(dict.fromkeys(box_of.values())), arrows


def clusters(boxes: Sequence[Box]) -> list[Cluster]:
    """All clusters, each before those in it; the first is the page itself and holds the others.

    One with nothing in it but another cluster is made one with that, as "layers.0".
    """
    page = Cluster("")
    of_module: dict[Module, Cluster] = {(): page}
    for box in boxes:
        module = box.module[:-1] if box.folded else box.module
        for n, component in enumerate(module, 1):
            if module[:n] not in of_module:
                of_module[module[:n]] = Cluster(component)
                of_module[module[: n - 1]].children.append(of_module[module[:n]])
        of_module[module].boxes.append(box)
    return list(_outermost_first(page))


def _outermost_first(page: Cluster) -> Iterator[Cluster]:
    stack = [page]
    while stack:
        cluster = stack.pop()
        while cluster is not page and not cluster.boxes and len(cluster.children) == 1:
            only = cluster.children[0]
            cluster.label += f".{only.label}"
            cluster.boxes, cluster.children = only.boxes, only.children
        yield cluster
        stack.extend(reversed(cluster.children))


def _boxes(nodes: Sequence[Node], depth: int | None) -> dict[Node, Box]:
    modules = _modules(nodes)
    box_of: dict[Node, Box] = {}
    folded: dict[Module, Box] = {}
    drawn = 0
    for node in nodes:
        module = modules[node]
        if depth is None or len(module) <= depth:
            box = Box(f"n{drawn}", module, folded=False)
        else:
            module = module[: depth + 1]
            box = folded.get(module) or folded.setdefault(module, Box(f"n{drawn}", module, folded=True))
        drawn += not box.nodes
        box.nodes.append(node)
        box_of[node] = box
    return box_of


def _modules(nodes: Sequence[Node]) -> dict[Node, Module]:
    modules: dict[Node, Module] = {node: _components(node.path) for node in nodes if node.op is not None}
    for node in nodes:
        for parent in node.parents:
            if parent is not None and parent.op is None:
                modules[parent] = _shared(modules.get(parent, modules[node]), modules[node])
    return {node: modules.get(node, ()) for node in nodes}


def _listed(names: list[str]) -> str:
    names = [name for name in names if name]
    return ", ".join(names) if len(names) < 4 else f"{names[0]} … {names[-1]}"


def _components(path: str) -> Module:
    return tuple(filter(None, path.split(".")))


def _shared(a: Module, b: Module) -> Module:
    """The longest beginning of both."""
    return tuple(x for x, _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))
