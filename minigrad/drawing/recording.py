"""What `mg.record()` keeps beside the graph, which holds no values and nothing that needs no gradient.

All of it is looked up while the program runs, so that it costs nothing outside the block: which function
the program called is read from its frames, and so are the names of its arrays.
"""

import sys
from collections.abc import Iterator
from inspect import CO_VARARGS, unwrap
from types import FrameType, FunctionType
from typing import Any, NamedTuple

import numpy as np

from minigrad import contexts, modes
from minigrad.drawing.program import Program
from minigrad.graph import Leaf, Node
from minigrad.registry import OPS
from minigrad.tensor import Tensor
from minigrad.watching import Record, Watcher, Watching, keep, record_of


class Given(NamedTuple):
    """An operand that needs no gradient, what the program calls it, and the scope it was given from."""

    value: Any
    name: str = ""
    path: str | None = None  # None: from where it is read


class Call:
    """One call of a function that is made of ops: a picture shows them as one, under its name.

    `given` are its arguments that need no gradient, with the names of its parameters.
    """

    def __init__(self, name: str, given: list[tuple[str, Given]]) -> None:
        self.name = name
        self.given = given


class Noted(Record):
    """A node's value and gradient, and what the graph does not know of it.

    `call` is the function that the program called, `given` the op's own operands without gradient by
    their places.  Of a leaf, `name` and `path` are as in Given.
    """

    __slots__ = ("call", "given", "name", "path")

    def __init__(
        self,
        value: Any,
        call: Call | None = None,
        given: dict[int, Given] | None = None,
        name: str = "",
        path: str | None = None,
    ) -> None:
        super().__init__(value)
        self.call = call
        self.given = given or {}
        self.name = name
        self.path = path


def noted(node: Node) -> Noted | None:
    """What `mg.record()` has kept of a node."""
    record = record_of(node)
    return record if isinstance(record, Noted) else None


def record() -> contexts.Block:
    """Have nodes keep their value, and `backward` their gradient, for `mg.draw` to show.

    Kept as well is what the graph leaves out: inputs and constants, and which function each op was
    called by.  This holds every intermediate array in memory: it is meant for graphs that one looks at.
    """
    return _Recording(Recorder())


class _Recording(Watching):
    __slots__ = ()

    def __exit__(self, *exception: Any) -> None:
        super().__exit__(*exception)
        self.watcher.forget()


class Recorder(Watcher):
    """Sees each new node of one `mg.record()` block."""

    def __init__(self) -> None:
        composites = {unwrap(f).__code__: name for name, f in OPS.items() if isinstance(f, FunctionType)}
        self._program = Program(composites)
        self._calls: dict[FrameType, Call] = {}  # a frame that is held is told from all later ones

    def computed(
        self, op: Any, operands: list[Any], options: dict[str, Any], out: np.ndarray, node: Node | None
    ) -> None:
        """Keep the value of the node, its operands, and the leaves among them."""
        if node is None:
            return
        frame = sys._getframe(1)
        call = self._call(frame)
        given = {}
        for i, (parent, operand) in enumerate(zip(node.parents, operands, strict=True)):
            if parent is None:
                found = self._given(operand, frame)
                if found is not None:
                    given[i] = found
            elif isinstance(parent, Leaf) and noted(parent) is None:
                _, name, path = self._given(operand, frame) or Given(operand)
                keep(parent, Noted(operand, name=name, path=path))
        keep(node, Noted(out, call, given))

    def forget(self) -> None:
        """Let go of the program's frames, and all that they hold."""
        self._calls.clear()

    def _call(self, frame: FrameType) -> Call | None:
        found = self._program.call(frame)
        if found is None:
            return None
        function, of = found
        if of not in self._calls:
            given = ((name, self._given(array, of.f_back)) for name, array in _arguments(of))
            self._calls[of] = Call(function, [(name, each) for name, each in given if each is not None])
        return self._calls[of]

    def _given(self, operand: Any, frame: FrameType | None) -> Given | None:
        """None for an array that a layer has made for itself."""
        if not isinstance(operand, np.ndarray):
            return Given(operand)
        name, of_user = self._program.name_of(operand, frame)
        for path, inputs in modes.current.get().inputs:
            for array in _arrays(inputs):
                if np.may_share_memory(array, operand):  # a view, such as x[:, None], is still the input
                    return Given(array, self._program.name_of(array, frame)[0] or name, path)
        return Given(operand, name) if of_user else None


def _arguments(frame: FrameType) -> Iterator[tuple[str, np.ndarray]]:
    """The arrays among the arguments of a call; those of a list, or of `*operands`, have no names."""
    code = frame.f_code
    count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & CO_VARARGS)
    for name in code.co_varnames[:count]:
        argument = frame.f_locals.get(name)
        for array in _arrays(argument, constant=True):
            yield "" if isinstance(argument, (tuple, list)) else name, array


def _arrays(given: Any, constant: bool = False) -> Iterator[np.ndarray]:
    """The arrays that are anywhere inside nested tuples, lists and dicts; `constant`: but for the graph's."""
    if isinstance(given, Tensor) and not (constant and given.node is not None):
        given = given.data
    if isinstance(given, np.ndarray):
        yield given
    elif isinstance(given, (tuple, list, dict)):
        for each in given.values() if isinstance(given, dict) else given:
            yield from _arrays(each, constant)
