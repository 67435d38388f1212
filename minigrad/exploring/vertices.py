"""The vertices of a graph, and what is known of each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from minigrad.drawing.constants import Constant, Operands, Vertex
from minigrad.graph import Leaf, Node
from minigrad.operation import Operation
from minigrad.watching import record_of


def in_order(nodes: Sequence[Node], reads: Mapping[Node, Operands]) -> Iterator[Vertex]:
    """The nodes, and each leaf and constant just before the first op that reads it."""
    seen: set[Vertex] = set()
    for node in nodes:
        if node.op is None:
            continue
        for _, operand in reads[node].drawn:
            if operand not in seen and (isinstance(operand, Constant) or operand.op is None):
                seen.add(operand)
                yield operand
        yield node


def kind_of(vertex: Vertex) -> str:
    """As `Box.kind` in a drawing."""
    if isinstance(vertex, Constant):
        return "constant"
    return "leaf" if vertex.op is None else "op"


def value_of(vertex: Vertex) -> Any:
    """What `mg.record()` has kept; of other leaves their present data; None where nothing is known."""
    if isinstance(vertex, Constant):
        return vertex.value
    record = record_of(vertex)
    if record is not None:
        return record.value
    tensor = vertex.tensor() if isinstance(vertex, Leaf) else None
    return None if tensor is None else tensor.data


def parameter(node: Node, place: int) -> str:
    """What the op calls the operand at a place."""
    op = node.op
    if not isinstance(op, Operation):
        return ""
    return op.variadic or (op.parameters[place] if place < len(op.parameters) else "")
