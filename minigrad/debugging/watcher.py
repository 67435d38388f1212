"""What is watched: each op's result, each derivative, each array that a node has saved."""

import weakref
from typing import Any

import numpy as np

from minigrad import contexts, watching
from minigrad.debugging.describe import brief, place_of, statistics, user_frame
from minigrad.debugging.errors import NonFiniteError, SavedArrayError
from minigrad.debugging.finite import is_elementwise, made
from minigrad.debugging.lines import Lines
from minigrad.debugging.saved import Saved, SavedArrays, arrays_in
from minigrad.gradients import Gradient, Part
from minigrad.graph import Node
from minigrad.plain import plain


class Watcher(watching.Watcher):
    """What one `mg.debug()` block knows: where each node was made, and what it has saved."""

    def __init__(self) -> None:
        self.places: weakref.WeakKeyDictionary[Node, str] = weakref.WeakKeyDictionary()
        self.saved: weakref.WeakKeyDictionary[Node, list[Saved]] = weakref.WeakKeyDictionary()
        self.arrays = SavedArrays()
        self.lines = Lines(self.arrays)

    # -- forward --------------------------------------------------------------------------------

    def computed(
        self,
        op: Any,
        operands: list[Any],
        options: dict[str, Any],
        out: np.ndarray,
        node: Node | None,
        began: float,
    ) -> None:
        """Note where `node` was made, and what it has saved.

        Raises NonFiniteError where `op` has made what was not in its operands.
        """
        self._check(op, operands, options, out)
        if node is not None:
            self.places[node] = place_of(user_frame())
            self.saved[node] = [self.arrays.add(array) for array in arrays_in(node.saved)]

    def _check(self, op: Any, operands: list[Any], options: dict[str, Any], out: np.ndarray) -> None:
        fault = made(op.name, out, (operands, options), is_elementwise(op))
        if fault is None:
            return
        path = contexts.current_scope()
        inputs = "; ".join(
            f"operand {i} {statistics(x)}" for i, x in enumerate(operands) if isinstance(x, np.ndarray)
        )
        raise NonFiniteError(
            f"{op.name} {fault}{_in(path)}, at {place_of(user_frame())}. It was given {inputs or operands}"
        )

    # -- backward -------------------------------------------------------------------------------

    def pull_back(
        self, pull: watching.Pull, node: Node, saved: Any, g: Gradient, wanted: tuple[Node | None, ...]
    ) -> list[Gradient]:
        """What `pull` gives.  Raises where what it reads has changed, or where it makes a NaN or infinity."""
        self._check_saved(node)
        shares = list(pull(node, saved, g, wanted))
        for parent, share in zip(wanted, shares, strict=False):
            if parent is not None and share is not None:
                whole = share.as_whole() if isinstance(share, Part) else share
                self._check_share(node, saved, parent, g, whole)
        if node.saved is None:
            self.saved.pop(node, None)  # it has been read, and may be written to again
        return shares

    def _check_saved(self, node: Node) -> None:
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

    def _check_share(self, node: Node, saved: Any, parent: Node, g: Any, share: Any) -> None:
        """Raises NonFiniteError where the derivative of `node` has made what was not in `g`, or saved."""
        op = node.op.name if node.op is not None else "leaf"
        fault = made(op, plain(share), (plain(g), saved))
        if fault is None:
            return
        number = node.parents.index(parent)
        kept = "; ".join(f"saved {statistics(x)}" for x in arrays_in(saved))
        raise NonFiniteError(
            f"the derivative of {op} by operand {number} {fault}{_in(node.path)}; the op was recorded at "
            f"{self.places.get(node, 'a line outside of mg.debug()')}. The gradient that came in: "
            f"{statistics(plain(g))}{'; ' + kept if kept else ''}"
        )

    def _saver(self, node: Node) -> str:
        op = node.op.name if node.op is not None else "leaf"
        return f"{op} has saved for its derivative{_in(node.path)} at {self.places[node]}"


def _in(path: str) -> str:
    return f" in {path}" if path else ""
