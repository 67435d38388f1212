"""`mg.record()`: what is kept beside the graph, which holds no values and nothing that needs no gradient.

All of it is looked up while the program runs, so that it costs nothing outside the block: which function
the program called is read from its frames, and so are the names of its arrays.
"""

import sys
from collections.abc import Iterable, Iterator
from inspect import unwrap
from operator import attrgetter
from time import perf_counter
from types import FrameType, FunctionType, NoneType
from typing import Any
from weakref import WeakSet

import numpy as np

from minigrad import modes
from minigrad.debugging.describe import place_of, user_frame
from minigrad.debugging.saved import saved
from minigrad.drawing.costs import Cost, buffers, timed
from minigrad.drawing.failing import Failed, failed
from minigrad.drawing.passing import note, pass_on
from minigrad.drawing.program import Program, arguments, users_frame, variables
from minigrad.drawing.recording import Call, Given, Noted, noted, order_of
from minigrad.fused import Fused
from minigrad.gradients import Gradient
from minigrad.graph import Leaf, Node
from minigrad.registry import OPS
from minigrad.tensor import Tensor
from minigrad.watching import Pull, Watcher, Watching, keep


def record() -> "Recording":
    """Have nodes keep their value, and `backward` their gradient, for `mg.draw` to show.

    Kept as well is what the graph leaves out: inputs and constants, the program's names for what it computes,
    which function each op was called by and from which line, and, for `mg.explore`, what each op passed on in
    a `backward` inside the block.  This holds every intermediate array in memory: it is meant for graphs that
    one looks at.  `with mg.record() as recording: ...` gives the whole of it to draw, also where the block
    raises: what was computed by then, and what raised.
    """
    return Recording(Recorder())


class Recording(Watching):
    """The block of `mg.record()`, and what was computed in it."""

    __slots__ = ()

    def __exit__(self, *exception: Any) -> None:
        super().__exit__(*exception)
        self.watcher.finish(exception[1] if any(exception) else None, sys._getframe(1))

    def ends(self) -> list[Node]:
        """The nodes of the block that no other has read, as far as somebody holds them, and what raised."""
        nodes = sorted(self.watcher.nodes, key=attrgetter("serial"))
        stopped = [] if self.watcher.failed is None else [self.watcher.failed]
        read = {parent for node in (*nodes, *stopped) for parent in node.parents}
        return [*(node for node in nodes if node not in read), *stopped]


class Recorder(Watcher):
    """Sees each new node of one `mg.record()` block."""

    def __init__(self) -> None:
        composites = {unwrap(f).__code__: name for name, f in OPS.items() if isinstance(f, FunctionType)}
        self.nodes: WeakSet[Node] = WeakSet()
        self.failed: Failed | None = None
        self._program = Program(composites)
        self._calls: dict[FrameType, Call] = {}  # a frame that is held is told from all later ones
        self._names: dict[int, tuple[str, np.ndarray]] = {}  # by identity, so the array is held as well
        self._order = 0  # of the derivative that is being computed
        self._raised: tuple[BaseException, str] | None = None
        self._held: list[Node] = []  # what was computed where the block raised

    def computed(
        self,
        op: Any,
        operands: list[Any],
        options: dict[str, Any],
        out: np.ndarray,
        node: Node | None,
        began: float,
    ) -> None:
        """Keep the value of the node, its operands, the leaves among them, and what it took."""
        cost = Cost(perf_counter() - began)
        if node is None:
            return
        frame = sys._getframe(1)
        call = self._call(frame)
        given = self._operands(node, operands, frame)
        # Shares of a gradient are added up outside of any op's derivative.
        order = max([self._order, *(order_of(parent) for parent in node.parents if parent is not None)])
        arguments = node.saved[:2] if isinstance(op, Fused) else None
        line = place_of(user_frame())
        cost.kept = buffers(node.saved)
        own = {i: x for i, x in enumerate(operands) if node.parents[i] is None and i not in given}
        sources = [
            x for x, parent in zip(operands, node.parents, strict=True) if parent is None or parent.op is None
        ]
        read = [saved(x) for x in sources if isinstance(x, np.ndarray)]
        keep(node, Noted(out, call, given, "", None, options, order, line, arguments, cost, own, read))
        self.nodes.add(node)

    def _operands(self, node: Node, operands: list[Any], frame: FrameType) -> dict[int, Given]:
        """Those without gradient; the others are noted at their own nodes."""
        given = {}
        for i, (parent, operand) in enumerate(zip(node.parents, operands, strict=True)):
            if parent is None:
                found = self._given(operand, frame)
                if found is not None:
                    given[i] = found
            elif isinstance(parent, Leaf) and noted(parent) is None:
                _, name, path = self._given(operand, frame) or Given(operand)
                keep(parent, Noted(operand, name=name, path=path))
            elif (kept := noted(parent)) is not None and parent.op is not None:
                kept.name = kept.name or self._program.variable(parent, frame).of_user
        return given

    def pull_back(
        self, pull: Pull, node: Node, saved: Any, g: Gradient, wanted: tuple[Node | None, ...]
    ) -> Iterable[Gradient]:
        """What `pull` gives, which is noted and timed; where it is recorded, it is of the next order.

        A fused op computes its composition again, which is of its own order, and walks back through that.
        """
        around = self._order
        if isinstance(g, Tensor):
            self._order = order_of(node) + (not isinstance(node.op, Fused))
        try:
            shares, passed = pass_on(timed(pull), node, saved, g, wanted)
        finally:
            self._order = around
        note(node, passed)
        return shares

    def raised(self, error: BaseException, path: str) -> None:
        """Note the scope that the error comes from."""
        if self._raised is None or self._raised[0] is not error:
            self._raised = error, path

    def finish(self, error: BaseException | None, frame: FrameType) -> None:
        """At the end of the block: the last names, what raised; and let go of the program's frames."""
        self._name_results(frame)
        self.failed, self._held = None, []
        if self._raised is not None and not isinstance(error, (NoneType, StopIteration, GeneratorExit)):
            self.failed, inside = failed(error, self._raised[1], self._program)
            call, operands = self._call(inside), [value for _, value in self.failed.operands]
            keep(self.failed, Noted(None, call, self._operands(self.failed, operands, inside)))
            self._held = [*self.nodes]
        self._calls.clear()
        self._names.clear()
        self._raised = None

    def _name_results(self, frame: FrameType) -> None:
        """Call what no op has read by the variables of the user's function that `frame` is in."""
        own = users_frame(frame)
        for name, held in variables(own) if own is not None else ():
            if isinstance(held, Tensor) and held.node is not None and held.node.op is not None:
                kept = noted(held.node)
                if kept is not None:
                    kept.name = kept.name or name

    def name_data(self, array: np.ndarray, name: str) -> None:
        """Call an array without a place in the graph by a name of its own."""
        self._names[id(array)] = name, array

    def _call(self, frame: FrameType) -> Call | None:
        found = self._program.call(frame)
        if found is None:
            return None
        function, of = found
        if of not in self._calls:
            arrays = [(name, array) for name, each in arguments(of) for array in _arrays(each, constant=True)]
            given = ((name, self._given(array, of.f_back)) for name, array in arrays)
            self._calls[of] = Call(function, [(name, each) for name, each in given if each is not None])
        return self._calls[of]

    def _given(self, operand: Any, frame: FrameType | None) -> Given | None:
        """None for an array that a layer has made for itself."""
        if not isinstance(operand, np.ndarray):
            return Given(operand)
        name, of_user = self._name(operand, frame)
        for path, inputs in modes.current.get().inputs:
            for array in _arrays(inputs):
                if np.may_share_memory(array, operand):  # a view, such as x[:, None], is still the input
                    return Given(array, self._name(array, frame)[0] or name, path)
        return Given(operand, name) if of_user else None

    def _name(self, array: np.ndarray, frame: FrameType | None) -> tuple[str, bool]:
        """What an array is called, and whether it is the user's."""
        if id(array) in self._names:
            return self._names[id(array)][0], True
        held = self._program.variable(array, frame)
        return held.of_user or held.of_layers, bool(held.of_user) or held.in_users_code


def _arrays(given: Any, constant: bool = False) -> Iterator[np.ndarray]:
    """The arrays that are anywhere inside nested tuples, lists and dicts; `constant`: but for the graph's."""
    if isinstance(given, Tensor) and not (constant and given.node is not None):
        given = given.data
    if isinstance(given, np.ndarray):
        yield given
    elif isinstance(given, (tuple, list, dict)):
        for each in given.values() if isinstance(given, dict) else given:
            yield from _arrays(each, constant)
