"""The walk that a page shows: the program's backward where `mg.record()` has seen it, else one of its own."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from minigrad.contexts import no_grad
from minigrad.drawing.passing import Passed, pass_on, passed_by
from minigrad.gradients import Gradient
from minigrad.graph import GraphFreedError, Leaf, Node, backpropagate
from minigrad.tensor import Tensor
from minigrad.watching import Pull, Watcher, Watching, record_of


class Walk(NamedTuple):
    """What each op passed on, and the gradient of each leaf."""

    passed: dict[Node, Passed]
    leaves: dict[Node, np.ndarray]
    is_programs: bool  # whether the program itself has walked so, by `backward`


def walk(tensor: Tensor, root: Node, nodes: Sequence[Node]) -> Walk:
    """The walk back from `root`, the node of `tensor`, through `nodes`.

    Raises ValueError where a walk from there needs a gradient to begin with, GraphFreedError where a backward
    that nobody noted has freed what it reads.
    """
    passed = {node: each for node in nodes if (each := passed_by(node)) is not None}
    if root in passed:
        return Walk(passed, _recorded_of_leaves(nodes), True)
    return _walked(tensor, root)


def _recorded_of_leaves(nodes: Sequence[Node]) -> dict[Node, np.ndarray]:
    records = {node: record_of(node) for node in nodes if isinstance(node, Leaf)}
    return {
        node: record.gradient
        for node, record in records.items()
        if record is not None and record.gradient is not None
    }


def _walked(tensor: Tensor, root: Node) -> Walk:
    """A walk of the page's own, which leaves the graph and every `grad` as they are."""
    record = record_of(root)
    seed = None if record is None else record.gradient
    if seed is None and tensor.size != 1:
        raise ValueError(
            f"explore walks back from one number, and got a tensor of shape {tensor.shape} that no backward "
            "has come to: give it a loss, as t.sum(), or call t.backward(gradient) inside `with mg.record():`"
        )
    notes = _Notes()
    try:
        with no_grad(), Watching(notes):
            seed = np.ones(root.shape, root.dtype) if seed is None else seed
            leaves = backpropagate(root, seed, retain_graph=True)
    except GraphFreedError as error:
        raise GraphFreedError(
            "explore found a graph that an earlier backward has freed, and no note of what it passed on: "
            "call backward inside `with mg.record(): ...`, or keep it with backward(retain_graph=True)"
        ) from error
    return Walk(notes.passed, leaves, False)


class _Notes(Watcher):
    def __init__(self) -> None:
        self.passed: dict[Node, Passed] = {}

    def pull_back(
        self, pull: Pull, node: Node, saved: Any, g: Gradient, wanted: tuple[Node | None, ...]
    ) -> Iterable[Gradient]:
        shares, self.passed[node] = pass_on(pull, node, saved, g, wanted)
        return shares
