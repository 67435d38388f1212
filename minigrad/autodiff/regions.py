"""A part of a graph that an op of its own walks through, as checkpoint and data_parallel have.

What the part was computed from stands outside.  In its place the part's nodes get a door: a node at which
their walk ends, and through which that of a recorded gradient's graph continues.
"""

from collections.abc import Iterable, Sequence

from minigrad.graph import Node
from minigrad.ops.alias import alias


def newer_than(serial: int, root: Node | None) -> list[Node]:
    """`root`, and those of the nodes it was computed from that are newer than `serial`."""
    found = [] if root is None else [root]
    seen = set(found)
    for node in found:  # which grows
        for parent in node.parents:
            if parent is not None and parent.serial > serial and parent not in seen:
                seen.add(parent)
                found.append(parent)
    return found


def origins(inside: Iterable[Node]) -> tuple[Node, ...]:
    """The nodes that those inside were directly computed from, in a fixed order."""
    inside = list(inside)
    known = set(inside)
    return tuple({p: None for node in inside for p in node.parents if p is not None and p not in known})


def shut(inside: Iterable[Node], outside: Sequence[Node], start: int) -> tuple[Node, ...]:
    """Put a door in the place of each node `outside`, and give the doors, older than all since `start`."""
    doors = {node: Node(None, (), (), node) for node in outside}
    for i, door in enumerate(doors.values(), 1):
        door.serial = start + i / (len(doors) + 1)
    for node in inside:
        node.parents = tuple(None if p is None else doors.get(p, p) for p in node.parents)
    return tuple(doors.values())


def open_doors(doors: Iterable[Node], outside: Iterable[Node | None]) -> None:
    """Let each door lead on to its node outside, as an alias of it does."""
    for door, node in zip(doors, outside, strict=True):
        if node is not None:
            door.op, door.parents, door.saved = alias, (node,), ((),)
