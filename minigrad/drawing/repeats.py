"""Blocks that repeat: the layers of a stack, the steps of a loop.

The ops in the order in which they ran are a text, and equal layers are one word said again and again.  Two
blocks are equal if their ops are, with settings, shapes and wiring: an operand comes from one place in the
block or in an earlier one, is one thing outside that all blocks read, or each block has its own, as layers
their weights.  Names alone decide nothing; the modules' paths may differ in one component, as "layers.0" and
"layers.1" do.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from minigrad.drawing.constants import Constant, Operands, Vertex, call_of, options_of
from minigrad.drawing.recording import order_of
from minigrad.graph import Node
from minigrad.operation import Operation

SAVED = 4  # ops that are fewer at least: else a frame around them would make the picture larger
_MOST = 32  # operands of an op that is looked at

_NEVER = np.iinfo(np.intp).max


@dataclass
class Run:
    """`times` blocks of `length` ops, one after the other; `inner` are the runs in the first of them."""

    start: int
    length: int
    times: int
    inner: list["Run"]

    @property
    def end(self) -> int:
        return self.start + self.length * self.times


class _Text(NamedTuple):
    """The ops as numbers: equal numbers, equal things.  Operands are columns, -1 where there is none."""

    words: np.ndarray  # (ops,): op, settings, shape
    paths: np.ndarray  # (ops, components)
    enters: (
        np.ndarray
    )  # (ops,): whether it stands in another scope than the op before, or in one entered anew
    made: np.ndarray  # (ops, operands): which op made it, if one did
    given: np.ndarray  # (ops, operands): which leaf or constant it is, if it is one
    forms: np.ndarray  # (ops, operands): its kind, shape and dtype


def find(ops: Sequence[Node], reads: Mapping[Node, Operands]) -> list[Run]:
    """The runs of equal blocks among ops that come oldest first, none in the way of another."""
    return _within(_text(ops, reads), 0, len(ops))


def _within(text: _Text, first: int, last: int) -> list[Run]:
    found: list[Run] = []
    for length in range(1, (last - first) // 2 + 1):
        for start, end in _stretches(text, first, last, length, found):
            if (run := _best(text, start, end, length)) is not None:
                found.append(run)
    chosen: list[Run] = []
    for run in sorted(found, key=lambda run: (-_saving(run), run.length)):
        if all(run.end <= other.start or other.end <= run.start for other in chosen):
            chosen.append(run)
    chosen.sort(key=lambda run: run.start)
    for run in chosen:
        run.inner = _within(text, run.start, run.start + run.length)
    ends = [first, *(run.end for run in chosen)]
    starts = [*(run.start for run in chosen), last]
    between = [_within(text, *gap) for gap in zip(ends, starts, strict=True) if chosen]
    return sorted(chain(chosen, *between), key=lambda run: run.start)


def _saving(run: Run) -> int:
    return (run.times - 1) * run.length


def _stretches(
    text: _Text, first: int, last: int, length: int, found: Sequence[Run]
) -> Iterator[tuple[int, int]]:
    """Where each op equals the one `length` further on: (start, end) of the former."""
    equal = text.words[first : last - length] == text.words[first + length : last]
    for low, high in _intervals(equal, length):
        low, high = low + first, high + first
        if any(_saving(run) >= high - low and run.start < high and low < run.end for run in found):
            continue  # it saves more: twice a block that repeats is one that repeats, too
        starts = _earliest_starts(text, low, high, length)
        start = end = low
        while start + length <= high:
            while end < high and starts[end - low] <= start:
                end += 1
            if end - start >= length:
                yield start, end
            if end == high:
                break
            start = end + 1 if starts[end - low] == _NEVER else int(starts[end - low])
            end = max(start, end)


def _intervals(equal: np.ndarray, length: int) -> list[tuple[int, int]]:
    """Where `equal` holds for at least `length` in a row."""
    if np.count_nonzero(equal) < length:
        return []
    edges = np.flatnonzero(np.diff(np.concatenate([[False], equal, [False]]).astype(np.int8)))
    return [(int(low), int(high)) for low, high in edges.reshape(-1, 2) if high - low >= length]


def _earliest_starts(text: _Text, low: int, high: int, length: int) -> np.ndarray:
    """For each op of low:high where a run may begin at the earliest, to equal the one `length` further on.

    An operand of one block may come from outside where that of the next comes from a block: the state before
    the first step.
    """
    one, other = slice(low, high), slice(low + length, high + length)
    a, b, fits = text.made[one], text.made[other], text.forms[one] == text.forms[other]
    alike = np.where(b >= 0, (a >= 0) & ((b - a == length) | (a == b)), a < 0) & fits
    entering = (b >= 0) & (fits | (a < 0))
    starts = np.where(alike, 0, np.where(entering, np.maximum(a, b - length) + 1, _NEVER)).max(1, initial=0)
    starts[np.count_nonzero(text.paths[one] != text.paths[other], axis=1) > 1] = _NEVER
    return starts


def _best(text: _Text, start: int, end: int, length: int) -> Run | None:
    """The run of most blocks in a stretch.

    Where it may begin at several ops, it does where a module is entered, or else where a block needs least,
    or else at the last, since of a loop the first step is more often a special one.
    """
    times, spare = (end - start) // length + 1, (end - start) % length
    if (times - 1) * length < SAVED:
        return None
    begin = min(
        range(start, start + spare + 1),
        key=lambda first: (not text.enters[first], _needed(text, first + length, length), -first),
    )
    times = _alike(text, begin, length, times)
    run = Run(begin, length, times, [])
    return run if times > 1 and _saving(run) >= SAVED else None


def _needed(text: _Text, start: int, length: int) -> int:
    """How many results from before it the block at `start` reads."""
    made = text.made[start : start + length]
    return len(np.unique(made[(made >= 0) & (made < start)]))


def _alike(text: _Text, start: int, length: int, times: int) -> int:
    """How many of the blocks, from the first on, are alike in what they share and what they have alone."""
    blocks = slice(start, start + length * times)
    given, made = text.given[blocks], text.made[blocks]
    outside = np.where(given >= 0, given, np.where((made >= 0) & (made < start), -2 - made, -1))
    outside = outside.reshape(times, -1)
    shared = np.full(outside.shape[1], -1)  # 1 or 0, where two blocks have told
    for n in range(1, times):
        both = (outside[n - 1] != -1) & (outside[n] != -1)
        one, other = outside[n - 1][both], outside[n][both]
        same = one == other
        pairs = len(set(zip(one.tolist(), other.tolist(), strict=True)))
        one_to_one = pairs == len(np.unique(one)) == len(np.unique(other))
        if not one_to_one or ((shared[both] >= 0) & (shared[both] != same)).any():
            return n
        shared[both] = same
    paths = text.paths[blocks].reshape(times, length, -1)
    return times if ((paths != paths[0]).any(0).sum(-1) <= 1).all() else 1


def _text(ops: Sequence[Node], reads: Mapping[Node, Operands]) -> _Text:
    place = {node: i for i, node in enumerate(ops)}
    numbers: dict[Hashable, int] = {}

    def number(thing: Hashable) -> int:
        return numbers.setdefault(thing, len(numbers))

    columns = [dict(reads[node].drawn) if len(reads[node].drawn) <= _MOST else {} for node in ops]
    names = {at: i for i, at in enumerate(dict.fromkeys(at for each in columns for at in each))}
    depth = max((node.path.count(".") + 1 for node in ops), default=1)
    words = np.array([number(_word(node, reads[node])) for node in ops], np.intp)
    paths = np.full((len(ops), depth), -1)
    enters = np.array([i == 0 or ops[i - 1].path is not node.path for i, node in enumerate(ops)])
    made, given, forms = (np.full((len(ops), max(1, len(names))), -1) for _ in range(3))
    for i, node in enumerate(ops):
        for column, component in enumerate(node.path.split(".")):
            paths[i, column] = number(component)
        for at, operand in columns[i].items():
            made[i, names[at]] = place.get(operand, -1) if isinstance(operand, Node) else -1
            given[i, names[at]] = number(operand) if made[i, names[at]] < 0 else -1
            forms[i, names[at]] = number(_form(operand))
    return _Text(words, paths, enters, made, given, forms)


def _word(node: Node, reads: Operands) -> Hashable:
    if len(reads.drawn) > _MOST:
        return node
    op, call = node.op, call_of(node)
    which = op if isinstance(op, Operation) else (type(op), getattr(op, "name", ""))
    settings = (tuple(reads.settings), tuple(reads.written), options_of(node))
    called = None if call is None else call.name
    return which, called, settings, order_of(node), node.shape, node.dtype, node.path.count(".")


def _form(operand: Vertex) -> Hashable:
    """Kind, shape and dtype; of a number, which is a setting, also what it is."""
    if isinstance(operand, Constant):
        value: Any = operand.value
        return (
            "constant",
            np.shape(value),
            str(getattr(value, "dtype", type(value))),
            repr(value) if (operand.is_number) else "",
        )
    return "leaf" if operand.op is None else "op", operand.shape, str(operand.dtype)
