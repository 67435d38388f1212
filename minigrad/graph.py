"""Reverse mode itself: the nodes of a computation graph, and the walk that pulls gradients back.

A node remembers which op made a value, from which parents, and the few arrays that the op's
derivative will read.  It holds neither the value nor the Tensor, so reference counting alone
frees a graph.  Gradients are ndarrays here, or Tensors where the walk is recorded, so that they can be
differentiated again (`create_graph`): this module needs to know nothing of either but NumPy's methods.
"""

import weakref
from collections.abc import Callable, Iterable
from functools import partial
from heapq import heappop, heappush
from itertools import count
from operator import attrgetter
from typing import Any, Protocol

import numpy as np

from minigrad import modes
from minigrad.gradients import Gradient, Part, Shape, add, fit

Hook = Callable[[Gradient], Gradient | None]  # sees a gradient pass, and may give another in its place


class Differentiable(Protocol):
    """What a node asks of the op that made it."""

    name: str
    gives_new: bool  # whether nothing else holds the gradients that it gives, unless they are g or views

    def pull_back(self, node: "Node", saved: Any, g: Gradient, wanted: "Parents") -> Iterable[Gradient]:
        """One gradient for each of `wanted`, in order, or None for 0; anything where that is None."""


_serials = count()


class Node:
    """One op's application: `op` made a value of `shape` and `dtype` from `parents`.

    `parents` has one entry per operand, None where no gradient is needed.  `saved` is what the
    op's derivative reads, None once freed.  `serial` grows with time, so it orders any graph.
    """

    __slots__ = ("__weakref__", "dtype", "hooks", "name", "op", "parents", "path", "saved", "serial", "shape")

    name: str  # what a person calls its value in drawings; not there until it is set

    def __init__(
        self, op: Differentiable | None, parents: "Parents", saved: Any, value: Any, path: str = ""
    ) -> None:
        self.op = op
        self.parents = parents
        self.saved = saved
        self.shape: Shape = value.shape
        self.dtype: np.dtype[Any] = value.dtype
        self.path = path
        self.serial: float = next(_serials)
        self.hooks: dict[int, Hook] | None = None  # by number, in the order in which they are called


Parents = tuple[Node | None, ...]


class Leaf(Node):
    """Where gradients end.  It knows its Tensor weakly, so that no cycle ever forms."""

    __slots__ = ("tensor",)

    def __init__(self, tensor: Any, path: str = "") -> None:
        super().__init__(None, (), (), tensor, path)
        self.tensor = weakref.ref(tensor)
        self.name = ""


class GraphFreedError(RuntimeError):
    """A second walk through a graph whose saved arrays the first walk has freed."""


def backpropagate(
    root: Node, seed: Gradient, targets: Iterable[Node] | None = None, retain_graph: bool = False
) -> dict[Node, Gradient]:
    """Pull `seed`, the gradient at `root`, back through the graph.

    Every node is visited once, after all that were made from it, because serial numbers are taken in
    descending order.  Returns the gradient of each leaf, or of each of `targets` (those that `root` depends
    on), as arrays which nothing else holds.  Saved arrays are freed on the way, unless `retain_graph`, or
    the walk is itself recorded.
    """
    mode = modes.current.get()
    watchers, retain_graph = mode.watchers, retain_graph or mode.recording
    wants = None if targets is None else set(targets)
    way = None if wants is None else _leading_to(wants, root)
    found: dict[Node, Gradient] = {}
    gradients = {root: seed}
    own: set[Node] = set()  # nodes whose gradient is the walk's own, to be added to in place
    waiting = [(-root.serial, root)] if root.op is not None and (way is None or root in way) else []
    while waiting:
        node = heappop(waiting)[1]
        op, saved, g = node.op, node.saved, gradients.pop(node)
        g = g if node.hooks is None else call_hooks(node, g, own)
        if wants is not None and node in wants:
            found[node] = g
        if op is None or saved is None:
            raise GraphFreedError(_FREED.format(op=op.name if op else "leaf"))
        node.saved = saved if retain_graph else None
        wanted = node.parents if way is None else tuple([p if p in way else None for p in node.parents])
        pull = _watched(op.pull_back, watchers) if watchers else op.pull_back
        for parent, share in zip(wanted, pull(node, saved, g, wanted)):
            if parent is None or share is None:  # nothing flows there
                continue
            if share.shape != parent.shape or share.dtype != parent.dtype:
                share = fit(share, parent.shape, parent.dtype, op.name)
            if parent in gradients:
                gradients[parent] = add(gradients[parent], share, parent in own)
                own.add(parent)
                continue
            gradients[parent] = share = share.as_whole() if type(share) is Part else share
            if op.gives_new and type(share) is np.ndarray and share.base is None and share is not g:
                own.add(parent)
            if parent.op is not None:
                heappush(waiting, (-parent.serial, parent))
    for leaf, g in gradients.items():  # nothing else is left
        if wants is None or leaf in wants:
            found[leaf] = g if leaf.hooks is None else call_hooks(leaf, g, own)
    return {node: g if mode.recording or node in own else np.array(g) for node, g in found.items()}


_FREED = (
    "backward through a graph that an earlier backward has freed, at op {op!r}. To walk the same graph "
    "twice, write backward(retain_graph=True) the first time; otherwise compute the result again"
)


def _watched(pull: Callable[..., Iterable[Gradient]], watchers: Iterable[Any]) -> Any:
    for watcher in watchers:
        pull = partial(watcher.pull_back, pull)
    return pull


def call_hooks(node: Node, g: Gradient, own: set[Node]) -> Gradient:
    own.discard(node)  # a hook may keep it
    for _, hook in sorted((node.hooks or {}).items()):
        other = hook(g)
        if other is not None:
            g = fit(other, node.shape, node.dtype, "hook")
    return g


def ancestors(root: Node) -> list[Node]:
    """`root` and every node it depends on, the oldest first."""
    seen = {root}
    stack = [root]
    while stack:
        for parent in stack.pop().parents:
            if parent is not None and parent not in seen:
                seen.add(parent)
                stack.append(parent)
    return sorted(seen, key=attrgetter("serial"))


def _leading_to(targets: set[Node], root: Node) -> set[Node]:
    """The nodes on any way from `root` back to a target, both ends included."""
    way: set[Node] = set()
    for node in ancestors(root):  # parents before children
        if node in targets or not way.isdisjoint(node.parents):
            way.add(node)
    return way


def now() -> int:
    """A serial number between those of all nodes before and after."""
    return next(_serials)
