"""What folds on a page: calls of modules, and in them calls of functions that are made of several ops.

A module that is called again is another group, so that the steps of a loop stand one below the other.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from minigrad.drawing.constants import Constant, Operands, Vertex, call_of
from minigrad.drawing.folding import Module, components
from minigrad.drawing.grouping import Box
from minigrad.exploring.names import function
from minigrad.graph import Node
from minigrad.pages.markup import legible


@dataclass
class _Scope:
    """A module that runs: the group of this call, and the path of the ops in it, one and the same string."""

    name: str
    group: int
    path: str | None = None


class Groups:
    """A tree of groups: `of` has the innermost of each vertex, -1 for none; `data` tells each to the page."""

    def __init__(
        self, boxes: Sequence[Box], reads: Mapping[Node, Operands], kinds: Mapping[Module, str]
    ) -> None:
        """`boxes` are those of the graph unfolded, `reads` the operands of its nodes, the oldest first."""
        self.data: list[dict[str, Any]] = []
        self.of: dict[Vertex, int] = {}
        self._kinds = kinds
        self._times: Counter[tuple[int, str]] = Counter()
        self._running: list[_Scope] = []
        self._put_ops(boxes, reads)
        self._put_sources(boxes, reads)

    def _put_ops(self, boxes: Sequence[Box], reads: Mapping[Node, Operands]) -> None:
        composed = {vertex for box in boxes if box.kind == "call" for vertex in box.vertices}
        calls: dict[Any, int] = {}
        for node in reads:
            if node.op is None:
                continue
            group = self._enter(node.path)
            if node in composed:
                call = group, call_of(node)
                if call not in calls:
                    calls[call] = self._add(function(node, is_part=False), "", group)
                group = calls[call]
            self.of[node] = group

    def _enter(self, path: str) -> int:
        """The group of an op at a path, after those that came before it."""
        module = components(path)
        same = len(_shared(module, [scope.name for scope in self._running]))
        if 0 < same == len(module):
            known = self._running[same - 1].path
            same -= known is not None and known is not path  # each call has a string of its own
        del self._running[same:]
        for n in range(same, len(module)):
            group = self._add(module[n], self._kinds.get(module[: n + 1], ""), self._innermost())
            self._running.append(_Scope(module[n], group))
        if module:
            self._running[-1].path = path
        return self._innermost()

    def _innermost(self) -> int:
        return self._running[-1].group if self._running else -1

    def _put_sources(self, boxes: Sequence[Box], reads: Mapping[Node, Operands]) -> None:
        """Leaves and constants where all that reads them is; those with names no deeper than in a drawing."""
        depth_of = {vertex: len(box.module) for box in boxes for vertex in box.vertices}
        around: dict[Vertex, list[int]] = {}
        for node, operands in reads.items():
            for _, operand in operands.drawn:
                if operand not in self.of:
                    path = self._path(self.of[node])
                    around[operand] = _shared(around.get(operand, path), path)
        for source, groups in around.items():
            is_inner = isinstance(source, Constant) and not source.name
            depth = len(groups) if is_inner else min(depth_of[source], len(groups))
            self.of[source] = [-1, *groups][depth]

    def _path(self, group: int) -> list[int]:
        found: list[int] = []
        while group >= 0:
            found.insert(0, group)
            group = self.data[group]["parent"]
        return found

    def _add(self, label: str, kind: str, parent: int) -> int:
        self._times[parent, label] += 1
        self.data.append(
            {"label": legible(label), "kind": kind, "parent": parent, "time": self._times[parent, label]}
        )
        return len(self.data) - 1


def _shared(a: Sequence[Any], b: Sequence[Any]) -> list[Any]:
    """The longest beginning of both."""
    return [x for x, _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False))]
