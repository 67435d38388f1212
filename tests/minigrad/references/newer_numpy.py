"""Functions that the oldest NumPy supported has not, or under a longer name, or with another meaning."""

from typing import Any

import numpy as np

sliding_window_view = np.lib.stride_tricks.sliding_window_view


def reshape(x: Any, shape: Any, order: Any = "C") -> Any:
    return np.reshape(x, shape, order)


def insert(x: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    """With booleans as a mask; NumPy 2.0 still took them for 0 and 1."""
    places = np.asarray(obj)
    return np.insert(x, np.flatnonzero(places) if places.dtype == bool else obj, values, axis)


def unstack(x: Any, axis: int = 0) -> Any:
    return tuple(np.moveaxis(x, axis, 0))


def matvec(a: Any, b: Any) -> Any:
    return np.einsum("...ij,...j->...i", a, b)


def vecmat(a: Any, b: Any) -> Any:
    return np.einsum("...i,...ij->...j", a, b)
