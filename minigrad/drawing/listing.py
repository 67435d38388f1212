"""A drawing in words: each box, what it reads and what reads it, for who cannot see it, or searches."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from minigrad.drawing.blocks import Table
from minigrad.drawing.grouping import Arrow, Box
from minigrad.drawing.labels import Facts, Line, heading, lines, told


class End(NamedTuple):
    """The box at the other end of an arrow, and what the arrow says."""

    id: str
    heading: str
    said: str


@dataclass
class Entry:
    """A box of the picture."""

    id: str
    module: str
    lines: list[Line]
    told: str
    reads: list[End] = field(default_factory=list)
    read_by: list[End] = field(default_factory=list)


@dataclass
class Words:
    """A whole picture."""

    title: str = ""
    notes: list[str] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)  # by the ids of the boxes
    tables: list[tuple[str, Table]] = field(default_factory=list)  # of blocks that repeat


def in_words(boxes: Sequence[Box], arrows: Sequence[Arrow], facts: Facts) -> Words:
    """All boxes, without references: who reads one reads what it stands for."""
    found = {
        box.id: Entry(box.id, ".".join(box.module), lines(box, facts), told(box, facts))
        for box in boxes
        if box.source is None
    }
    for tail, head, operand, blocks, _ in arrows:
        source, target = tail.source or tail, head.source or head
        said = [f"as {operand}" if operand else "", blocks]
        reads = _listed(*said, tail.said, _from_there(head.said))
        found[target.id].reads.append(End(source.id, heading(source), reads))
        read_by = _listed(*said, _from_there(tail.said), head.said)
        found[source.id].read_by.append(End(target.id, heading(target), read_by))
    repeated = [
        (f"{mark} × {mark.times}" if mark.is_module else mark, table) for mark, table in facts.tables.items()
    ]
    return Words(facts.title, list(facts.notes), found, repeated)


def _listed(*said: str) -> str:
    return ", ".join(filter(None, said))


def _from_there(said: str) -> str:
    """What one end says of the other, the block before, as the other says it of this one: the block after."""
    return said.replace("before", "after")
