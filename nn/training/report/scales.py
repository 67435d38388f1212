"""Where figures stand on an axis, and which of its places are labelled."""

import math
from typing import NamedTuple

import numpy as np


class Scale(NamedTuple):
    """An axis from `low` to `high`."""

    low: float
    high: float
    is_log: bool = False

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """Their places, from 0 to 1; NaN for what has none."""
        low, high = self.low, self.high
        if self.is_log:
            values = np.log10(np.where(values > 0, values, np.nan))
            low, high = math.log10(low), math.log10(high)
        places: np.ndarray = (values - low) / (high - low)
        return np.where(np.isfinite(places), places, np.nan)

    def ticks(self) -> list[float]:
        """Some round numbers on it."""
        if self.is_log:
            first, last = round(math.log10(self.low)), round(math.log10(self.high))
            return [10.0**i for i in range(first, last + 1, max(1, math.ceil((last - first) / 5)))]
        step = _round_step(self.high - self.low)
        return [i * step for i in range(math.ceil(self.low / step - 1e-9), int(self.high / step + 1e-9) + 1)]


def scale_of(values: np.ndarray, log: bool = False) -> Scale:
    """One that holds all finite values, and those above 0 if `log`, between round numbers."""
    some = values[np.isfinite(values) & ((values > 0) | (not log))]
    if not some.size:
        return Scale(0.1, 1.0, True) if log else Scale(0.0, 1.0)
    low, high = float(some.min()), float(some.max())
    if log:
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        return Scale(10.0**first, 10.0 ** max(last, first + 1), True)
    if low == high:
        low, high = low - (abs(low) or 1) / 2, high + (abs(high) or 1) / 2
    step = _round_step(high - low)
    return Scale(math.floor(low / step) * step, math.ceil(high / step) * step)


def range_of(values: np.ndarray) -> Scale:
    """A logarithmic one from the least to the greatest of the values above 0."""
    some = values[np.isfinite(values) & (values > 0)]
    low, high = (float(some.min()), float(some.max())) if some.size else (0.1, 1.0)
    return Scale(low, high, True) if low < high else Scale(low / 10, low * 10, True)


def _round_step(length: float) -> float:
    """1, 2 or 5 times a power of ten, of which some four make up `length`."""
    exact = length / 4
    power = 10.0 ** math.floor(math.log10(exact))
    return power * min((1, 2, 5, 10), key=lambda factor: abs(factor * power - exact))


def short(value: float) -> str:
    """A figure in three digits."""
    return f"{value:.3g}".replace("e-0", "e-").replace("e+0", "e")
