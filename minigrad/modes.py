"""What the engine is doing right now, context-local, so that threads do not disturb each other."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, NamedTuple, Self, TypeVar, overload

import numpy as np

from minigrad.decorated import decorated
from minigrad.dtype_like import DTypeLike

F = TypeVar("F", bound=Callable[..., Any])

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
    part_of_batch: bool = False  # whether a thread of data_parallel runs, on its part of the batch
    tracing: bool = False  # whether a function is being run to be differentiated, by grad, jvp ...
    block: "Block | None" = None  # what made this mode of `around`
    around: "Mode | None" = None


current: ContextVar[Mode] = ContextVar("minigrad.mode", default=Mode())  # noqa: B039 - immutable


class Block:
    """A change of mode: `with block:`, as often as one likes, or `@block` on a function of any kind.

    Blocks may end in another order than they began, as those inside of two generators that are resumed in
    turn do.  So a block ends by taking its own change out of the mode, wherever that stands.
    """

    __slots__ = ("_changes",)

    def __init__(self, **changes: Any) -> None:
        self._changes = changes

    def changes(self, around: Mode) -> dict[str, Any]:
        """What is other in the block than in the mode around it."""
        return self._changes

    def __enter__(self) -> Self:
        current.set(self._inside(current.get()))
        return self

    def __exit__(self, *exception: Any) -> None:
        mode = current.get()
        later: list[Block] = []
        while mode.block is not self:
            if mode.block is None or mode.around is None:
                return  # it began in another context, and has changed nothing in this one
            later.append(mode.block)
            mode = mode.around
        assert mode.around is not None
        mode = mode.around
        for block in reversed(later):
            mode = block._inside(mode)
        current.set(mode)

    def __call__(self, function: F) -> F:
        return decorated(function, lambda: self)

    def _inside(self, around: Mode) -> Mode:
        return around._replace(block=self, around=around, **self.changes(around))


using = Block  # `with using(recording=False):`


class Watched(Block):
    """A block in which ops are shown to somebody more: those who watch already see them first."""

    __slots__ = ()

    def changes(self, around: Mode) -> dict[str, Any]:
        return {name: _both(getattr(around, name), watch) for name, watch in self._changes.items()}


def _both(first: Callable[..., None] | None, second: Callable[..., None]) -> Callable[..., None]:
    if first is None:
        return second

    def call(*args: Any) -> None:
        first(*args)
        second(*args)

    return call


@overload
def no_grad(function: None = None) -> Block: ...
@overload
def no_grad(function: F) -> F: ...
def no_grad(function: Any = None) -> Any:
    """Compute without recording: results are plain data and hold no graph.

    A context manager and a decorator: `with mg.no_grad(): ...`, `@mg.no_grad()` or `@mg.no_grad`.  Decorated
    generators and coroutines do not record as long as they run themselves, and leave others alone.
    """
    block = using(recording=False)
    if function is None:
        return block
    if not callable(function):
        raise TypeError(
            f"no_grad takes nothing, or the function that it decorates, and got a {type(function).__name__}: "
            "write `with mg.no_grad():` around the lines that are not to be recorded"
        )
    return block(function)


def observe(observer: Observer) -> Block:
    """Call `observer(op, operands, options, out)` after the forward of every op in the block.

    `operands` are the arrays and numbers that the op got by position, `options` what it got by name,
    `out` is its result, an array; none is to be changed.
    """
    return Watched(observer=observer)


def default_dtype(dtype: DTypeLike) -> Block:
    """Let Python numbers and lists of them become `dtype` (a float type) instead of float32."""
    chosen = np.dtype(dtype)
    if chosen.kind != "f":
        raise TypeError(f"default_dtype takes a float dtype, not {chosen}: write np.float32 or np.float64")
    return using(default_dtype=chosen)


def scope(
    name: str, below: str | None = None, *, kinds: Mapping[str, type] | None = None, inputs: Any = ()
) -> Block:
    """Mark the nodes made in the block as belonging to `name`, a dotted path.

    It stands below the scope around it, or below the path `below` where that is given.  What a picture
    shows besides: `kinds`, the class of this scope (under "") and of those inside it, by dotted path;
    `inputs`, any nesting of what was given to it from outside, which is held only inside `mg.record()`.
    """
    return _Scope(name, below, kinds, inputs)


class _Scope(Block):
    __slots__ = ("_below", "_inputs", "_kinds", "_name")

    def __init__(self, name: str, below: str | None, kinds: Mapping[str, type] | None, inputs: Any) -> None:
        self._name = name
        self._below = below
        self._kinds = kinds
        self._inputs = inputs

    def changes(self, around: Mode) -> dict[str, Any]:
        outer = around.path if self._below is None else self._below
        path = f"{outer}.{self._name}" if outer and self._name else outer or self._name
        tables = getattr(around.path, "tables", ())
        if self._kinds is not None:
            tables = (*tables, (path, self._kinds))
        if tables:
            path = Path(path)
            path.tables = tables
        if self._inputs and around.recorder is not None:
            return {"path": path, "inputs": (*around.inputs, (around.path, self._inputs))}
        return {"path": path}


class Path(str):
    """A dotted path that knows the classes of its scopes: tables of them, each below a path of its own."""

    __slots__ = ("tables",)

    tables: tuple[tuple[str, Mapping[str, type]], ...]


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


def is_part_of_batch() -> bool:
    """Whether this is one of the calls of `mg.data_parallel`, which sees a part of the batch only."""
    return current.get().part_of_batch
