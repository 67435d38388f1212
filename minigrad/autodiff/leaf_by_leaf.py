"""Backward that tells which gradients are whole while it goes on to the others.

So what is done with gradients one by one, such as sending them to other machines, takes place beside the rest
of the walk.  A leaf's gradient is whole when every op that read the leaf has given its share.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from minigrad.gradients import Gradient, Part, add, fit
from minigrad.graph import Leaf, Node, ancestors, call_hooks
from minigrad.tensor import Tensor
from minigrad.watching import Pull, Watcher, Watching


def backward_leaf_by_leaf(y: Tensor, complete: Callable[[Tensor], None]) -> None:
    """`y.backward()`, calling `complete(leaf)` for each leaf when its `grad` is whole.

        mg.backward_leaf_by_leaf(loss, lambda p: print(p.shape, p.grad))  # last layers first

    The order is that of the walk, in which what was read last comes first.  The gradients that
    `mg.data_parallel` and `mg.checkpoint` give come together, as each of them is one op.
    """
    if y.node is None or y.is_leaf:
        y.backward()  # which says why not, where there is no graph
        complete(y)
        return
    arrivals = _Arrivals(y.node, complete)
    with Watching(arrivals):
        y.backward()
    arrivals.finish()


class _Arrivals(Watcher):
    """Takes the shares of leaves out of the walk, adds them up, and leaves the sums on the leaves."""

    def __init__(self, root: Node, complete: Callable[[Tensor], None]) -> None:
        parents = (parent for node in ancestors(root) for parent in node.parents)
        self.uses = Counter(parent for parent in parents if isinstance(parent, Leaf))
        self.complete = complete
        self.sums: dict[Leaf, Gradient] = {}
        self.own: set[Node] = set()  # whose sum nothing else holds

    def pull_back(
        self, pull: Pull, node: Node, saved: Any, g: Gradient, wanted: tuple[Node | None, ...]
    ) -> Iterable[Gradient]:
        shares = list(pull(node, saved, g, wanted))
        for place, parent in enumerate(wanted):
            if isinstance(parent, Leaf) and parent in self.uses:
                self._take(parent, shares[place], node)
                shares[place] = None  # for the walk itself nothing flows there
        return shares

    def _take(self, leaf: Leaf, share: Gradient, node: Node) -> None:
        if share is not None:
            if share.shape != leaf.shape or share.dtype != leaf.dtype:
                share = fit(share, leaf.shape, leaf.dtype, node.op.name if node.op else "")
            if leaf in self.sums:
                self.sums[leaf] = add(self.sums[leaf], share, leaf in self.own)
                self.own.add(leaf)
            else:
                self.sums[leaf] = share.as_whole() if type(share) is Part else share
        self.uses[leaf] -= 1
        if not self.uses[leaf]:
            self._leave(leaf)

    def _leave(self, leaf: Leaf) -> None:
        if leaf not in self.sums:  # nothing flowed there
            return
        g = self.sums.pop(leaf)
        g = g if leaf.hooks is None else call_hooks(leaf, g, self.own)
        tensor = leaf.tensor()
        if tensor is not None:
            tensor._deposit(g if leaf in self.own else g.copy())
            self.complete(tensor)

    def finish(self) -> None:
        """Those whose last readers the walk never came by, since nothing flowed to these."""
        for leaf in list(self.sums):
            self._leave(leaf)
