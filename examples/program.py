"""How a program ends: its work done, or one sentence; never a traceback for what a person may do."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from examples.arguments import ArgumentsError
from examples.memory import TooLarge
from examples.terminal import OutputError, say, visible

BAD, SIGNALLED = 2, 128  # exit statuses: of what cannot be done; below that of a signal


class Stopped(KeyboardInterrupt):
    """A signal that asks the program to end."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.status = SIGNALLED + number


def interruptible() -> None:
    """Have Ctrl-C end the program without a word until `run` begins: its imports take a second or two."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def run(body: Callable[[], int], errors: tuple[type[Exception], ...], stopped: str) -> int:
    """What `body` does; the exit status.

    `errors` are those whose message is one sentence; `stopped` is said where a person ends the program, or
    the system does (SIGINT, SIGTERM, SIGHUP).
    """
    try:
        with stops():
            status = _status(body)
            if sys.stdout is not None:
                sys.stdout.flush()
        return status
    except (ArgumentsError, OutputError, TooLarge, *errors) as error:
        return _fail(str(error))
    except MemoryError:
        return _fail("there is not enough memory for this: take smaller sizes, or close other programs")
    except BrokenPipeError:  # as of `| head`
        _discard_output()
        return SIGNALLED + getattr(signal, "SIGPIPE", 13)
    except OSError as error:
        return _fail(f"{error.filename or 'a file'} cannot be read or written ({error.strerror or error})")
    except KeyboardInterrupt as error:
        _complain(f"\n{stopped}")
        return getattr(error, "status", SIGNALLED + signal.SIGINT)


@contextmanager
def stops() -> Iterator[None]:
    """In the block, a signal that asks the program to end is `Stopped`; one that is ignored stays so."""

    from nn.training.interrupts import handled  # here, since a program imports this module before NumPy

    def stop(number: int, frame: object) -> None:
        raise Stopped(number)

    with handled(stop):
        yield


def _status(body: Callable[[], int]) -> int:
    try:
        return body()
    except SystemExit as end:  # of --help
        return int(end.code or 0)


def _fail(message: str) -> int:
    _complain(f"error: {visible(message, keep=set())}")
    return BAD


def _complain(message: str) -> None:
    with suppress(OSError):  # nobody is there to be told
        say(message, sys.stderr)


def _discard_output() -> None:
    """Nobody reads: what is still to be written, by Python at its end too, goes nowhere."""
    try:
        number = sys.stdout.fileno()
    except (AttributeError, OSError, ValueError):  # not a file: there is nothing to discard
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)
