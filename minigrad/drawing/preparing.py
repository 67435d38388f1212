"""What a picture is made from: a graph's nodes, opened and folded, and what is known of them."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from minigrad.drawing import quantities
from minigrad.drawing.constants import Operands, operands
from minigrad.drawing.costs import Costs
from minigrad.drawing.costs import costs as measure
from minigrad.drawing.failing import Failed
from minigrad.drawing.folding import Folding
from minigrad.drawing.folding import fold as folded
from minigrad.drawing.opening import open_fused, quantities_inside, stand_ins
from minigrad.drawing.quantities import Quantities
from minigrad.drawing.recorder import Recording
from minigrad.graph import Node, ancestors
from minigrad.tensor import Tensor


class Prepared(NamedTuple):
    """A graph to be drawn."""

    nodes: list[Node]  # the oldest first, with the ops inside of those that were opened
    roots: list[Node]
    reads: Mapping[Node, Operands]
    folding: Folding
    passive: frozenset[Node]  # ops that are drawn though they need no gradient
    known: dict[str, Quantities]  # "value" and "grad", as far as wanted
    costs: Costs | None
    failed: list[Failed]
    backward: str  # what has to be said of it, see quantities.of_backward


def prepare(
    roots: list[Node],
    wanted: Collection[str],
    expand: Sequence[str],
    fold: Sequence[str],
    depth: int | None,
) -> Prepared:
    """The graph of `roots` with what is `wanted` of "value", "grad", "costs" and "backward".

    Raises ValueError where a forward that raised is to have a gradient.
    """
    nodes = sorted(set().union(*map(ancestors, roots)), key=lambda node: node.serial)
    failed = [node for node in nodes if isinstance(node, Failed)]
    if failed and ("grad" in wanted or "backward" in wanted):
        raise ValueError(
            "draw got a forward that raised, so that no backward has run: leave gradients=True and graph= out"
        )
    known: dict[str, Quantities] = {}
    if "value" in wanted:
        known["value"] = quantities.values(nodes)
    if "grad" in wanted:
        known["grad"] = quantities.gradients(roots, nodes)
    costs = measure(nodes) if "costs" in wanted else None
    backward = quantities.of_backward(roots, nodes)
    nodes, opened = open_fused(nodes, expand)
    quantities_inside(opened, known)
    instead = stand_ins(opened)
    ends = [end for root in roots if isinstance(end := instead.get(root, root), Node)]
    reads = operands(nodes, instead)
    passive = frozenset().union(*(each.passive for each in opened))
    return Prepared(
        nodes, ends, reads, folded(nodes, reads, fold, depth), passive, known, costs, failed, backward
    )


def roots_of(tensor: Tensor | Sequence[Tensor] | Recording) -> list[Node]:
    """The nodes of what `draw` was given.  Raises TypeError or ValueError where there are none."""
    if isinstance(tensor, Recording):
        if ends := tensor.ends():
            return ends
        raise ValueError(
            "draw got a recording of nothing that is still held: keep what is computed inside the block, as "
            "`y = ...`, of tensors with requires_grad=True"
        )
    tensors = tensor if isinstance(tensor, Sequence) else [tensor]
    roots: list[Node] = []
    for t in tensors:
        if not isinstance(t, Tensor):
            raise TypeError(f"draw takes a Tensor or a sequence of them, and got a {type(t).__name__}")
        if t.node is None:
            raise ValueError(
                f"draw got a tensor of shape {t.shape} that no recorded op has made, so it has no graph: "
                "create its inputs with mg.tensor(..., requires_grad=True), outside mg.no_grad()"
            )
        roots.append(t.node)
    if not roots:
        raise ValueError("draw got an empty sequence: give it at least one Tensor")
    return list(dict.fromkeys(roots))
