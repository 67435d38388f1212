"""Functions that the oldest NumPy supported has not, or under a longer name."""

from typing import Any

import numpy as np

sliding_window_view = np.lib.stride_tricks.sliding_window_view


def unstack(x: Any, axis: int = 0) -> Any:
    return tuple(np.moveaxis(x, axis, 0))


def matvec(a: Any, b: Any) -> Any:
    return np.einsum("...ij,...j->...i", a, b)


def vecmat(a: Any, b: Any) -> Any:
    return np.einsum("...i,...ij->...j", a, b)
