"""What the engine is doing right now, context-local, so that threads do not disturb each other."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

import numpy as np

from minigrad.dtype_like import DTypeLike

# Called after each forward as observer(op, operands, options, out).
Observer = Callable[[Any, tuple[Any, ...], dict[str, Any], Any], None]
# Called with each new node as recorder(node, operands, out).
Recorder = Callable[[Any, list[Any], Any], None]


class Mode(NamedTuple):
    recording: bool = True
    default_dtype: np.dtype[Any] = np.dtype(np.float32)
    path: str = ""  # dotted path of the module whose forward is running
    inputs: tuple[tuple[str, Any], ...] = ()  # of each scope, where it was entered from and what it was given
    observer: Observer | None = None
    recorder: Recorder | None = None
    retaining: bool = False  # whether the walk under way leaves the graph as it is
    inspector: Any = None  # sees every step of a walk, see debugging.watcher.Watcher


current: ContextVar[Mode] = ContextVar("minigrad.mode", default=Mode())  # noqa: B039 - immutable


@contextmanager
def using(**changes: Any) -> Iterator[None]:
    """Run the block in the present mode with `changes` made to it."""
    token = current.set(current.get()._replace(**changes))
    try:
        yield
    finally:
        current.reset(token)


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without recording: results are plain data and hold no graph.

    A context manager, and a decorator: `with mg.no_grad(): ...` or `@mg.no_grad()`.
    """
    with using(recording=False):
        yield


@contextmanager
def observe(observer: Observer) -> Iterator[None]:
    """Call `observer(op, operands, options, out)` after the forward of every op in the block.

    `operands` are the arrays and numbers that the op got by position, `options` what it got by name,
    `out` is its result, an array; none is to be changed.
    """
    with using(observer=observer):
        yield


@contextmanager
def default_dtype(dtype: DTypeLike) -> Iterator[None]:
    """Let Python numbers and lists of them become `dtype` (a float type) instead of float32."""
    chosen = np.dtype(dtype)
    if chosen.kind != "f":
        raise TypeError(f"default_dtype takes a float dtype, not {chosen}: write np.float32 or np.float64")
    with using(default_dtype=chosen):
        yield


@contextmanager
def scope(
    name: str, below: str | None = None, *, kinds: Mapping[str, type] | None = None, inputs: Any = ()
) -> Iterator[None]:
    """Mark the nodes made in the block as belonging to `name`, a dotted path.

    It stands below the scope around it, or below the path `below` where that is given.  What a picture
    shows besides: `kinds`, the class of this scope (under "") and of those inside it, by dotted path;
    `inputs`, any nesting of what was given to it from outside, which is held only inside `mg.record()`.
    """
    mode = current.get()
    around = mode.path if below is None else below
    path = f"{around}.{name}" if around and name else around or name
    if kinds is not None or mode.path.__class__ is Path:
        path = Path(path, mode.path, kinds)
    if inputs and mode.recorder is not None:
        with using(path=path, inputs=(*mode.inputs, (mode.path, inputs))):
            yield
    else:
        with using(path=path):
            yield


class Path(str):
    """A dotted path that knows the classes of its scopes: tables of them, each below a path of its own."""

    __slots__ = ("tables",)

    tables: tuple[tuple[str, Mapping[str, type]], ...]

    def __new__(cls, path: str, around: str = "", kinds: Mapping[str, type] | None = None) -> "Path":
        made = super().__new__(cls, path)
        known = around.tables if isinstance(around, Path) else ()
        made.tables = known if kinds is None else (*known, (path, kinds))
        return made


def is_watched() -> bool:
    """Whether anybody sees which scope an op stands in: a graph, an observer, or `mg.debug()`."""
    mode = current.get()
    return mode.recording or mode.observer is not None or mode.inspector is not None


def current_scope() -> str:
    """The dotted path of the scope that the program is in, "" outside any."""
    return current.get().path


def is_recording() -> bool:
    """Whether ops are being recorded: False inside `mg.no_grad()`."""
    return current.get().recording
