"""A person's function called, and what it returns made into a picture."""

import contextlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from minigrad.commands.loading import CommandError, failure, load
from minigrad.drawing import record
from minigrad.drawing.recorder import Recording
from minigrad.tensor import Tensor

Write = Callable[[Any], object]  # makes the picture of what it is given


def picture(place: str, out: Path, write: Write, write_failed: Write | None = None) -> None:
    """Call the function at FILE.py:FUNCTION under `mg.record()`, and `write` the picture of what it returns.

    Where it raises, `write_failed` makes one of the recording, of what was computed by then.  Raises
    CommandError for whatever goes wrong.
    """
    path = Path(place.rpartition(":")[0])
    sys.path.insert(0, str(path.parent.resolve()))  # so that the file finds its neighbours, as when it is run
    try:
        if not out.parent.is_dir():
            raise CommandError(
                f"there is no folder {str(out.parent)!r} to write {out.name} into: make it first"
            )
        function = load(place)
        recording = record()
        try:
            with recording:
                made = function()
        except (Exception, SystemExit) as error:
            drawn = "" if write_failed is None else _rescued(recording, out, write_failed)
            raise CommandError(f"{place} failed with {failure(error, path)}{drawn}") from error
        write(_tensors(place, made))
    except OSError as error:
        raise CommandError(f"{error.filename or out}: {error.strerror or error}") from error
    except (TypeError, ValueError, RuntimeError) as error:
        raise CommandError(str(error)) from error
    finally:
        sys.path.pop(0)


def _rescued(recording: Recording, out: Path, write: Write) -> str:
    """Draw what was computed by then, and say so; "" where that is nothing, or cannot be drawn either."""
    with contextlib.suppress(OSError, TypeError, ValueError, RuntimeError):
        write(recording)
        return f"; {out} shows what was computed by then"
    return ""


def _tensors(place: str, made: Any) -> Any:
    several = isinstance(made, Sequence) and not isinstance(made, (str, bytes))
    if not all(isinstance(each, Tensor) for each in (made if several else [made])):
        raise CommandError(
            f"{place} returned a {type(made).__name__}: let it return the tensor to be shown, or a list"
        )
    return made
