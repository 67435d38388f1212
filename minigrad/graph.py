"""Reverse mode itself: the nodes of a computation graph, and the walk that pulls gradients back.

A node remembers which op made a value, from which parents, and the few arrays that the op's
derivative will read.  It holds neither the value nor the Tensor, so reference counting alone
frees a graph.  Gradients are ndarrays here, or Tensors when they are to be differentiated again
(`create_graph`): this module needs to know nothing of either but NumPy's methods.
"""

import weakref
from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from itertools import count
from typing import Any, Protocol

import numpy as np

from minigrad import modes

Gradient = Any  # ndarray (from an op perhaps a Part of one), or Tensor under create_graph
Hooks = dict[int, Callable[[Gradient], Gradient | None]]  # what a gradient passes through, see hooks.py
Shape = tuple[int, ...]


class Differentiable(Protocol):
    """What a node asks of the op that made it."""

    name: str
    gives_new: (
        bool  # whether its gradients are held by nothing else, so that the walk may add to them in place
    )

    def pull_back(self, node: "Node", g: Gradient, wanted: tuple["Node | None", ...]) -> Iterable[Gradient]:
        """One gradient for each of `wanted`, in order, or None for 0; anything where that is None."""


class Record:
    """A node's value and gradient, kept only inside `mg.record()`."""

    __slots__ = ("gradient", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.gradient: Any = None


class Part:
    """A gradient that is 0 outside of a part of its array: the walk adds that part to what it has already.

    So a loop that reads x[t] step by step costs the size of each step in backward, not that of x each time.
    """

    __slots__ = ("add_to", "dtype", "shape")

    def __init__(self, shape: Shape, dtype: np.dtype[Any], add_to: Callable[[np.ndarray], None]) -> None:
        self.shape = shape
        self.dtype = dtype
        self.add_to = add_to

    def as_whole(self) -> np.ndarray:
        """The array with its zeros."""
        whole = np.zeros(self.shape, self.dtype)
        self.add_to(whole)
        return whole


_serials = count()


class Node:
    """One op's application: `op` made a value of `shape` and `dtype` from `parents`.

    `parents` has one entry per operand, None where no gradient is needed.  `saved` is what the
    op's derivative reads, None once freed.  `serial` grows with time, so it orders any graph.
    """

    __slots__ = (
        "__weakref__",
        "dtype",
        "hooks",
        "op",
        "parents",
        "path",
        "record",
        "saved",
        "serial",
        "shape",
    )

    def __init__(
        self,
        op: Differentiable | None,
        parents: tuple["Node | None", ...],
        saved: Any,
        value: Any,
        path: str = "",
    ) -> None:
        self.op = op
        self.parents = parents
        self.saved = saved
        self.shape: Shape = value.shape
        self.dtype: np.dtype[Any] = value.dtype
        self.path = path
        self.serial = next(_serials)
        self.record: Record | None = None
        self.hooks: Hooks | None = None

    def keep(self, value: Any) -> None:
        """Hold on to the value, and later the gradient, to be drawn."""
        self.record = Record(value)


class Leaf(Node):
    """Where gradients end.  It knows its Tensor weakly, so that no cycle ever forms."""

    __slots__ = ("name", "tensor")

    def __init__(self, tensor: Any, path: str = "") -> None:
        super().__init__(None, (), (), tensor, path)
        self.tensor = weakref.ref(tensor)
        self.name = ""


class GraphFreedError(RuntimeError):
    """A second walk through a graph whose saved arrays the first walk has freed."""


def backpropagate(
    root: Node,
    seed: Gradient,
    targets: Iterable[Node] | None = None,
    *,
    retain_graph: bool = False,
    create_graph: bool = False,
    since: int = -1,
) -> dict[Node, Gradient]:
    """Pull `seed`, the gradient at `root`, back through the graph.

    Every node is visited once, after all that were made from it, because serial numbers are
    taken in descending order.  Returns the gradient of each leaf, or of each of `targets` (those
    that `root` depends on), as arrays which nothing else holds.  Saved arrays are freed on the
    way, unless `retain_graph`.

    The walk does not enter nodes older than `since`, see `now()`: they are to it what leaves are, but no hook
    of theirs is called, since their gradient is a part only.
    """
    if retain_graph and not modes.current.get().retaining:  # for ops that walk graphs of their own
        with modes.using(retaining=True):
            return backpropagate(
                root, seed, targets, retain_graph=True, create_graph=create_graph, since=since
            )
    aims = None if targets is None else set(targets)
    path = None if aims is None else _ancestors_leading_to(aims, root, since)
    found: dict[Node, Gradient] = {}
    if path is not None and root not in path:
        return found
    pending = {root: seed}
    owned: set[Node] = set()  # nodes whose pending gradient is ours to add to in place
    frontier = [(-root.serial, root)] if root.op is not None else []
    inspector = modes.current.get().inspector
    while frontier:
        node = heappop(frontier)[1]
        g = pending.pop(node)
        if node.hooks is not None or node.record is not None:
            g = _shown(node, g, owned)
        if aims is not None and node in aims:
            found[node] = g if node in owned or create_graph else np.array(g)
        op = node.op
        if node.saved is None or op is None:
            raise _freed(node)
        wanted = node.parents
        if path is not None:
            wanted = tuple(parent if parent in path else None for parent in wanted)
        if inspector is not None:
            inspector.enters(node)
        for parent, share in zip(wanted, op.pull_back(node, g, wanted)):
            if parent is None or share is None:  # nothing flows there
                continue
            if share.shape != parent.shape or share.dtype != parent.dtype:
                share = _fit(share, parent, node)
            known = pending.get(parent)
            if type(share) is Part:
                if known is not None and parent in owned and inspector is None:
                    share.add_to(known)
                    continue
                share = share.as_whole()
            if inspector is not None:
                inspector.pulled(node, parent, g, share)
            if known is None:
                pending[parent] = share
                if parent.op is not None and parent.serial > since:
                    heappush(frontier, (-parent.serial, parent))
                # Ours to add to: what a rule has allocated itself, rather than g passed on, or a view of it.
                if op.gives_new and type(share) is np.ndarray and share.base is None and share is not g:
                    owned.add(parent)
            elif not create_graph and parent in owned:
                np.add(known, share, out=known)
            else:
                pending[parent] = total = known + share
                if type(total) is np.ndarray:  # a 0-d sum is an immutable NumPy scalar
                    owned.add(parent)
        if not (retain_graph or create_graph):
            node.saved = None
            if inspector is not None:
                inspector.leaves(node)
    for leaf, g in pending.items():  # nothing else is left
        if (leaf.hooks is not None or leaf.record is not None) and leaf.serial > since:
            g = _shown(leaf, g, owned)
        if aims is None or leaf in aims:
            found[leaf] = g if leaf in owned or create_graph else np.array(g)
    return found


def ancestors(root: Node) -> list[Node]:
    """`root` and every node it depends on, the oldest first."""
    seen = {root}
    stack = [root]
    while stack:
        for parent in stack.pop().parents:
            if parent is not None and parent not in seen:
                seen.add(parent)
                stack.append(parent)
    return sorted(seen, key=lambda node: node.serial)


def now() -> int:
    """A serial number between those of all nodes before and after."""
    return next(_serials)


def newer_than(serial: int, root: Node | None) -> list[Node]:
    """`root`, and those of the nodes it was computed from that are newer than `serial`."""
    found = [] if root is None else [root]
    seen = set(found)
    for node in found:  # which grows
        for parent in node.parents:
            if parent is not None and parent.serial > serial and parent not in seen:
                seen.add(parent)
                found.append(parent)
    return found


def _ancestors_leading_to(targets: set[Node], root: Node, since: int) -> set[Node]:
    """The nodes on any way from `root` back to a target, both ends included, by nodes newer than `since`."""
    leading = {target for target in targets if target.serial < since}
    for node in sorted(newer_than(since, root), key=lambda node: node.serial):  # parents before children
        if node in targets or any(parent in leading for parent in node.parents):
            leading.add(node)
    return leading


def _fit(gradient: Gradient, node: Node, child: Node) -> Gradient:
    """`gradient` in the shape and dtype of `node`: summed over the axes that broadcasting added."""
    if type(gradient) is Part:  # of another dtype, be it in its byte order alone
        gradient = gradient.as_whole()
    if gradient.shape != node.shape:
        gradient = _unbroadcast(gradient, node.shape, child)
    if gradient.dtype != node.dtype:
        gradient = gradient.astype(node.dtype)
    return gradient


def _unbroadcast(gradient: Gradient, shape: Shape, child: Node) -> Gradient:
    added = len(gradient.shape) - len(shape)
    stretched = tuple(
        added + i for i, n in enumerate(shape) if n == 1 and added + i >= 0 and gradient.shape[added + i] != 1
    )
    axes = (*range(added), *stretched)
    if added < 0 or tuple(1 if i in axes else n for i, n in enumerate(gradient.shape))[added:] != shape:
        name = child.op.name if child.op else "leaf"
        raise ValueError(
            f"the derivative of {name!r} gave a gradient of shape {gradient.shape} for an operand of "
            f"shape {shape}; it must have that shape, or one that {shape} broadcasts to"
        )
    if isinstance(gradient, np.ndarray) and gradient.dtype == np.float16:  # where 2048 + 1 is 2048
        return gradient.sum(axis=axes, keepdims=True, dtype=np.float32).reshape(shape)
    return gradient.sum(axis=axes, keepdims=True).reshape(shape)


def _shown(node: Node, g: Gradient, owned: set[Node]) -> Gradient:
    """The gradient after whoever wants to see that of `node`; a hook may give another in its place."""
    for hook in tuple((node.hooks or {}).values()):
        other = hook(g)
        if other is not None:
            g = _fit(other, node, node)
        owned.discard(node)  # a hook may have kept it
    if node.record is not None:
        node.record.gradient = np.array(g if isinstance(g, (np.ndarray, np.generic)) else g.data)
    return g


def _freed(node: Node) -> GraphFreedError:
    name = node.op.name if node.op else "leaf"
    return GraphFreedError(
        f"backward through a graph that an earlier backward has freed, at op {name!r}. To walk the "
        "same graph twice, write backward(retain_graph=True) the first time; otherwise compute "
        "the result again"
    )
