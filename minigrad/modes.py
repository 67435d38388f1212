"""What the engine is doing right now, context-local, so that threads do not disturb each other."""

from contextvars import ContextVar
from typing import Any, NamedTuple

import numpy as np


class Mode(NamedTuple):
    recording: bool = True
    default_dtype: np.dtype[Any] = np.dtype(np.float32)
    path: str = ""  # dotted path of the module whose forward is running
    inputs: tuple[tuple[str, Any], ...] = ()  # of each scope, where it was entered from and what it was given
    watchers: tuple[Any, ...] = ()  # who sees every op, see watching.py
    part_of_batch: bool = False  # whether a part of the batch only is computed here
    tracing: bool = False  # whether a function is being run to be differentiated, by grad, jvp ...
    block: Any = None  # what made this mode of `around`, see contexts.py
    around: "Mode | None" = None


current: ContextVar[Mode] = ContextVar("minigrad.mode", default=Mode())  # noqa: B039 - immutable
