"""The context in which every op is watched."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from minigrad import modes
from minigrad.debugging.errors import NonFiniteError, SavedArrayError
from minigrad.debugging.watcher import Watcher

__all__ = ["NonFiniteError", "SavedArrayError", "debug"]


@contextmanager
def debug() -> Iterator[None]:
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
    if isinstance(modes.current.get().inspector, Watcher):  # one sees it all
        yield
        return
    watcher = Watcher()
    before = modes.current.get()
    with (
        modes.using(
            observer=_both(before.observer, watcher.ran),
            recorder=_both(before.recorder, watcher.recorded),
            inspector=watcher,
        ),
        watcher.lines.followed(),
    ):
        yield


def _both(first: Callable[..., None] | None, second: Callable[..., None]) -> Callable[..., None]:
    if first is None:
        return second

    def call(*args: Any) -> None:
        first(*args)
        second(*args)

    return call
