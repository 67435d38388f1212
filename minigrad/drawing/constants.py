"""Operands that need no gradient: the inputs and constants that a graph leaves out.

`mg.record()` notes them all.  Without it there is what the ops have saved for their derivatives, until a
backward frees it; of the rest it is known at best that there is something.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from minigrad.drawing.recording import Call, Given, noted
from minigrad.fused import Fused
from minigrad.graph import Node
from minigrad.operation import Operation
from minigrad.primitive import Primitive


@dataclass(eq=False)
class Constant:
    """What an op reads and no node made: an array, a number, or (None) something that is known of only."""

    value: Any
    name: str = ""
    path: str | None = None  # the scope that it was given from; None: from where it is read

    @property
    def is_number(self) -> bool:
        return self.value is not None and np.ndim(self.value) == 0


Vertex = Node | Constant

_PLAIN = (type(None), bool, int, float, str, tuple, np.dtype, type)


@dataclass
class Operands:
    """What a node reads: what is drawn, with its place or the name it was given under; the rest in words."""

    drawn: list[tuple[int | str, Vertex]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)  # numbers inside a module, "b = 0.5"
    settings: list[str] = field(default_factory=list)  # "axis=1"


def operands(
    nodes: Sequence[Node], stand_ins: Mapping[Node, Node | Given] | None = None, inside: bool = False
) -> dict[Node, Operands]:
    """Of each node, what it reads, or what stands in for that.  One array, wherever read, is one Constant.

    Of a call of several ops, its arguments are shown; `inside`, what each op read that its insides had made.
    """
    instead = stand_ins or {}
    arrays: dict[int, Constant] = {}
    calls: set[Call] = set()
    ops_of = Counter(map(call_of, nodes))
    found: dict[Node, Operands] = {}
    for node in nodes:
        reads = found[node] = Operands()
        call = call_of(node)
        composed = call is not None and ops_of[call] > 1
        given = _given(node) if inside or not composed else {}
        if inside and (kept := noted(node)) is not None:
            given = {i: Given(array) for i, array in kept.own.items()} | given
        for i, parent in enumerate(node.parents):
            if parent is not None:
                meant = instead.get(parent, parent)
                reads.drawn.append((i, _of_array(meant, arrays) if isinstance(meant, Given) else meant))
            elif i in given:
                _add(reads, node, i, given[i], arrays)
        if call is not None and call not in calls and not (inside and composed):
            calls.add(call)
            _add_arguments(reads, call, arrays)
    return found


def call_of(node: Node) -> Call | None:
    """The call of a function that the op was a part of, where `mg.record()` has seen one."""
    kept = noted(node)
    return None if kept is None else kept.call


def options_of(node: Node) -> tuple[tuple[str, str], ...]:
    """The options that the op was given by name alone, as far as they are known, in words."""
    kept, options = noted(node), {}
    if kept is not None:
        options = kept.options
    elif isinstance(node.op, Fused) and node.saved is not None:
        options = node.saved[1]
    return tuple((name, _setting(value)) for name, value in sorted(options.items()))


def _setting(value: Any) -> str:
    """A setting in words, which do not say where in memory it is."""
    if isinstance(value, np.ndarray) and value.ndim:
        return f"{value.dtype} {value.shape}"
    return repr(value) if isinstance(value, (*_PLAIN, np.generic)) else type(value).__qualname__


def _add(reads: Operands, node: Node, i: int, given: Given, arrays: dict[int, Constant]) -> None:
    value = given.value
    data = _is_data(node.op, i)
    if isinstance(value, np.ndarray) and value.ndim:
        reads.drawn.append((i, _of_array(given._replace(name=given.name or _role(node.op, i)), arrays)))
    elif data and value is None:
        reads.drawn.append((i, Constant(None)))
    elif data and node.path:
        reads.written.append(f"{_parameter(node.op, i)} = {number(value)}")
    elif data:
        reads.drawn.append((i, Constant(value)))
    elif value is not None:
        reads.settings.append(f"{_parameter(node.op, i)}={value!r}"[:60])


def _add_arguments(reads: Operands, call: Call, arrays: dict[int, Constant]) -> None:
    there = {operand for _, operand in reads.drawn}
    for name, given in call.given:
        constant = _of_array(given._replace(name=given.name or name), arrays)
        if constant not in there:
            reads.drawn.append((name if name != constant.name else "", constant))


def _of_array(given: Given, arrays: dict[int, Constant]) -> Constant:
    constant = arrays.setdefault(id(given.value), Constant(given.value))
    constant.name = constant.name or given.name
    constant.path = given.path if constant.path is None else constant.path
    return constant


def number(value: Any) -> str:
    """A number as a person writes it."""
    value = value.item() if isinstance(value, (np.ndarray, np.generic)) else value
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _given(node: Node) -> dict[int, Given]:
    """The operands of a node without a gradient, as far as they are known and were not left out."""
    if (kept := noted(node)) is not None:
        return {
            i: given for i, given in kept.given.items() if given.value is not None or not _is_data(node.op, i)
        }
    given = {
        i: Given(None) for i, parent in enumerate(node.parents) if parent is None and _is_certain(node.op)
    }
    return given | {i: Given(value) for i, value in _saved(node) if value is not None}


def _saved(node: Node) -> Iterator[tuple[int, Any]]:
    """The operands that the op has saved, with their places."""
    op, saved = node.op, node.saved
    if isinstance(op, Fused) and saved is not None:
        yield from enumerate(saved[0])
    elif isinstance(op, Primitive) and saved is not None:
        rules = op.rules if op.variadic is None else op.rules * len(saved)
        for rule, read in zip(rules, saved, strict=False):
            if rule is not None and read is not None:
                for name, value in zip(rule.reads, read, strict=True):
                    if name in op.parameters:
                        yield op.parameters.index(name), value
                    elif name == op.variadic:
                        yield from enumerate(value)


def _is_data(op: Any, i: int) -> bool:
    """Whether the operand at a place could have had a gradient, as against a setting such as an axis."""
    if not isinstance(op, Operation):
        return False
    return op.variadic is not None or (i < len(op.differentiable) and op.differentiable[i])


def _is_certain(op: Any) -> bool:
    """Whether an operand without a node must be there, since none can be left out: a + b, concatenate."""
    if not isinstance(op, Operation):
        return False
    return op.variadic is not None or (len(op.parameters) == 2 and all(op.differentiable) and not op.defaults)


def _role(op: Any, i: int) -> str:
    """What an op calls an operand, where that says something: the x of a linear, but not the b of a + b."""
    return "" if _is_certain(op) or i >= len(op.parameters) else op.parameters[i]


def _parameter(op: Any, i: int) -> str:
    return op.parameters[i] if i < len(op.parameters) else str(i)
