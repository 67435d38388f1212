"""The context in which every op is watched."""

from typing import Any, Self

from minigrad import contexts, modes
from minigrad.debugging.errors import NonFiniteError, SavedArrayError
from minigrad.debugging.watcher import Watcher
from minigrad.watching import Watching

__all__ = ["NonFiniteError", "SavedArrayError", "debug"]


def debug() -> contexts.Block:
    """Watch every op in the block, forward and backward, and stop at the first thing that goes wrong.

    - The first op that makes a NaN or an infinity raises NonFiniteError, and so does the first
      derivative that does: with the user's line, the path of modules and the statistics of what went in.
      An infinity that was given to the op, by a mask or as a bound, is none that it has made, nor is a NaN
      that it only moves.
    - A derivative that is to read an array which was written to since its op saved it raises
      SavedArrayError: it names the op, the line that called it, and the line that wrote.

    Nothing else changes: the numbers and the arrays are those of the same program without it.  Both forward
    and backward should be in the block.  It is slow: for looking, not for training.
    """
    return _Debug()


class _Debug(Watching):
    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(Watcher())

    def changes(self, around: modes.Mode) -> dict[str, Any]:
        if any(isinstance(watcher, Watcher) for watcher in around.watchers):  # one sees it all
            return {}
        return super().changes(around)

    def __enter__(self) -> Self:
        self.watcher.lines.follow()
        return super().__enter__()

    def __exit__(self, *exception: Any) -> None:
        super().__exit__(*exception)
        self.watcher.lines.leave()
