"""What a drawing folds: modules into a box each, blocks that repeat into the first of them.

`Folding` says of each vertex which one is drawn for it and in which block it stands, and of each op where in
the frames: by its module's path, with one component more, or another, for blocks that repeat.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from minigrad.drawing.constants import Operands, Vertex
from minigrad.drawing.repeats import Run, find
from minigrad.graph import Node

Module = tuple[str, ...]
REPEATS = "repeats"


class Repeated(str):
    """The component of a path that stands for several blocks, "0 … 11"; no other is equal to it.

    `column` is where it stands in the paths of the program; `is_module` whether each block is a module, whose
    place it takes, or else (the step of a loop) it stands before what is there.
    """

    times: int
    column: int
    is_module: bool

    __eq__ = object.__eq__
    __hash__ = object.__hash__


Turns = dict[Repeated, int]  # in which block of which repetition, the outermost first


@dataclass
class Folding:
    """How a graph is folded.  What is not in a table stands for itself, in no block that repeats."""

    module: dict[Node, Module]  # of each op
    closed: set[Module] = field(default_factory=set)  # those drawn as one box
    drawn: dict[Vertex, Vertex] = field(default_factory=dict)  # for what is drawn by another
    turns: dict[Vertex, Turns] = field(default_factory=dict)

    def box_of(self, module: Module) -> Module | None:
        """The outermost closed module around `module`, or that itself."""
        return next((module[:n] for n in range(1, len(module) + 1) if module[:n] in self.closed), None)


def fold(
    nodes: Sequence[Node],
    reads: Mapping[Node, Operands],
    patterns: Sequence[str] = (),
    depth: int | None = None,
) -> Folding:
    """The folding that was asked for: paths, "repeats", or below a depth; `nodes` come oldest first."""
    ops = [node for node in nodes if node.op is not None]
    paths = [pattern for pattern in patterns if pattern != REPEATS]
    folding = Folding({})
    first = list(range(len(ops)))
    within: list[Turns] = [{} for _ in ops]
    if REPEATS in patterns:
        _place(ops, find(ops, reads), 0, {}, first, within)
        _stand_in(folding, ops, reads, first, within)
    is_closed = _closing(ops, paths, depth)
    for op, place, turns in zip(ops, first, within, strict=True):
        path = components(ops[place].path)
        end = next((n for n in range(1, len(path) + 1) if is_closed(path[:n])), None)
        folding.module[op], ends = framed(path, turns)
        if end is not None:
            folding.closed.add(folding.module[op][: ends[end - 1]])
    return folding


def components(path: str) -> Module:
    return tuple(filter(None, path.split(".")))


def modules(nodes: Sequence[Node]) -> Iterator[Module]:
    """Every module that an op stands in, those around it as well, each once, in order."""
    paths = dict.fromkeys(components(node.path) for node in nodes if node.op is not None)
    yield from dict.fromkeys(path[:n] for path in paths for n in range(1, len(path) + 1))


def matches(module: Module, pattern: str) -> bool:
    """Whether the last components are those of `pattern`, in which * stands for anything."""
    wanted = pattern.split(".")
    last = module[-len(wanted) :]
    return len(last) == len(wanted) and all(map(fnmatchcase, last, wanted))


def _closing(nodes: Sequence[Node], patterns: Sequence[str], depth: int | None) -> Callable[[Module], bool]:
    found = {pattern: {m for m in modules(nodes) if matches(m, pattern)} for pattern in patterns}
    for pattern, theirs in found.items():
        if not theirs:
            known = [".".join(module) for module in modules(nodes)]
            listed = (
                f"they are {', '.join(known[:8])}{' …' if len(known) > 8 else ''}"
                if known
                else ("there are none: compute parts of it inside `with mg.scope('name'): ...`")
            )
            raise ValueError(
                f"draw(fold={pattern!r}) names no module of this graph by the end of its path: {listed}"
            )
    closed: set[Module] = set().union(*found.values())
    return lambda module: module in closed or (depth is not None and len(module) == depth + 1)


def _place(
    ops: Sequence[Node], runs: Sequence[Run], shift: int, outer: Turns, first: list[int], within: list[Turns]
) -> None:
    """Note of the ops in `runs`, moved on by `shift`, which op is drawn for them, and their blocks."""
    for run in runs:
        mark = _mark(ops, run)
        for turn in range(run.times):
            moved, turns = shift + turn * run.length, outer | {mark: turn}
            for i in range(run.start, run.start + run.length):
                first[i + moved], within[i + moved] = i, turns
            _place(ops, run.inner, moved, turns, first, within)


def _mark(ops: Sequence[Node], run: Run) -> Repeated:
    """The frame around the blocks of a run: as deep as all of them stand together."""
    inside = [ops[i] for i in range(run.start, run.end)]
    paths = [components(op.path) for op in inside]
    column = next((n for n, level in enumerate(zip(*paths, strict=False)) if len(set(level)) > 1), None)
    column = min(map(len, paths)) if column is None else column
    names = [path[column : column + 1] for path in paths]
    blocks = [names[i : i + run.length] for i in range(0, len(names), run.length)]
    is_module = len(set(blocks[0])) == 1 and len({tuple(set(block)) for block in blocks}) == run.times
    if not is_module and column and _called_anew(inside, run.length, column):
        column -= 1
    both = " … " if run.times > 2 else ", "
    label = f"{names[0][0]}{both}{names[-1][0]}" if is_module else f"× {run.times}"
    mark = Repeated(label)
    mark.times, mark.column, mark.is_module = run.times, column, is_module
    return mark


def _called_anew(inside: Sequence[Node], length: int, column: int) -> bool:
    """Whether each block stands in a call of its own of the innermost module around them all."""
    scopes = [op.path for op in inside if op.path.count(".") == column - 1]
    steps = len(inside) // length
    return not scopes or len(set(map(id, scopes))) >= steps


def _stand_in(
    folding: Folding,
    ops: Sequence[Node],
    reads: Mapping[Node, Operands],
    first: Sequence[int],
    within: Sequence[Turns],
) -> None:
    """Which ops, leaves and constants are drawn by those of the first block, and whose blocks they are of."""
    made, stands = set(ops), set[Vertex]()
    owners: dict[
        Vertex, set[Repeated]
    ] = {}  # of a leaf or constant: the repetitions whose blocks have one each
    for op, place, turns in zip(ops, first, within, strict=True):
        if turns:
            folding.turns[op] = turns
        if ops[place] is op:
            continue
        folding.drawn[op] = ops[place]
        theirs = dict(reads[ops[place]].drawn)
        changed = [mark for mark, turn in turns.items() if turn]
        for at, operand in reads[op].drawn:
            drawn = theirs.get(at, operand)
            if drawn is operand or operand in made or drawn in made:
                continue
            if operand not in folding.drawn and operand not in stands and drawn not in folding.drawn:
                folding.drawn[operand] = drawn
                stands.add(drawn)
            if folding.drawn.get(operand) is drawn and len(changed) == 1:
                owners.setdefault(drawn, set()).update(changed)
    for op, turns in zip(ops, within, strict=True):
        for _, operand in reads[op].drawn:
            own = owners.get(folding.drawn.get(operand, operand), set()) & turns.keys()
            if own:
                folding.turns.setdefault(operand, {mark: turn for mark, turn in turns.items() if mark in own})


def framed(path: Module, turns: Turns) -> tuple[Module, list[int]]:
    """Where a module stands in the frames, and of each of its components at which length that comes in."""
    found: list[str] = []
    ends: list[int] = []
    for column in range(len(path) + 1):
        here = [mark for mark in turns if mark.column == column]
        found += [mark for mark in here if not mark.is_module]
        if column < len(path):
            found += [mark for mark in here if mark.is_module] or [path[column]]
            ends.append(len(found))
    return tuple(found), ends
