"""How a gradient came about: the shares of a node, fitted to it and added up as the walk does.

`fit` and `add` are the walk's own, called again in its order, so that the numbers are those of the walk.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from minigrad.drawing.passing import Passed
from minigrad.exploring.walk import Walk
from minigrad.gradients import Part, add, fit
from minigrad.graph import Node


@dataclass(eq=False)
class Share:
    """What `node` gave for its operand at `place`: as its rule gave it, and as it was added."""

    node: Node
    place: int
    given: np.ndarray
    fitted: np.ndarray
    slope: np.ndarray | None

    @property
    def change(self) -> str:
        """What the walk did to make it fit, in words."""
        words = []
        given, wanted = self.given.shape, self.fitted.shape
        if given != wanted:
            added = len(given) - len(wanted)
            axes = [str(i) for i, n in enumerate(given) if i < added or n != wanted[i - added]]
            listed = f"axis {axes[0]}" if len(axes) == 1 else f"axes {', '.join(axes[:-1])} and {axes[-1]}"
            words.append(f"summed over {listed}, along which it was broadcast")
        if self.given.dtype != self.fitted.dtype:
            words.append(f"{self.given.dtype} made {self.fitted.dtype}")
        return "; ".join(words)


@dataclass
class Account:
    """One node's gradient: the shares in the order in which they came, and what stood at the end."""

    shares: list[Share] = field(default_factory=list)
    gradient: np.ndarray | None = None
    is_sum: bool = True  # not where a hook, or another backward, has put something else there


def accounts(walk: Walk, nodes: Sequence[Node]) -> dict[Node, Account]:
    """Of each node that a gradient came to."""
    found: dict[Node, Account] = {}
    for node in sorted(walk.passed.keys() & set(nodes), key=lambda node: -node.serial):
        passed = walk.passed[node]
        found.setdefault(node, Account()).gradient = passed.gradient
        for share in _shares(node, passed):
            parent = node.parents[share.place]
            assert parent is not None
            found.setdefault(parent, Account()).shares.append(share)
    for node, account in found.items():
        _settle(node, account, walk.leaves)
    return found


def _shares(node: Node, passed: Passed) -> list[Share]:
    found = []
    slopes: Sequence[Any] = passed.slopes or (None,) * len(node.parents)
    for place, (parent, share, slope) in enumerate(zip(node.parents, passed.shares, slopes, strict=False)):
        if parent is not None and share is not None:
            given = share.as_whole() if type(share) is Part else share
            name = node.op.name if node.op is not None else "leaf"
            found.append(Share(node, place, given, fit(given, parent.shape, parent.dtype, name), slope))
    return found


def _settle(node: Node, account: Account, leaves: Mapping[Node, np.ndarray]) -> None:
    """Add the shares up, and see whether that is the gradient that the walk went on with."""
    if not account.shares:  # the root
        return
    total, *others = (share.fitted for share in account.shares)
    for share in others:
        total = add(total, share, in_place=False)
    known = leaves.get(node) if account.gradient is None else account.gradient
    account.gradient = np.asarray(total) if known is None else known
    account.is_sum = np.array_equal(account.gradient, total, equal_nan=True)
