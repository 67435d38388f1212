"""Contestants that are measured in turn, A B A B ..., each in a process of its own.

In turn, so that a drift of the machine's speed meets all of them.  In processes of their own, since the
thread pools of two libraries in one process disturb each other: OpenMP's and OpenBLAS's threads keep
spinning for a while after a product, on the cores that the other one's next product needs.  A contestant
whose turn it is not sleeps at a pipe, and a pause before each turn lets the threads of the one before
wind down.
"""

import contextlib
import ctypes
import gc
import math
import signal
import statistics
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar

import numpy as np

from examples.environment import environment

SPAWN = get_context("spawn")  # a fresh interpreter: nothing of this process is in it
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
R = TypeVar("R")


class Contestant:
    """What is measured: `factory(*args)`, called in the contestant's process, gives the callable to time.

    The factory is a function at the top of a module and its arguments can be pickled.  `env` is set before
    the process starts, since NumPy and others read the environment when they are imported.
    """

    def __init__(self, factory: Callable[..., Callable[[], Any]], *args: Any, env: Mapping[str, str] = {}):
        self.factory, self.args, self.env = factory, args, dict(env)


@dataclass
class Measured:
    """Seconds of each timed call; what the very first call returned, for comparison; the memory it took.

    `peak_bytes` is how far the process's resident memory rose at most, from when the factory had built its
    models and inputs; NaN where the system does not tell (all but Linux).
    """

    first: Any = None
    seconds: list[float] = field(default_factory=list)
    peak_bytes: float = math.nan

    @property
    def median(self) -> float:
        """Seconds of a call."""
        return statistics.median(self.seconds)


class ContestError(RuntimeError):
    """A process that failed.  The message holds its traceback."""


def in_turn(
    contestants: Mapping[str, Contestant], rounds: int, repeats: int, warm_up: int = 2, pause: float = 0.3
) -> dict[str, Measured]:
    """Measure the contestants: in each round each one calls `warm_up` + `repeats` times, and the last count.

    Raises ContestError where one of them raises.  Their processes have ended when this returns.
    """
    with contextlib.ExitStack() as stack:
        children: dict[str, _Child] = {}
        measured: dict[str, Measured] = {}
        for name, contestant in contestants.items():  # one after the other: the first call is not disturbed
            child = _Child(name, _compete, contestant.factory, *contestant.args, env=contestant.env)
            children[name] = stack.enter_context(child)
            measured[name] = Measured(first=child.hear())
        for _ in range(rounds):
            for name, child in children.items():
                time.sleep(pause)
                child.pipe.send((warm_up, repeats))
                seconds, measured[name].peak_bytes = child.hear()
                measured[name].seconds += seconds
        return measured


def difference(measured: Iterable[Measured], tolerance: float) -> float:
    """How much the first results differ at most, relative to the greatest of them, or to 1 if that is more.

    Raises ContestError where it is not below `tolerance`: then the times say nothing.
    """
    first, *others = (np.asarray(one.first) for one in measured)
    greatest = max(float(np.abs(first).max()), 1.0)
    most = max(float(np.abs(first - other).max()) for other in others) / greatest
    if not most < tolerance:
        raise ContestError(
            f"the contestants compute different things, so their times say nothing: they differ by {most:.1e}"
        )
    return most


def alone(function: Callable[..., R], *args: Any, env: Mapping[str, str] = {}) -> R:
    """function(*args) in a process of its own.  Raises ContestError where it raises."""
    with _Child(function.__name__, _call, function, *args, env=env) as child:
        return child.hear()


# -- the two ends of the pipe ----------------------------------------------------------------------


class _Failure(NamedTuple):
    traceback: str


class _Child:
    """A process that says things over a pipe, and ends with the block."""

    def __init__(self, name: str, target: Callable[..., None], *args: Any, env: Mapping[str, str]) -> None:
        self.name = name
        self.pipe, theirs = SPAWN.Pipe()
        self.process = SPAWN.Process(target=_report, args=(theirs, target, args))
        with environment(env):
            self.process.start()
        theirs.close()  # so that the pipe ends when the process does

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.pipe.close()
        self.process.join(1)
        if self.process.is_alive():  # in the middle of something
            self.process.terminate()
            self.process.join()

    def hear(self) -> Any:
        """What the process says next."""
        try:
            said = self.pipe.recv()
        except EOFError:
            self.process.join()
            code = self.process.exitcode
            raise ContestError(f"{self.name}: its process ended without a word, exit code {code}") from None
        if isinstance(said, _Failure):
            raise ContestError(f"{self.name} failed:\n{said.traceback}")
        return said


def _report(pipe: Connection, target: Callable[..., None], args: tuple[Any, ...]) -> None:
    """In the child: do it, and tell of an exception."""
    try:
        target(pipe, *args)
    except KeyboardInterrupt:
        pass  # the one who asks has it too
    except Exception:
        with contextlib.suppress(OSError):  # nobody listens any more
            pipe.send(_Failure(traceback.format_exc()))


def _call(pipe: Connection, function: Callable[..., Any], *args: Any) -> None:
    pipe.send(function(*args))


def _compete(pipe: Connection, factory: Callable[..., Callable[[], Any]], *args: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who asks ends this
    call = factory(*args)
    before = _settle()
    pipe.send(call())
    with contextlib.suppress(EOFError):
        while True:
            warm_up, repeats = pipe.recv()
            for _ in range(warm_up):
                call()
            seconds = []
            for _ in range(repeats):
                start = time.perf_counter()
                call()
                seconds.append(time.perf_counter() - start)
            pipe.send((seconds, _status("VmHWM") - before))


# -- memory ----------------------------------------------------------------------------------------


def _settle() -> float:
    """Give back what building has left over, begin a new peak, and tell the resident bytes."""
    gc.collect()
    with contextlib.suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # the peak is the present again, see proc(5)
    return _status("VmRSS")


def _status(name: str) -> float:
    """Bytes that /proc/self/status tells, NaN where it is not there.

    getrusage would not do: its peak counts that of the process which started this one.
    """
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return math.nan
    return next((float(line.split()[1]) * 1024 for line in lines if line.startswith(name + ":")), math.nan)
