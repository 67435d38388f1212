"""The checks of one exercise, run on the reader's file."""

import signal
import threading
from pathlib import Path
from typing import NamedTuple

import numpy as np

from minigrad.learn.exercise import Check, Exercise, Hint, name_of
from minigrad.learn.written import Missing, Written, place_of

SECONDS = 10.0  # for one check; a right answer takes a hundredth of that


class Outcome(NamedTuple):
    """What came of one check: `hint` is "" where it passed."""

    check: str
    hint: str


def check(exercise: Exercise, path: Path, seconds: float = SECONDS) -> list[Outcome]:
    """The outcomes in order, up to the first that failed: what follows builds on it."""
    outcomes = []
    for each in exercise.checks:
        outcomes.append(Outcome(name_of(each), _within(seconds, each, path)))
        if outcomes[-1].hint:
            break
    return outcomes


class _TooLong(BaseException):
    """Raised in a check that takes too long; no `except Exception` of the reader's keeps it."""


def _within(seconds: float, check: Check, path: Path) -> str:
    """The hint of a check, which is broken off where it does not end.  (Not on Windows, nor in a thread.)"""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return _hint(check, path)

    def stop(*_: object) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return _hint(check, path)
    except _TooLong:
        return (
            f"it has not ended after {seconds:g} seconds: is there a loop without end, or is a value that is "
            "used twice walked through twice, and again at each level below?"
        )
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _hint(check: Check, path: Path) -> str:
    try:
        with np.errstate(all="ignore"):  # what overflows is said in a hint
            check(Written(path))
    except (Hint, Missing) as error:
        return str(error)
    except RecursionError as error:
        where = place_of(error, path)
        return (
            f"your code calls itself deeper than Python allows ({where}): keep a list of what is still to do"
        )
    except (Exception, SystemExit) as error:  # sys.exit() in the file is no end of this program
        where = place_of(error, path) or "outside your file, by what it gave"
        return f"{type(error).__name__} at {where}: {error}"
    return ""
