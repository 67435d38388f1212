"""Which line has written to a saved array: a person's lines are followed, and what each names is looked at.

Python calls a trace function before each line, `sys.settrace`.  Then the line before it has ended, and the
saved arrays that it could reach by its names are compared with their checksums.  So no array is touched: it
could be made read-only instead, but then views of it would stay so, and a program that writes to what no
backward will read would be stopped.  Where a debugger or a coverage tool traces already it is left alone, and
a write is still noticed, only not its line.
"""

import dis
import sys
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from types import (
    BuiltinMethodType,
    CodeType,
    FrameType,
    MethodType,
    MethodWrapperType,
    ModuleType,
)
from typing import Any, NamedTuple

from minigrad.debugging.describe import is_inside, package, place
from minigrad.debugging.saved import Saved, SavedArrays
from minigrad.tensor import Tensor

_MANY = 300  # that much of a collection is looked at, and that many things from one line

_BOUND = (MethodType, BuiltinMethodType, MethodWrapperType)

_MEMBERS: dict[type, Callable[[Any], Iterator[Any]]] = {
    list: list.__iter__,
    tuple: tuple.__iter__,
    set: set.__iter__,
    deque: deque.__iter__,
    dict: lambda d: iter(dict.values(d)),
}


class Line(NamedTuple):
    """A line that is running, and the saved arrays that it may write to."""

    frame: int
    code: CodeType
    number: int
    names: dict[str, Any]
    reached: list["weakref.ref[Saved]"]


class Lines(threading.local):  # as the trace function is: each thread has its own lines
    """Follows the lines of the threads that call `follow`, in code that is a person's own."""

    def __init__(self, arrays: SavedArrays) -> None:
        self._arrays = arrays
        self._running: list[Line] = []  # callers before what they called
        self._named: dict[CodeType, dict[int, frozenset[str]]] = {}
        self._blocks = 0  # which want lines to be followed
        self._is_following = False

    def follow(self) -> None:
        """From the next line on, unless somebody traces already."""
        self._blocks += 1
        if sys.gettrace() is not None:
            return
        self._is_following = True
        for frame in _stack():  # what runs already
            if _is_followed(frame):
                frame.f_trace = self._trace
        sys.settrace(self._enter)

    def leave(self) -> None:
        """Follow no more, once each `follow` has been undone."""
        self._blocks -= 1
        if self._blocks == 0 and self._is_following:
            self._is_following = False
            self._running.clear()
            for frame in _stack():
                if frame.f_trace == self._trace:
                    frame.f_trace = None
            if sys.gettrace() == self._enter:
                sys.settrace(None)

    def look(self) -> None:
        """Compare what the running lines reach; the innermost that reaches what has changed wrote to it."""
        for line in reversed(self._running):
            _look(line)

    def _enter(self, frame: FrameType, event: str, arg: Any) -> Any:
        return self._trace if _is_followed(frame) else None

    def _trace(self, frame: FrameType, event: str, arg: Any) -> Any:
        if not self._is_following:  # a frame that was not on the stack when the block ended
            frame.f_trace = None
            return None
        if event in ("line", "return"):
            self._end(frame)
        if event == "line":
            self._running.append(self._line(frame))
        return self._trace

    def _end(self, frame: FrameType) -> None:
        """The line in which `frame` was is over, and so is all that it had called."""
        start = next((i for i, line in enumerate(self._running) if line.frame == id(frame)), None)
        if start is not None:
            self._running, over = self._running[:start], self._running[start:]
            for line in reversed(over):
                _look(line)

    def _line(self, frame: FrameType) -> Line:
        code, number = frame.f_code, frame.f_lineno
        if code not in self._named:
            self._named[code] = _names_by_line(code)
        names = self._named[code].get(number, frozenset())
        reached = [
            weakref.ref(saved)
            for value in _within(_values(frame, names), names)
            for saved in self._arrays.beside(value)
        ]
        return Line(id(frame), code, number, frame.f_globals, reached)


def _stack() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        yield frame
        frame = frame.f_back


def _look(line: Line) -> None:
    for reference in line.reached:
        saved = reference()
        if saved is not None and not saved.writer and not saved.is_whole:
            saved.writer = place(line.code, line.number, line.names)


def _names_by_line(code: CodeType) -> dict[int, frozenset[str]]:
    """The names in each line, and where a statement continues, in the lines that follow."""
    named: dict[int, set[str]] = {}
    ends: dict[int, int] = {}
    for instruction in dis.get_instructions(code):
        at = instruction.positions
        if at is None or at.lineno is None:
            continue
        ends[at.lineno] = max(ends.get(at.lineno, 0), at.end_lineno or at.lineno)
        if isinstance(instruction.argval, str):
            named.setdefault(at.lineno, set()).add(instruction.argval)
    return {
        start: frozenset(name for n in range(start, end + 1) for name in named.get(n, ()))
        for start, end in ends.items()
    }


def _values(frame: FrameType, names: Iterable[str]) -> list[Any]:
    spaces = (frame.f_locals, frame.f_globals)
    return [space[name] for name in names for space in spaces if name in space]


def _within(values: list[Any], names: frozenset[str]) -> Iterator[Any]:
    """`values`, and what is inside collections and tensors, and by attributes called one of `names`.

    Only what lies there is read, so that no property of anybody's runs.
    """
    seen: set[int] = set()
    while values and len(seen) < _MANY:
        value = values.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        yield value
        kind = type(value)
        if issubclass(kind, Tensor):
            values += [getattr(value, name, None) for name in ("data", "grad")]  # which may not be set yet
        elif kind in _BOUND:
            values.append(value.__self__)
        members = next((iterate for base, iterate in _MEMBERS.items() if issubclass(kind, base)), None)
        if members is not None:
            values += islice(members(value), _MANY)
        values += _attributes(value, names)


def _attributes(value: Any, names: frozenset[str]) -> list[Any]:
    try:
        held = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return []
    if issubclass(type(value), ModuleType) and not _is_own(package(held)):
        return []
    return [held[name] for name in names if name in held]


def _is_followed(frame: FrameType) -> bool:
    """Whether its code is a person's own: neither installed nor of the packages that `_is_own` leaves out."""
    return _is_own(package(frame.f_globals)) and "-packages" not in frame.f_code.co_filename


def _is_own(root: str) -> bool:
    """Whether the top-level package `root` is neither of the standard library nor `is_inside`."""
    return root not in sys.stdlib_module_names and not is_inside(root)
