"""Command lines whose mistakes are told in one sentence."""

import argparse
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

LONGEST = 40  # characters of what was given that a message repeats


class ArgumentsError(ValueError):
    """A command line that cannot be carried out.  The message is one sentence, for a person."""


class Parser(argparse.ArgumentParser):
    """argparse's, which raises ArgumentsError where that one ends the program; no option may be cut short."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        """Raise."""
        raise ArgumentsError(f"{message}; --help lists what can be given")


def count(least: int, most: int) -> Callable[[str], int]:
    """The kind of an integer from `least` to `most`."""

    def whole_number(given: str) -> int:
        try:
            value = int(given)
        except ValueError:
            raise argparse.ArgumentTypeError(f"an integer is needed, not {_shown(given)}") from None
        if not least <= value <= most:
            bound = f"at least {least:,}" if value < least else f"at most {most:,}"
            raise argparse.ArgumentTypeError(f"it must be {bound}, and is {_shown(given)}")
        return value

    return whole_number


def number(least: float = -math.inf) -> Callable[[str], float]:
    """The kind of a finite number that is at least `least`."""

    def finite_number(given: str) -> float:
        try:
            value = float(given)
        except ValueError:
            raise argparse.ArgumentTypeError(f"a number is needed, not {_shown(given)}") from None
        if not math.isfinite(value):
            raise argparse.ArgumentTypeError(f"a finite number is needed, not {_shown(given)}")
        if value < least:
            raise argparse.ArgumentTypeError(f"it must be at least {least:g}, and is {_shown(given)}")
        return value

    return finite_number


def path(given: str) -> Path:
    """The kind of a path: not empty, and one that a file can have."""
    if not given or "\0" in given:
        raise argparse.ArgumentTypeError(f"the path of a file or folder is needed, not {_shown(given)}")
    try:
        Path(given).exists()
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{_shown(given)} cannot be used ({error.strerror})") from None
    return Path(given)


def folder(given: str) -> Path:
    """The kind of a folder's path, which need not be there yet."""
    place = path(given)
    there = next(above for above in (place, *place.absolute().parents) if above.exists())
    if not there.is_dir():
        raise argparse.ArgumentTypeError(f"{_shown(given)} leads to a file, and a folder is needed")
    return place


def refuse(args: argparse.Namespace, names: Iterable[str], because: str) -> None:
    """Raise ArgumentsError if one of the options `names`, None by default, was given where it has no use."""
    for name in names:
        if getattr(args, name) is not None:
            raise ArgumentsError(f"--{name.replace('_', '-')} {because}")


def _shown(given: str) -> str:
    return repr(given if len(given) <= LONGEST else given[: LONGEST - 1] + "…")
