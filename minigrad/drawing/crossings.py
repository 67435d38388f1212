"""Arrows that go into, out of, or on between blocks that repeat: of which blocks they are, in words."""

from collections.abc import Sequence
from typing import NamedTuple

from minigrad.drawing.constants import Vertex
from minigrad.drawing.folding import Folding, Module, Repeated
from minigrad.graph import Node

Turn = tuple[Repeated, int]
BEFORE = "of the block before"  # the beginning of what is said of an arrow from one block to a later one


class Crossing(NamedTuple):
    """What one operand's way to its op passes: out of a block, into a block, or on to a later block."""

    leaving: Turn | None
    entering: Turn | None
    later: Turn | None

    @classmethod
    def between(cls, folding: Folding, operand: Vertex, node: Node) -> "Crossing":
        tail, head = folding.turns.get(operand, {}), folding.turns.get(node, {})
        for mark in tail:
            if head.get(mark, tail[mark]) != tail[mark]:
                return cls(None, None, (mark, head[mark] - tail[mark]))
        leaving = next((turn for turn in tail.items() if turn[0] not in head), None)
        entering = next((turn for turn in head.items() if turn[0] not in tail), None)
        return cls(leaving, entering, None)


def in_words(crossings: Sequence[Crossing], tail: Module, head: Module) -> str:
    """What is said beside an arrow that stands for all of these, between boxes in those modules."""
    if (later := crossings[0].later) is not None:
        return BEFORE if later[1] == 1 else f"{BEFORE} but {later[1] - 1}"
    leaving = _blocks({c.leaving for c in crossings if c.leaving is not None and c.leaving[0] in tail})
    entering = _blocks({c.entering for c in crossings if c.entering is not None and c.entering[0] in head})
    said = [f"from {leaving}" if leaving else "", f"to {entering}" if entering not in ("", "each") else ""]
    return " ".join(filter(None, said))


def _blocks(turns: set[Turn]) -> str:
    """Which blocks: "each", "the last", "3, 5"; counted from 0."""
    if not turns:
        return ""
    numbers = sorted({turn for _, turn in turns})
    times = next(iter(turns))[0].times
    if len(numbers) == times:
        return "each"
    if numbers in ([0], [times - 1]):
        return "the last" if numbers[0] else "the first"
    if numbers == list(range(1, times)):
        return "all but the first"
    listed = ", ".join(map(str, numbers[:6])) + (" …" if len(numbers) > 6 else "")
    return f"number {listed}"
