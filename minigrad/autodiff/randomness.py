"""Random generators that a function can reach, and a way to have them draw the same numbers again."""

import functools
import pickle
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType, MethodType, ModuleType, NoneType
from typing import Any

import numpy as np

from minigrad import forks
from minigrad.tensor import Tensor

# Generators are named in quotes here: NumPy loads its random numbers when they are first asked for.


class Snapshot:
    """The states of some generators, as they were when it was made."""

    def __init__(self, generators: "Iterable[np.random.Generator]") -> None:
        self._states = [(generator, generator.bit_generator.state) for generator in generators]

    def drop_unchanged(self) -> int:
        """Forget the generators that nothing was drawn from since; how many are left."""
        self._states = [
            (generator, state)
            for generator, state in self._states
            if pickle.dumps(state) != pickle.dumps(generator.bit_generator.state)
        ]
        return len(self._states)

    @contextmanager
    def replayed(self) -> Iterator[None]:
        """In the block they draw once more what they drew after the snapshot; then they resume as before."""
        present = Snapshot(generator for generator, _ in self._states)
        self.restore()
        try:
            yield
        finally:
            present.restore()

    def restore(self) -> None:
        """Put the generators that are left back to where they were."""
        for generator, state in self._states:
            generator.bit_generator.state = state


_NOTHING_INSIDE = (str, int, float, NoneType, np.ndarray, Tensor, type, ModuleType)


def generators_in(roots: Iterable[Any]) -> "list[np.random.Generator]":
    """Every Generator in `roots`: in containers, attributes, and what functions read besides arguments."""
    with forks.HELD_OFF:
        generator = np.random.Generator  # NumPy may load it now
    found: list[np.random.Generator] = []
    seen: dict[int, Any] = {}  # the values keep the ids from being given to others
    stack = list(roots)
    while stack:
        thing = stack.pop()
        if isinstance(thing, _NOTHING_INSIDE) or id(thing) in seen:
            continue
        seen[id(thing)] = thing
        if isinstance(thing, generator):
            found.append(thing)
        else:
            stack.extend(_inside(thing))
    return found


def _inside(thing: Any) -> Iterable[Any]:
    if isinstance(thing, dict):
        return thing.values()
    if isinstance(thing, (list, tuple, set, frozenset)):
        return thing
    if isinstance(thing, MethodType):
        return thing.__self__, thing.__func__
    if isinstance(thing, functools.partial):
        return thing.func, thing.args, thing.keywords
    if isinstance(thing, FunctionType):
        return _read_by(thing)
    return getattr(thing, "__dict__", {}).values()


def _read_by(function: FunctionType) -> list[Any]:
    """The values of a function's closure, defaults, and of the globals that its code names."""
    cells = [cell.cell_contents for cell in function.__closure__ or () if _is_filled(cell)]
    names = _names(function.__code__)
    named = [function.__globals__[name] for name in names if name in function.__globals__]
    return [*cells, *named, function.__defaults__, function.__kwdefaults__, vars(function)]


def _names(code: CodeType) -> set[str]:
    inner = [_names(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    return set(code.co_names).union(*inner)


def _is_filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - reading it is the question
    except ValueError:
        return False
    return True
