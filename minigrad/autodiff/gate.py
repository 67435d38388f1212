"""A hook that sees the gradients of several tensors together, when all that will come have come.

Each node has one gradient, and of several tensors some may never get any: an output that nobody used.  So
the tensors pass through a gate.  Their aliases are made from it, and it from them; being older than the
aliases and younger than all that the tensors were made from, the walk comes to it after every alias that
has a gradient and before anything that would need one.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad import contexts
from minigrad.gradients import Gradient
from minigrad.graph import Node
from minigrad.plain import plain
from minigrad.tensor import Tensor, memory

JointHook = Callable[[tuple[Tensor | None, ...]], Sequence[Tensor | None] | None]


def hooked(tensors: Sequence[Tensor], hook: JointHook) -> list[Tensor]:
    """Aliases of `tensors`, of whose gradients `hook` is called with a tuple, once in each backward.

    It has None for a tensor without a gradient in this backward: one that requires none, or an alias that
    the result was not computed from.  If the hook returns as many, they flow on in the place of those given:
    Tensors of their shapes, or None for nothing.  ∂: g.  Tensors that are not recorded pass as they are.

    Raises TypeError in backward where the hook returns anything else.
    """
    places = [i for i, tensor in enumerate(tensors) if tensor.node is not None]
    if not places or not contexts.is_recording():
        return list(tensors)
    passing = _Passing(hook, len(tensors), places)
    path = contexts.current_scope()
    origins = tuple(tensors[i].node for i in places)
    gate = Node(_GATE, origins, passing, np.empty(len(places), np.float32), path)
    out = list(tensors)
    for number, i in enumerate(places):
        data = tensors[i].data.view()
        out[i] = Tensor(data, Node(_Alias(number), (gate,), passing, data, path))
        memory.note_view(out[i], [tensors[i]])  # what is written to one in place shows in the other
    return out


class _Passing:
    """The gradients that have come to the aliases in the walk that is under way."""

    def __init__(self, hook: JointHook, count: int, places: list[int]) -> None:
        self.hook = hook
        self.count = count  # of all tensors, of which those at `places` are recorded
        self.places = places
        self.arrived: list[Gradient] = [None] * len(places)

    def call(self, gradients: list[Gradient]) -> list[Gradient]:
        """What is to flow on from these gradients of the recorded tensors."""
        shown: list[Tensor | None] = [None] * self.count
        for i, g in zip(self.places, gradients, strict=True):
            shown[i] = g if g is None or isinstance(g, Tensor) else Tensor(g)
        other = self.hook(tuple(shown))
        if other is None:
            return gradients
        if not isinstance(other, Sequence) or len(other) != self.count:
            given = len(other) if isinstance(other, Sequence) else f"a {type(other).__name__}"
            raise TypeError(f"a hook of {self.count} gradients must return None or as many, and gave {given}")
        recorded = any(isinstance(g, Tensor) for g in gradients)
        return [self._checked(other[i], shown[i], recorded) for i in self.places]

    def _checked(self, new: Any, old: Tensor | None, recorded: bool) -> Gradient:
        if new is None or old is None:
            return None
        if not isinstance(new, Tensor) or new.shape != old.shape:
            given = f"shape {new.shape}" if isinstance(new, Tensor) else f"a {type(new).__name__}"
            raise TypeError(
                f"a hook must return None or a Tensor of the gradient's shape {old.shape}, and it returned "
                f"{given}"
            )
        return new if recorded else new.data


class _Alias:
    """The op of one alias: it leaves its gradient at the gate, and passes on that it has."""

    name = "hooked"
    gives_new = True

    def __init__(self, number: int) -> None:
        self.number = number

    def pull_back(
        self, node: Node, saved: Any, g: Gradient, wanted: tuple[Node | None, ...]
    ) -> list[Gradient]:
        saved.arrived[self.number] = g
        mark = np.zeros(len(saved.places), np.float32)
        mark[self.number] = 1
        return [Tensor(mark) if isinstance(g, Tensor) else mark]


class _Gate:
    """The op between tensors and their aliases.  Its gradient says which aliases have one in this walk."""

    name = "hooked"
    gives_new = False  # these gradients are others'

    def pull_back(
        self, node: Node, saved: Any, g: Gradient, wanted: tuple[Node | None, ...]
    ) -> list[Gradient]:
        passing: _Passing = saved
        marks = plain(g)
        gradients = [a if mark else None for a, mark in zip(passing.arrived, marks, strict=True)]
        passing.arrived = [None] * len(gradients)
        return passing.call(gradients)


_GATE = _Gate()
