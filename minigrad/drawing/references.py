"""An easier picture: what is read far away, or by many, is shown where it is read, as by a footnote.

Graphviz's time grows with the rows that arrows cross times the arrows beside them, and faster than that: one
weight that 200 steps read takes it a minute, and nobody could follow its arrows.  So such an arrow starts at
a reference, a small box beside its head that says what it stands for.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from minigrad.drawing.crossings import BEFORE
from minigrad.drawing.grouping import Arrow, Box

READERS = 4  # that a leaf or a constant is drawn to; the others get references to it
CROSSING = 12  # arrows that may pass a row in a small graph; fewer in one of many rows
_ROWS_TIMES_CROSSING = 3_000


def refer(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> tuple[list[Box], list[Arrow]]:
    """The same graph with references in place of the arrows that would be in the way.

    Those are the long ones, and those from one block that repeats to a later one, which would lead back.
    """
    within = [arrow for arrow in arrows if not _is_later(arrow)]
    reading = _rows(boxes, within)
    near = _uncrowded(within, _near(within, reading), reading)
    kept = {i for i, arrow in enumerate(arrows) if not _is_later(arrow)}
    kept = {i for n, i in enumerate(sorted(kept)) if n in near}
    references: dict[tuple[Box, Box, str], Box] = {}
    drawn: list[Arrow] = []
    for i, arrow in enumerate(arrows):
        if i not in kept:
            tail, head, _, blocks, _ = arrow
            said = blocks if _is_later(arrow) else ""
            id = f"n{len(boxes) + len(references)}"
            stand_in = Box(id, _place(head), "reference", source=tail, said=said)
            tail = references.setdefault((tail, head, said), stand_in)
            arrow = arrow._replace(tail=tail, blocks="" if said else blocks)
        drawn.append(arrow)
    return [*boxes, *references.values()], drawn


def effort(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> int:
    """What Graphviz has to place: the boxes, and each arrow in each row that it passes."""
    row = _rows(boxes, arrows)
    return len(boxes) + sum(abs(row[head] - row[tail]) for tail, head, *_ in arrows)


def marks(boxes: Sequence[Box]) -> dict[Box, str]:
    """A number for each box that is referred to."""
    sources = dict.fromkeys(box.source for box in boxes if box.source is not None)
    return {box: f"#{n}" for n, box in enumerate(sources, 1)}


def _rows(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> dict[Box, int]:
    """The row that each box will stand in: below what it reads; of a source, above its first reader."""
    age = {box: i if box.source is None else -1 for i, box in enumerate(boxes)}
    tails: defaultdict[Box, list[Box]] = defaultdict(list)
    heads: defaultdict[Box, list[Box]] = defaultdict(list)
    for tail, head, *_ in arrows:
        if age[tail] < age[head]:  # not back, into a module that is called again
            tails[head].append(tail)
            heads[tail].append(head)
    row: dict[Box, int] = {}
    for box in sorted(boxes, key=age.__getitem__):
        row[box] = 1 + max([row[tail] for tail in tails[box]], default=-1)
    for box in boxes:
        if _is_source(box):
            row[box] = min([row[head] for head in heads[box]], default=1) - 1
    return row


def _near(arrows: Sequence[Arrow], row: dict[Box, int]) -> set[int]:
    """All arrows but those of a source with many readers that do not lead to the first."""
    first: dict[Box, Box] = {}
    readers: defaultdict[Box, set[Box]] = defaultdict(set)
    for tail, head, *_ in arrows:
        readers[tail].add(head)
        if tail not in first or row[head] < row[first[tail]]:
            first[tail] = head
    return {
        i
        for i, (tail, head, *_) in enumerate(arrows)
        if not _is_source(tail) or len(readers[tail]) <= READERS or head is first[tail]
    }


def _uncrowded(arrows: Sequence[Arrow], near: set[int], row: dict[Box, int]) -> set[int]:
    """Those of the near arrows, the shortest first, as long as not too many pass the same row."""
    crossed = np.zeros(max(row.values(), default=0) + 1, int)
    allowed = min(CROSSING, max(2, _ROWS_TIMES_CROSSING // len(crossed)))
    kept: set[int] = set()
    spans = [(i, *sorted((row[arrows[i].tail], row[arrows[i].head]))) for i in sorted(near)]
    for i, first, last in sorted(spans, key=lambda span: span[2] - span[1]):
        passed = crossed[first + 1 : last]
        if passed.max(initial=0) < allowed:
            passed += 1
            kept.add(i)
    return kept


def _is_later(arrow: Arrow) -> bool:
    return arrow.blocks.startswith(BEFORE)


def _is_source(box: Box) -> bool:
    return box.kind in ("leaf", "constant", "reference")


def _place(head: Box) -> tuple[str, ...]:
    return head.module[:-1] if head.kind == "module" else head.module
