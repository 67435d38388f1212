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
      An infinity that comes in with the data, such as that of a mask, is none that an op has made.
    - An array that a node has saved may not be written to until backward has read it: SavedArrayError
      names the op that saved it, that line, and the line that wrote.  (Such arrays are read-only in the
      block; memory that is written to by another way is noticed by its checksum.)

    Both forward and backward should be in the block.  It is slow: for looking, not for training.
    """
    watcher = Watcher()
    before = modes.current.get()
    with modes.using(
        observer=_both(before.observer, watcher.ran),
        recorder=_both(before.recorder, watcher.recorded),
        inspector=watcher,
    ):
        try:
            yield
        except ValueError as error:
            if "read-only" not in str(error) or error.__traceback__ is None:
                raise
            raise watcher.written(error.__traceback__) from error
        finally:
            watcher.close()


def _both(first: Callable[..., None] | None, second: Callable[..., None]) -> Callable[..., None]:
    if first is None:
        return second

    def call(*args: Any) -> None:
        first(*args)
        second(*args)

    return call
