"""Where a forward stopped: the op, or the function made of ops, that raised; read from the traceback."""

from collections.abc import Iterator
from traceback import walk_tb
from types import FrameType
from typing import Any, NamedTuple

import numpy as np

from minigrad.debugging.describe import place
from minigrad.drawing.program import Program, arguments, users_frame
from minigrad.graph import Node
from minigrad.operation import Operation
from minigrad.plain import plain
from minigrad.tensor import Tensor


class Function(NamedTuple):
    """What stands for the op where a function that is made of ops, or a line of the user's, raised."""

    name: str
    parameters: tuple[str, ...] = ()  # its operands are named one by one


class Failed(Node):
    """What raised, as a node: it has operands and settings, by their names, and no result."""

    __slots__ = ("error", "message", "operands", "place", "settings")

    def __init__(
        self, op: Any, given: list[tuple[str, Any]], error: BaseException, path: str, place: str
    ) -> None:
        operands = [(name, value) for name, value in given if isinstance(value, (Tensor, np.ndarray))]
        parents = tuple(value.node if isinstance(value, Tensor) else None for _, value in operands)
        super().__init__(op, parents, None, np.empty(0), path)
        self.operands = [(name, plain(value)) for name, value in operands]
        self.settings = [(name, value) for name, value in given if _is_setting(value)]
        self.error = type(error).__name__
        self.message = str(error)
        self.place = place  # the user's line


def failed(error: BaseException, path: str, program: Program) -> tuple[Failed, FrameType]:
    """What raised `error` in the scope `path`, and the frame that it ran in."""
    line_of = dict(_frames(error))
    frames = list(line_of)
    op: Any = Function("stopped")
    given: list[tuple[str, Any]] = []
    frame = next((each for each in reversed(frames) if each.f_code is _CALL), frames[-1])
    if frame.f_code is _CALL:
        op, given = frame.f_locals["self"], list(_given(frame.f_locals))
    elif (called := program.call(frame)) is not None:
        op, given = Function(called[0]), list(arguments(called[1]))
    user = users_frame(frame)
    at = "" if user is None else place(user.f_code, line_of.get(user, user.f_lineno), user.f_globals)
    return Failed(op, given, error, path, at), frame


_CALL = Operation.__call__.__code__


def _frames(error: BaseException) -> Iterator[tuple[FrameType, int]]:
    """The frames that an error has left, the innermost last, and the line that each was in.

    An answer to a mistake is raised in the place of NumPy's error, and the frames inside are that one's.
    """
    frame = None
    for frame, line in walk_tb(error.__traceback__):
        yield frame, line
    inside = error.__context__
    if (
        inside is not None
        and frame is not None
        and frame.f_globals.get("__name__", "").startswith("minigrad.")
    ):
        yield from _frames(inside)


def _given(call: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What an op was called with: the variables of `Operation.__call__`, however far that has come."""
    parameters = call["self"].parameters
    for i, value in enumerate(call.get("given", call["args"])):
        yield parameters[i] if i < len(parameters) else str(i), value
    yield from call.get("options", call["kwargs"]).items()


def _is_setting(value: Any) -> bool:
    return value is not None and not isinstance(value, (Tensor, np.ndarray))
