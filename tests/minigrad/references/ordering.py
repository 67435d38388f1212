"""What goes along an axis, and what NumPy 2.0 does not have yet."""

from typing import Any

import numpy as np


def topk(x: Any, k: int, axis: int = -1, largest: bool = True) -> Any:
    order = np.argsort(-x if largest else x, axis=axis)
    indices = np.take(order, range(k), axis=axis)
    return np.take_along_axis(x, indices, axis), indices


def cumulative_sum(x: Any, axis: Any = None, include_initial: bool = False) -> Any:
    return _cumulative(np.cumsum, 0.0, x, axis, include_initial)


def cumulative_prod(x: Any, axis: Any = None, include_initial: bool = False) -> Any:
    return _cumulative(np.cumprod, 1.0, x, axis, include_initial)


def _cumulative(running: Any, first: float, x: Any, axis: Any, include_initial: bool) -> Any:
    along = 0 if axis is None else axis
    totals = running(x, along)
    if not include_initial:
        return totals
    return np.concatenate([np.full(_one(x, along), first), totals], along)


def _one(x: Any, axis: int) -> Any:
    return [1 if i == axis % x.ndim else n for i, n in enumerate(x.shape)]


def clip(x: Any, a_min: Any = None, a_max: Any = None, min: Any = None, max: Any = None) -> Any:
    """Under the names of NumPy 2.1 as well."""
    return np.clip(x, min if a_min is None else a_min, max if a_max is None else a_max)
