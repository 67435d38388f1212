"""Bits of integers moved to the left and to the right: plain arrays, since integers have no derivative."""

from typing import Any

import numpy as np


class Shifts:
    __slots__ = ()

    data: np.ndarray  # declared here for the checker; Tensor holds it

    def __lshift__(self, other: Any) -> Any:
        return np.left_shift(self.data, _data(other))

    def __rlshift__(self, other: Any) -> Any:
        return np.left_shift(_data(other), self.data)

    def __rshift__(self, other: Any) -> Any:
        return np.right_shift(self.data, _data(other))

    def __rrshift__(self, other: Any) -> Any:
        return np.right_shift(_data(other), self.data)


def _data(value: Any) -> Any:
    return value.data if isinstance(value, Shifts) else value
