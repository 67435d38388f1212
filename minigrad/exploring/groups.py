"""What folds on a page: modules, and in them calls of functions that are made of several ops."""

from collections.abc import Mapping
from typing import Any

from minigrad.drawing.folding import Module
from minigrad.drawing.grouping import Box
from minigrad.exploring.names import function


class Groups:
    """A tree of groups, which grows as vertices are put into it; the outermost have parent -1."""

    def __init__(self, kinds: Mapping[Module, str]) -> None:
        self.data: list[dict[str, Any]] = []
        self._kinds = kinds
        self._modules: dict[Module, int] = {(): -1}

    def put(self, box: Box) -> int:
        """The innermost group of the vertices of a box, or -1."""
        group = self._of_module(box.module)
        if box.kind != "call":
            return group
        return self._add(function(box.vertices[-1], is_part=False), "", group)

    def _of_module(self, module: Module) -> int:
        if module not in self._modules:
            parent = self._of_module(module[:-1])
            self._modules[module] = self._add(module[-1], self._kinds.get(module, ""), parent)
        return self._modules[module]

    def _add(self, label: str, kind: str, parent: int) -> int:
        self.data.append({"label": label, "kind": kind, "parent": parent})
        return len(self.data) - 1
