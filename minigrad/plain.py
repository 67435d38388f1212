"""The data of a Tensor, where it is read without differentiating through it."""

from typing import Any

import numpy as np


class HasData:
    """A Tensor, to all that must not import it: its own parts, and what stands below it."""

    __slots__ = ()

    data: np.ndarray  # Tensor holds these
    node: Any


def plain(x: Any) -> Any:
    """The data of a Tensor; anything else as it is."""
    return x.data if isinstance(x, HasData) else x


def plain_array(x: Any) -> np.ndarray:
    """The data of a Tensor, or whatever else NumPy takes, as an ndarray."""
    return x.data if isinstance(x, HasData) else np.asarray(x)


def plain_inside(value: Any) -> Any:
    """`value` with the data in the place of every Tensor, inside lists, tuples and dicts too."""
    if isinstance(value, HasData):
        return value.data
    if isinstance(value, (list, tuple)):
        return getattr(value, "_make", type(value))(map(plain_inside, value))  # a named tuple's own way
    if isinstance(value, dict):
        return {key: plain_inside(item) for key, item in value.items()}
    return value
