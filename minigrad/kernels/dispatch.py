"""Which of its two forms a kernel runs in: NumPy, or loops compiled by Numba."""

import functools
import os
from collections.abc import Callable
from types import ModuleType
from typing import Any, Generic, ParamSpec, TypeVar

import numpy as np

from minigrad import forks

P = ParamSpec("P")
R = TypeVar("R")

FLOAT32 = np.dtype(np.float32)


class Kernel(Generic[P, R]):
    """A function of arrays in NumPy, its `twin`, and one of the same name and results in `compiled`."""

    __name__: str

    def __init__(self, twin: Callable[P, R]) -> None:
        functools.update_wrapper(self, twin)
        self.twin = twin

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        compiled = compiled_module()
        if compiled is not None and all(map(_suits, args)):
            result = getattr(compiled, self.__name__)(*args, **kwargs)
            if result is not NotImplemented:  # the loops do the common case, and decline the others
                return result
        return self.twin(*args, **kwargs)


def kernel(twin: Callable[P, R]) -> Kernel[P, R]:
    """Have a function in NumPy run as its namesake in `compiled`, where that can be."""
    return Kernel(twin)


@functools.cache
def compiled_module() -> ModuleType | None:
    """The compiled loops, or None where Numba is not installed or MINIGRAD_KERNELS=0 says to do without."""
    if os.environ.get("MINIGRAD_KERNELS") == "0":
        return None
    import logging  # noqa: F401  # as Numba does

    forks.register()
    with forks.HELD_OFF:
        try:
            from minigrad.kernels import compiled
        except ImportError:  # which is also what Numba says of a NumPy that it does not know
            return None
    return compiled


def _suits(arg: Any) -> bool:
    """Whether the loops can take this: float32, in one piece, writeable, not empty; or no array at all."""
    if type(arg) is np.ndarray:
        return arg.dtype == FLOAT32 and arg.flags.carray and arg.size > 0
    return not isinstance(arg, (np.ndarray, np.generic))
