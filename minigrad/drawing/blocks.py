"""A table of blocks that repeat: how many parameters each has, its gradients' norm, and what it took."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from minigrad.drawing.constants import Vertex
from minigrad.drawing.costs import Costs, in_bytes, in_time
from minigrad.drawing.folding import Folding, Repeated
from minigrad.drawing.quantities import Quantities
from minigrad.graph import Leaf, Node

MOST = 12  # rows, evenly taken from all


class Table(NamedTuple):
    """`said` holds for each block; `rows` are of some of them, below `heads`."""

    said: str
    heads: list[str]
    rows: list[list[str]]


def tables(folding: Folding, shown: Mapping[str, Quantities], costs: Costs | None) -> dict[Repeated, Table]:
    """Of every repetition."""
    blocks: dict[Repeated, list[list[Vertex]]] = {}
    for vertex, turns in folding.turns.items():
        for mark, turn in turns.items():
            if mark not in blocks:
                blocks[mark] = [[] for _ in range(mark.times)]
            blocks[mark][turn].append(vertex)
    return {mark: _table(each, shown.get("grad"), costs) for mark, each in blocks.items()}


def _table(blocks: Sequence[list[Vertex]], gradients: Quantities | None, costs: Costs | None) -> Table:
    leaves = [[vertex for vertex in block if isinstance(vertex, Leaf)] for block in blocks]
    last = [_last(block) for block in blocks]
    parameters = sum(int(np.prod(leaf.shape)) for leaf in leaves[0])
    columns: dict[str, list[str]] = {}
    if gradients is not None:
        if parameters:
            columns["‖∂ parameters‖"] = [_norm(each, gradients) for each in leaves]
        columns[f"‖∂ {last[0].op.name}‖" if last[0].op else ""] = [_norm([each], gradients) for each in last]
    if costs is not None:
        columns["time"] = [in_time(costs.time_of(block)) for block in blocks]
        columns["kept"] = [in_bytes(costs.kept_by(block)) for block in blocks]
    shown = np.unique(np.linspace(0, len(blocks) - 1, MOST).round().astype(int)).tolist() if columns else []
    rows = [[f"{i}", *(column[i] for column in columns.values())] for i in shown]
    return Table(f"{parameters:,} parameters each" if parameters else "", ["", *columns], rows)


def _last(block: Sequence[Vertex]) -> Node:
    """The op that ends a block."""
    return max((v for v in block if isinstance(v, Node) and v.op is not None), key=lambda node: node.serial)


def _norm(nodes: Sequence[Node], gradients: Quantities) -> str:
    squares = [float(np.sum(np.square(gradients[n], dtype=np.float64))) for n in nodes if n in gradients]
    return f"{np.sqrt(sum(squares)):.3g}" if squares else "–"
