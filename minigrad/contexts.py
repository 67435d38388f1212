"""The blocks that change what the engine is doing: `with mg.no_grad():`, `@mg.default_dtype(np.float64)`."""

from collections.abc import Callable, Mapping
from typing import Any, Self, TypeVar, overload

import numpy as np

from minigrad.decorated import decorated
from minigrad.dtype_like import DTypeLike
from minigrad.modes import Mode, current

F = TypeVar("F", bound=Callable[..., Any])


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
        if mode.watchers and any(exception):
            for watcher in mode.watchers:
                watcher.raised(exception[1], mode.path)
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

    def _inside(self, around: Mode) -> Mode:
        recording, dtype, scope, inputs, watchers, part, tracing, _, _ = around
        outer = scope if self._below is None else self._below
        path = f"{outer}.{self._name}" if outer and self._name else outer or self._name
        tables = getattr(scope, "tables", ())
        if self._kinds is not None:
            tables = (*tables, (path, self._kinds))
        if tables:
            path = Path(path)
            path.tables = tables
        if watchers and self._inputs:
            inputs = (*inputs, (scope, self._inputs))
        # Written out, since every module of a model is entered so: _replace would take three times as long.
        return Mode(recording, dtype, path, inputs, watchers, part, tracing, self, around)


class Path(str):
    """A dotted path that knows the classes of its scopes: tables of them, each below a path of its own."""

    __slots__ = ("tables",)

    tables: tuple[tuple[str, Mapping[str, type]], ...]


def is_watched() -> bool:
    """Whether anybody sees which scope an op stands in: a graph, or whoever watches the ops."""
    mode = current.get()
    return mode.recording or bool(mode.watchers)


def current_scope() -> str:
    """The dotted path of the scope that the program is in, "" outside any."""
    return current.get().path


def is_recording() -> bool:
    """Whether ops are being recorded: False inside `mg.no_grad()`."""
    return current.get().recording


def part_of_batch() -> Block:
    """Compute on a part of a batch, whose other parts are computed elsewhere, as on other machines.

    In the block a function that asks for what no part can know of the whole refuses.
    """
    return using(part_of_batch=True)


def is_part_of_batch() -> bool:
    """Whether a part of the batch only is seen, as by each of the calls of `mg.data_parallel`."""
    return current.get().part_of_batch
