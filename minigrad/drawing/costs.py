"""What each op of a recording took: seconds forward and backward, and the memory kept for its derivative."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np

from minigrad.debugging.saved import arrays_in
from minigrad.gradients import Gradient
from minigrad.graph import Leaf, Node
from minigrad.watching import Pull, record_of


@dataclass
class Cost:
    """Of one node; `kept` are the buffers that its derivative reads, by their identity, with their bytes."""

    forward: float
    backward: float = 0.0
    kept: dict[int, int] = field(default_factory=dict)


@dataclass
class Costs:
    """Of a graph: seconds and bytes of each op; a buffer that several keep is counted at the first."""

    forward: dict[Node, float]
    backward: dict[Node, float]
    kept: dict[Node, int]

    @property
    def seconds(self) -> float:
        return sum(self.forward.values()) + sum(self.backward.values())

    def summary(self) -> str:
        forward, backward = sum(self.forward.values()), sum(self.backward.values())
        times = f"{in_time(forward)} forward + {in_time(backward)} backward"
        if not self.has_backward:
            times = f"{in_time(forward)} forward, no backward was recorded"
        return f"in all {times}, {in_bytes(sum(self.kept.values()))} kept for backward"

    @property
    def has_backward(self) -> bool:
        return any(self.backward.values())

    def time_of(self, nodes: Sequence[Any]) -> float:
        return sum(self.forward.get(node, 0.0) + self.backward.get(node, 0.0) for node in nodes)

    def kept_by(self, nodes: Sequence[Any]) -> int:
        return sum(self.kept.get(node, 0) for node in nodes)


def timed(pull: Pull) -> Pull:
    """`pull`, whose time is added to the cost of the node."""

    def pull_back(node: Node, saved: Any, g: Gradient, wanted: tuple[Node | None, ...]) -> list[Gradient]:
        began = perf_counter()
        shares = list(pull(node, saved, g, wanted))
        took, cost = perf_counter() - began, getattr(record_of(node), "cost", None)
        if cost is not None:
            cost.backward += took
        return shares

    return pull_back


def buffers(saved: Any) -> dict[int, int]:
    """The memory of the arrays in what a node has saved, whole buffers where these are views."""
    return {id(owner): owner.nbytes for owner in map(_owner, arrays_in(saved))}


def costs(nodes: Sequence[Node]) -> Costs:
    """What was measured.  Memory of leaves, which lives anyway, is not counted.

    Raises ValueError where nothing was recorded.
    """
    found = dict(_measured(nodes))
    if not found:
        raise ValueError(
            "draw(costs=True) found nothing measured, because only a recording takes times: compute and call "
            "backward inside `with mg.record(): ...`, then draw"
        )
    counted = {id(_owner(record_of(n).value)) for n in nodes if isinstance(n, Leaf) and record_of(n)}  # type: ignore[union-attr]
    kept: dict[Node, int] = {}
    for node, cost in found.items():
        kept[node] = sum(size for buffer, size in cost.kept.items() if buffer not in counted)
        counted |= cost.kept.keys()
    forward = {node: cost.forward for node, cost in found.items()}
    return Costs(forward, {node: cost.backward for node, cost in found.items()}, kept)


def in_time(seconds: float) -> str:
    unit, size = next(
        (u, s) for u, s in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)) if seconds >= s or u == "µs"
    )
    return f"{seconds / size:.3g} {unit}"


def in_bytes(count: float) -> str:
    unit, size = next(
        (u, s) for u, s in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1)) if count >= s or s == 1
    )
    return f"{count / size:.3g} {unit}"


def _measured(nodes: Sequence[Node]) -> Iterator[tuple[Node, Cost]]:
    for node in nodes:
        cost = getattr(record_of(node), "cost", None)
        if cost is not None:
            yield node, cost


def _owner(array: np.ndarray) -> np.ndarray:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array
