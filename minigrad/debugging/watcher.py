"""What is watched: each op's result, each derivative, each array that a node has saved."""

import weakref
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any

import numpy as np

from minigrad import modes
from minigrad.debugging.describe import place, statistics, user_frame
from minigrad.debugging.errors import NonFiniteError, SavedArrayError
from minigrad.debugging.locks import Locks
from minigrad.graph import Node


class Watcher:
    """What one `mg.debug()` block knows: where each node was made, and what it has saved."""

    def __init__(self) -> None:
        self.places: weakref.WeakKeyDictionary[Node, str] = weakref.WeakKeyDictionary()
        self.saved: weakref.WeakKeyDictionary[Node, list[tuple[np.ndarray, int]]] = (
            weakref.WeakKeyDictionary()
        )
        self.locks = Locks()

    # -- forward --------------------------------------------------------------------------------

    def ran(self, op: Any, operands: tuple[Any, ...], options: dict[str, Any], out: np.ndarray) -> None:
        """Raises NonFiniteError where `op` has made what was not in its operands."""
        made = _made(out, operands)
        if made is None:
            return
        path = modes.current_scope()
        inputs = "; ".join(
            f"operand {i} {statistics(x)}" for i, x in enumerate(operands) if isinstance(x, np.ndarray)
        )
        raise NonFiniteError(
            f"{op.name} {made}{_in(path)}, at {place(user_frame())}. It was given {inputs or operands}"
        )

    def recorded(self, node: Node, operands: list[Any], out: np.ndarray) -> None:
        """Note where `node` was made, and lock what it has saved."""
        self.places[node] = place(user_frame())
        arrays = _arrays(node.saved)
        self.saved[node] = [(array, _checksum(array)) for array in arrays]
        self.locks.lock(node, arrays)

    # -- backward -------------------------------------------------------------------------------

    def enters(self, node: Node) -> None:
        """Raises SavedArrayError where what `node` has saved is no longer what it was."""
        for array, checksum in self.saved.get(node, ()):
            if _checksum(array) != checksum:
                raise SavedArrayError(
                    f"an array {_brief(array)} that {self._saver(node)} was changed since, through other "
                    "memory than its own, so that its derivative would be wrong: change a copy, "
                    "x = x.copy(), or compute the result again afterwards"
                )

    def pulled(self, node: Node, parent: Node, g: Any, share: Any) -> None:
        """Raises NonFiniteError where the derivative of `node` has made what was not in `g`."""
        made = _made(_array(share), (_array(g),))
        if made is None:
            return
        op = node.op.name if node.op is not None else "leaf"
        number = node.parents.index(parent)
        kept = "; ".join(f"saved {statistics(x)}" for x in _arrays(node.saved))
        raise NonFiniteError(
            f"the derivative of {op} by operand {number} {made}{_in(node.path)}; the op was recorded at "
            f"{self.places.get(node, 'a line outside of mg.debug()')}. The gradient that came in: "
            f"{statistics(_array(g))}{'; ' + kept if kept else ''}"
        )

    def leaves(self, node: Node) -> None:
        """The walk has read what `node` saved: it may be written to again."""
        self.saved.pop(node, None)
        self.locks.unlock(node)

    # -- writing --------------------------------------------------------------------------------

    def written(self, traceback: TracebackType) -> Exception:
        """The error to raise for NumPy's own "read-only", whose traceback this is."""
        while traceback.tb_next is not None:
            traceback = traceback.tb_next
        frame = traceback.tb_frame
        line = place(frame, traceback.tb_lineno)
        for array in _within_reach(frame):
            nodes = self._savers(array)
            if nodes:
                return self._error(nodes[0], array, line)
        return SavedArrayError(
            f"{line} writes to an array that is read-only; if an op has saved it for its derivative, write "
            "after backward, or change a copy, x = x.copy()"
        )

    def close(self) -> None:
        """Unlock everything."""
        self.locks.close()

    def _savers(self, array: np.ndarray) -> list[Node]:
        return [
            node
            for node, saved in self.saved.items()
            if any(np.may_share_memory(array, kept) for kept, _ in saved)
        ]

    def _error(self, node: Node, array: np.ndarray, line: str) -> SavedArrayError:
        return SavedArrayError(
            f"{line} writes to an array {_brief(array)} that {self._saver(node)}, so that its derivative "
            "would be wrong: write after backward, change a copy, x = x.copy(), or make a new x = x + ..."
        )

    def _saver(self, node: Node) -> str:
        op = node.op.name if node.op is not None else "leaf"
        return f"{op} has saved for its derivative{_in(node.path)} at {self.places[node]}"


def _made(out: Any, operands: tuple[Any, ...]) -> str | None:
    """What is not finite in `out` though it was in all operands, in words; None if nothing is."""
    if not isinstance(out, np.ndarray) or out.dtype.kind != "f":
        return None
    finite = np.isfinite(out)
    if finite.all():
        return None
    nan = np.isnan(out)
    given = [x for x in operands if isinstance(x, (np.ndarray, float)) and np.asarray(x).dtype.kind == "f"]
    if nan.any():
        came = any(np.isnan(x).any() for x in given)
        what, wrong = "NaN", nan
    else:
        if any(not np.isfinite(x).all() for x in given):
            return None
        came, what, wrong = False, "infinity", ~finite
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    count = f"{int(wrong.sum())} of {out.size} elements, the first at index {first}"
    if came:
        return f"passed on a {what} that came with its operands ({count})"
    return f"made {'a NaN' if what == 'NaN' else 'an infinity'} ({count})"


def _arrays(saved: Any) -> list[np.ndarray]:
    """Every array inside what a node has saved."""
    if isinstance(saved, np.ndarray):
        return [saved]
    if isinstance(saved, dict):
        saved = tuple(saved.values())
    if isinstance(saved, (list, tuple)):
        return [array for part in saved for array in _arrays(part)]
    return []


def _array(value: Any) -> Any:
    return value if isinstance(value, np.ndarray) else getattr(value, "data", value)


def _checksum(array: np.ndarray) -> int:
    import zlib  # for this alone

    return zlib.crc32(np.ascontiguousarray(array).view(np.uint8).data) if array.size else 0


def _brief(array: np.ndarray) -> str:
    return f"{array.dtype}{list(array.shape)}"


def _in(path: str) -> str:
    return f" in {path}" if path else ""


def _within_reach(frame: FrameType) -> Iterator[np.ndarray]:
    """The arrays among the names of a frame, and inside the tensors among them."""
    values = [*frame.f_locals.values()]
    if frame.f_code.co_name == "<module>":
        values += frame.f_globals.values()
    names = {*frame.f_code.co_names}
    values += [value for name, value in frame.f_globals.items() if name in names]
    for value in values:
        for candidate in (value, *_attributes(value, names)):
            array = _array(candidate)
            if isinstance(array, np.ndarray) and not array.flags.writeable:
                yield array


def _attributes(value: Any, names: set[str]) -> list[Any]:
    """What the line may have reached through `value`: attributes whose names stand in the frame's code."""
    held = getattr(value, "__dict__", {})
    return [held[name] for name in names if name in held] if isinstance(held, dict) else []
