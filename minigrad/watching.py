"""Who sees every op: `mg.observe`, `mg.record`, `mg.debug`.

A watcher sees what each op has computed, and may see, or change, how its gradient is pulled back.  Where
there is none, it costs nothing.
"""

import sys
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from minigrad import contexts, modes
from minigrad.gradients import Gradient
from minigrad.graph import Node

Pull = Callable[[Node, Any, Gradient, tuple[Node | None, ...]], Iterable[Gradient]]
Observer = Callable[[Any, tuple[Any, ...], dict[str, Any], np.ndarray], None]


class Watcher:
    """What a watcher is asked; of itself it does nothing."""

    def computed(
        self,
        op: Any,
        operands: list[Any],
        options: dict[str, Any],
        out: np.ndarray,
        node: Node | None,
        began: float,
    ) -> None:
        """`op`, begun when `perf_counter` said `began`, has computed `out`.

        `node` is its place in the graph, if that is recorded.
        """

    def pull_back(
        self, pull: Pull, node: Node, saved: Any, g: Gradient, wanted: tuple[Node | None, ...]
    ) -> Iterable[Gradient]:
        """The gradients that `pull` gives, the op's own pull_back or that of a watcher around."""
        return pull(node, saved, g, wanted)

    def raised(self, error: BaseException, path: str) -> None:
        """`error` has left a block, the innermost first, that stood in the scope `path`."""


class Watching(contexts.Block):
    """The block in which one more watcher watches."""

    __slots__ = ("watcher",)

    def __init__(self, watcher: Any) -> None:
        super().__init__()
        self.watcher = watcher

    def changes(self, around: modes.Mode) -> dict[str, Any]:
        return {"watchers": (*around.watchers, self.watcher)}


def observe(observer: Observer) -> contexts.Block:
    """Call `observer(op, operands, options, out)` after the forward of every op in the block.

    `operands` are the arrays and numbers that the op got by position, `options` what it got by name,
    `out` is its result, an array; none is to be changed.
    """
    return Watching(_Observing(observer))


class _Observing(Watcher):
    def __init__(self, observer: Observer) -> None:
        self.observer = observer

    def computed(
        self,
        op: Any,
        operands: list[Any],
        options: dict[str, Any],
        out: np.ndarray,
        node: Node | None,
        began: float,
    ) -> None:
        self.observer(op, tuple(operands), options, out)


class Record:
    """The value of a node, and its gradient: a hook that keeps what passes."""

    __slots__ = ("gradient", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.gradient: Any = None

    def __call__(self, g: Gradient) -> None:
        self.gradient = np.array(g if isinstance(g, (np.ndarray, np.generic)) else g.data)


RECORD = sys.maxsize  # the number of that hook: it is called after all others


def record_of(node: Node) -> Record | None:
    """What `mg.record()` has kept of a node."""
    found: Any = None if node.hooks is None else node.hooks.get(RECORD)
    return found


def keep(node: Node, record: Record) -> None:
    """Have `node` keep its value, and later its gradient."""
    node.hooks = {**(node.hooks or {}), RECORD: record}
