"""Fused ops opened into the compositions that they are equal to: `draw(loss, expand="self_attention")`.

The program ran the fast pair.  The composition is computed again, from the same operands, for the drawing
alone: on leaves of its own that stand in for the operands, so that the program's graph stays as it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from minigrad.contexts import Path, no_grad, using
from minigrad.drawing.recorder import Recorder
from minigrad.drawing.recording import Given, noted
from minigrad.fused import Fused
from minigrad.graph import Leaf, Node, ancestors, backpropagate
from minigrad.tensor import Tensor
from minigrad.watching import Watching, record_of

_CLOSE = 1e-2  # of the largest element: float16 included, and another operand left out


class Opened(NamedTuple):
    """One fused op, and the ops of its composition, the oldest first."""

    fused: Node
    inside: list[Node]
    operands: dict[Node, Node | Given]  # of each leaf inside, what it stands in for
    passive: set[Node]  # those inside that need no gradient, since their operands do not

    @property
    def result(self) -> Node:
        return self.inside[-1]


def open_fused(nodes: Sequence[Node], names: Sequence[str]) -> tuple[list[Node], list[Opened]]:
    """The nodes with those of compositions in the place of the fused ops of these names; and these.

    Raises ValueError for a name that no fused op of the graph has, where the operands of one are not known
    any more, and where they have been written to since.
    """
    there = sorted({node.op.name for node in nodes if isinstance(node.op, Fused)})
    for name in names:
        if name not in there:
            raise ValueError(
                f"draw(expand={name!r}) names no fused op of this graph: "
                + (f"it has {', '.join(there)}" if there else "it has none, every op is drawn as it is")
            )
    opened: list[Opened] = []
    taken: set[str] = set()
    drawn: list[Node] = []
    waiting = list(reversed(nodes))
    while waiting:
        node = waiting.pop()
        if isinstance(node.op, Fused) and node.op.name in names:
            opened.append(_opened(node, node.op, taken))
            waiting += reversed(opened[-1].inside)
        else:
            drawn.append(node)
    return drawn, opened


def stand_ins(opened: Sequence[Opened]) -> dict[Node, Node | Given]:
    """Of each node that others read and that is not drawn, what is drawn for it."""
    instead: dict[Node, Node | Given] = {}
    for each in opened:
        instead |= {each.fused: each.result, **each.operands}
    return {node: _followed(node, instead) for node in instead}


def _followed(node: Node, instead: Mapping[Node, Node | Given]) -> Node | Given:
    found: Node | Given = node
    while isinstance(found, Node) and found in instead:
        found = instead[found]
    return found


def quantities_inside(opened: Sequence[Opened], shown: Mapping[str, dict[Node, np.ndarray]]) -> None:
    """Add the values and gradients inside; the results have those of the fused ops, which the program ran."""
    values, gradients = shown.get("value", {}), shown.get("grad", {})
    for each in opened:
        if each.fused in values:
            values |= {node: record.value for node in each.inside if (record := record_of(node)) is not None}
            values[each.result] = values[each.fused]
        if each.fused in gradients:
            active = [node for node in each.inside if node not in each.passive]
            with no_grad():
                seed = gradients[each.fused]
                gradients |= backpropagate(each.result, seed, active, retain_graph=True)
            gradients[each.result] = seed


def _opened(node: Node, op: Fused[Any], taken: set[str]) -> Opened:
    operands, options = _arguments(node, op)
    kept = noted(node)
    given = {} if kept is None else kept.given
    stands: dict[Node, Node | Given] = {}
    tensors = list(operands)
    for i, (operand, parent) in enumerate(zip(operands, node.parents, strict=True)):
        if parent is not None or (op.differentiable[i] and _is_floats(operand)):
            tensors[i] = Tensor(operand)
            tensors[i].node = leaf = Leaf(tensors[i])
            stands[leaf] = parent or given.get(i, Given(operand, op.parameters[i]))
    with using(recording=True, path=_frame(node, op, taken)), Watching(Recorder()):
        again = op.composed(*tensors, **options)
    _check(node, op, again)
    inside = [each for each in ancestors(again.node) if each.op is not None]
    _name_alike(node, inside[-1])
    active = {leaf for leaf, meant in stands.items() if isinstance(meant, Node)}
    for each in inside:
        if not active.isdisjoint(each.parents):
            active.add(each)
    return Opened(node, inside, stands, set(inside) - active)


def _is_floats(operand: Any) -> bool:
    return isinstance(operand, np.ndarray) and operand.dtype.kind == "f"


def _arguments(node: Node, op: Fused[Any]) -> tuple[list[Any], dict[str, Any]]:
    kept = noted(node)
    if node.saved is not None:
        operands, options, _ = node.saved
        return operands, options
    if kept is not None and kept.arguments is not None:
        return kept.arguments
    raise ValueError(
        f"draw(expand={op.name!r}) found no operands of {op.name}, since a backward has freed them: compute "
        "inside `with mg.record(): ...`, or keep the graph with backward(retain_graph=True)"
    )


def _frame(node: Node, op: Fused[Any], taken: set[str]) -> Path:
    """A path for the frame around it, which no other has."""
    path = f"{node.path}.{op.name}" if node.path else op.name
    found = next(
        each for n in range(len(taken) + 1) if (each := f"{path} {n + 1}" if n else path) not in taken
    )
    taken.add(found)
    frame = Path(found)
    frame.tables = getattr(node.path, "tables", ())
    return frame


def _check(node: Node, op: Fused[Any], again: Tensor) -> None:
    """Raises ValueError where the composition gives something else than the program saw."""
    kept = noted(node)
    if kept is None or kept.value is None:
        return
    value = np.asarray(kept.value)
    near = _CLOSE * np.abs(value[np.isfinite(value)]).max(initial=0)
    if not np.allclose(again.data, value, rtol=0, atol=near, equal_nan=True):
        raise ValueError(
            f"draw(expand={op.name!r}) computed {op.name} again and got other numbers than the program, "
            "since one of its operands was written to: draw before the optimiser's step"
        )


def _name_alike(node: Node, result: Node) -> None:
    kept, record = noted(node), noted(result)
    result.name = getattr(node, "name", "")
    if kept is not None and record is not None:
        record.name = kept.name
