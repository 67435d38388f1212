"""The value and the gradient of each node, as far as they are known."""

from collections.abc import Mapping, Sequence

import numpy as np

from minigrad.contexts import no_grad
from minigrad.drawing.describe import is_finite
from minigrad.graph import GraphFreedError, Leaf, Node, backpropagate
from minigrad.watching import RECORD, Record, record_of

Quantities = dict[Node, np.ndarray]

_NAMED = 5  # ops in a sentence


def values(nodes: Sequence[Node]) -> Quantities:
    """What `mg.record()` has kept; for other leaves, their present data."""
    found = _recorded(nodes)
    if any(node.op is not None for node in nodes) and not found:
        raise ValueError(
            "draw(values=True) found no values, because the graph does not keep them by itself: "
            "compute inside `with mg.record(): ...`, then draw"
        )
    for leaf in _leaves(nodes):
        if leaf not in found and (tensor := leaf.tensor()) is not None:
            found[leaf] = tensor.data
    return found


def gradients(roots: Sequence[Node], nodes: Sequence[Node]) -> Quantities:
    """What the last `backward` has left in the records, else what a walk from here gives."""
    records = {node: record_of(node) for node in nodes}
    known = {node: record.gradient for node, record in records.items() if record is not None}
    found: Quantities = {node: g for node, g in known.items() if g is not None}
    if not all(root in found for root in roots):
        return _pulled_back(roots, nodes)
    for leaf in _leaves(nodes):
        if leaf not in found and (tensor := leaf.tensor()) is not None and tensor.grad is not None:
            found[leaf] = tensor.grad.data
    return found


def of_backward(roots: Sequence[Node], nodes: Sequence[Node]) -> str:
    """What a picture must say of the backward that it shows, where that is not the program's own."""
    records = [record_of(root) for root in roots]
    if all(record is not None and record.gradient is not None for record in records):
        return ""
    if any(node.op is not None and node.saved is None for node in nodes):
        return "a backward has run that nobody recorded"
    if None in records:
        return "no backward was recorded: this is what one would do"
    return "backward was not run: this is what it would do"


def without_values(nodes: Sequence[Node], found: Quantities) -> list[str]:
    """What a picture must say of ops whose values are not known: nobody recorded them, or they call no op."""
    names = sorted({node.op.name for node in nodes if node.op is not None and node not in found})
    if not names:
        return []
    return [f"no value was recorded of {', '.join(names[:_NAMED])}{', …' if len(names) > _NAMED else ''}"]


def not_finite(nodes: Sequence[Node], shown: Mapping[str, Quantities]) -> set[Node]:
    """The nodes with a NaN or an infinity: in the value that was recorded, or in what is shown."""
    return {
        node for found in (_recorded(nodes), *shown.values()) for node, x in found.items() if not is_finite(x)
    }


def _recorded(nodes: Sequence[Node]) -> Quantities:
    records = {node: record_of(node) for node in nodes}
    known = {node: record.value for node, record in records.items() if record is not None}
    return {node: value for node, value in known.items() if value is not None}


def _pulled_back(roots: Sequence[Node], nodes: Sequence[Node]) -> Quantities:
    """The gradients of one number, which leave every `grad` and the graph as they were."""
    if len(roots) != 1 or np.prod(roots[0].shape) != 1:
        given = f"{len(roots)} tensors" if len(roots) != 1 else f"a tensor of shape {roots[0].shape}"
        raise ValueError(
            f"draw(gradients=True) needs one number to differentiate, and got {given}: draw a loss, as "
            "t.sum(), or call backward(gradient) inside `with mg.record(): ...` first"
        )
    root = roots[0]
    before = [node.hooks for node in nodes]
    records = {node: Record(None) for node in nodes}
    try:
        for node, record in records.items():
            node.hooks = {**(node.hooks or {}), RECORD: record}
        with no_grad():
            backpropagate(root, np.ones(root.shape, root.dtype), retain_graph=True)
    except GraphFreedError as error:
        raise GraphFreedError(
            "draw(gradients=True) found no gradients, and an earlier backward has freed the graph that "
            "would give them: compute inside `with mg.record(): ...`, so that backward leaves them for "
            "the drawing, or keep the graph with backward(retain_graph=True)"
        ) from error
    finally:
        for node, kept in zip(nodes, before, strict=True):
            node.hooks = kept
    return {node: record.gradient for node, record in records.items() if record.gradient is not None}


def _leaves(nodes: Sequence[Node]) -> list[Leaf]:
    return [node for node in nodes if isinstance(node, Leaf)]
