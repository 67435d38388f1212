"""Linear algebra, where NumPy refuses empty arrays."""

import math
from typing import Any

import numpy as np


def linalg_tensorinv(a: Any, ind: int = 2) -> Any:
    n = math.prod(a.shape[:ind])
    return np.linalg.inv(a.reshape(n, n)).reshape(a.shape[ind:] + a.shape[:ind])


def linalg_tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    for axis in axes or ():
        a = np.moveaxis(a, axis, -1)
    shape = a.shape[b.ndim :]
    return np.linalg.solve(a.reshape(b.size, b.size), b.ravel()).reshape(shape)
