"""What is watched: each op's result, each derivative, each array that a node has saved."""

import weakref
from typing import Any

import numpy as np

from minigrad import modes
from minigrad.debugging.describe import brief, place_of, statistics, user_frame
from minigrad.debugging.errors import NonFiniteError, SavedArrayError
from minigrad.debugging.finite import is_elementwise, made
from minigrad.debugging.lines import Lines
from minigrad.debugging.saved import Saved, SavedArrays, arrays_in
from minigrad.graph import Node


class Watcher:
    """What one `mg.debug()` block knows: where each node was made, and what it has saved."""

    def __init__(self) -> None:
        self.places: weakref.WeakKeyDictionary[Node, str] = weakref.WeakKeyDictionary()
        self.saved: weakref.WeakKeyDictionary[Node, list[Saved]] = weakref.WeakKeyDictionary()
        self.arrays = SavedArrays()
        self.lines = Lines(self.arrays)

    # -- forward --------------------------------------------------------------------------------

    def ran(self, op: Any, operands: tuple[Any, ...], options: dict[str, Any], out: np.ndarray) -> None:
        """Raises NonFiniteError where `op` has made what was not in its operands."""
        fault = made(op.name, out, (operands, options), is_elementwise(op))
        if fault is None:
            return
        path = modes.current_scope()
        inputs = "; ".join(
            f"operand {i} {statistics(x)}" for i, x in enumerate(operands) if isinstance(x, np.ndarray)
        )
        raise NonFiniteError(
            f"{op.name} {fault}{_in(path)}, at {place_of(user_frame())}. It was given {inputs or operands}"
        )

    def recorded(self, node: Node, operands: list[Any], out: np.ndarray) -> None:
        """Note where `node` was made, and what it has saved."""
        self.places[node] = place_of(user_frame())
        self.saved[node] = [self.arrays.add(array) for array in arrays_in(node.saved)]

    # -- backward -------------------------------------------------------------------------------

    def enters(self, node: Node) -> None:
        """Raises SavedArrayError where what `node` has saved is no longer what it was."""
        changed = [saved for saved in self.saved.get(node, ()) if not saved.is_whole]
        if not changed:
            return
        self.lines.look()
        first = changed[0]
        if first.writer:
            raise SavedArrayError(
                f"{first.writer} writes to an array {brief(first.array)} that {self._saver(node)}, so that "
                "its derivative would be wrong: write after backward, change a copy, x = x.copy(), or make a "
                "new x = x + ..."
            )
        raise SavedArrayError(
            f"an array {brief(first.array)} that {self._saver(node)} was changed since, by a line that names "
            "neither it nor what it lies in, so that its derivative would be wrong: write after backward, "
            "change a copy, x = x.copy(), or compute the result again afterwards"
        )

    def pulled(self, node: Node, parent: Node, g: Any, share: Any) -> None:
        """Raises NonFiniteError where the derivative of `node` has made what was not in `g`, or saved."""
        op = node.op.name if node.op is not None else "leaf"
        fault = made(op, _array(share), (_array(g), node.saved))
        if fault is None:
            return
        number = node.parents.index(parent)
        kept = "; ".join(f"saved {statistics(x)}" for x in arrays_in(node.saved))
        raise NonFiniteError(
            f"the derivative of {op} by operand {number} {fault}{_in(node.path)}; the op was recorded at "
            f"{self.places.get(node, 'a line outside of mg.debug()')}. The gradient that came in: "
            f"{statistics(_array(g))}{'; ' + kept if kept else ''}"
        )

    def leaves(self, node: Node) -> None:
        """The walk has read what `node` saved: it may be written to again."""
        self.saved.pop(node, None)

    def _saver(self, node: Node) -> str:
        op = node.op.name if node.op is not None else "leaf"
        return f"{op} has saved for its derivative{_in(node.path)} at {self.places[node]}"


def _array(value: Any) -> Any:
    return value if isinstance(value, np.ndarray) else getattr(value, "data", value)


def _in(path: str) -> str:
    return f" in {path}" if path else ""
