"""What joins the ranks, the processes that train one model together; and what they ask of each other."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar, runtime_checkable

import numpy as np

R = TypeVar("R")


class RankError(RuntimeError):
    """What went wrong on another rank.  The message is one sentence, for a person."""


class Pending(Protocol):
    """A sum that is on its way."""

    def advance(self) -> None:
        """Have it go on: MPI makes progress only where it is called."""

    def wait(self) -> None:
        """Come back when the sum is there."""


@runtime_checkable
class Communicator(Protocol):
    """`size` ranks, from 0 to size - 1, of which this is `rank`.

    Every rank makes the same calls in the same order.
    """

    rank: int
    size: int

    def gather(self, value: Any) -> list[Any]:
        """What each rank gives, in the order of ranks; any Python objects."""

    def first(self, value: Any) -> Any:
        """What rank 0 gives."""

    def begin_sum(self, array: np.ndarray) -> Pending:
        """Begin to put the sum over all ranks into `array`, contiguous floats.

        Nobody else writes there until it has come.
        """


class Alone:
    """The one rank of a program that nobody else takes part in."""

    rank = 0
    size = 1

    def gather(self, value: Any) -> list[Any]:
        """That of this rank."""
        return [value]

    def first(self, value: Any) -> Any:
        """The value itself."""
        return value

    def begin_sum(self, array: np.ndarray) -> Pending:
        """It is there already."""
        return self

    def advance(self) -> None:
        """There is nothing to be done."""

    def wait(self) -> None:
        """There is nothing to wait for."""


def on_first(ranks: Communicator, call: Callable[[], R]) -> R:
    """What `call()` gives on rank 0, which alone calls it; its error is raised on every rank."""
    if ranks.size == 1:
        return call()
    value, problem = ranks.first(attempted(call) if ranks.rank == 0 else None)
    if problem is not None:
        raise problem
    return value


def on_all(ranks: Communicator, call: Callable[[], R]) -> R:
    """What `call()` gives on this rank; where it fails on any rank, each raises its error or a RankError."""
    if ranks.size == 1:
        return call()
    value, problem = attempted(call)
    raise_alike(ranks.rank, ranks.gather(described(problem)), problem)
    return value


def attempted(call: Callable[[], R]) -> tuple[Any, BaseException | None]:
    """What `call()` gives, or its error, which would have the other ranks wait for ever."""
    try:
        return call(), None
    except BaseException as error:
        return None, error


def described(problem: BaseException | None) -> str | None:
    """What the other ranks are told of it."""
    return None if problem is None else f"{type(problem).__name__}: {problem}"


def raise_alike(rank: int, told: Sequence[str | None], problem: BaseException | None) -> None:
    """Raise the `problem` of this rank, else a RankError where one was `told`."""
    if problem is not None:
        raise problem
    for other, said in enumerate(told):
        if said is not None:
            raise RankError(f"rank {other} of {len(told)} failed: {said}")
