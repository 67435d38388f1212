"""A person's function called, and what it returns made into a picture."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from minigrad.commands.loading import CommandError, failure, load
from minigrad.drawing import record
from minigrad.tensor import Tensor


def picture(place: str, out: Path, make: Callable[[Any], None]) -> None:
    """Call the function at FILE.py:FUNCTION under `mg.record()`, and `make` the picture of what it returns.

    Raises CommandError for whatever goes wrong.
    """
    path = Path(place.rpartition(":")[0])
    sys.path.insert(0, str(path.parent.resolve()))  # so that the file finds its neighbours, as when it is run
    try:
        if not out.parent.is_dir():
            raise CommandError(
                f"there is no folder {str(out.parent)!r} to write {out.name} into: make it first"
            )
        function = load(place)
        with record():
            made = _called(place, path, function)
            make(made)
    except OSError as error:
        raise CommandError(f"{error.filename or out}: {error.strerror or error}") from error
    except (TypeError, ValueError, RuntimeError) as error:
        raise CommandError(str(error)) from error
    finally:
        sys.path.pop(0)


def _called(place: str, path: Path, function: Callable[[], Any]) -> Any:
    try:
        made = function()
    except (Exception, SystemExit) as error:
        raise CommandError(f"{place} failed with {failure(error, path)}") from error
    several = isinstance(made, Sequence) and not isinstance(made, (str, bytes))
    if not all(isinstance(each, Tensor) for each in (made if several else [made])):
        raise CommandError(
            f"{place} returned a {type(made).__name__}: let it return the tensor to be shown, or a list"
        )
    return made
