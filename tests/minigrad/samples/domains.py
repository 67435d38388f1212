"""Where the arrays of a sample are drawn from."""

from collections.abc import Callable
from typing import Any

import numpy as np

Draw = Callable[[np.random.Generator], np.ndarray]


def real(*shape: int) -> Draw:
    return lambda rng: rng.normal(size=shape)


def positive(*shape: int) -> Draw:
    return lambda rng: rng.uniform(0.5, 2.0, shape)


def above_one(*shape: int) -> Draw:
    return lambda rng: rng.uniform(1.2, 3.0, shape)


def unit(*shape: int) -> Draw:
    return lambda rng: rng.uniform(-0.9, 0.9, shape)


def apart(*shape: int) -> Draw:
    """Values of which no two are close to each other, nor any to 0: for functions with kinks."""

    def draw(rng: np.random.Generator) -> np.ndarray:
        n = int(np.prod(shape))
        places = rng.permutation(n) - n // 2 + 0.25
        return (0.4 * places + rng.uniform(-0.05, 0.05, n)).reshape(shape)

    return draw


def exactly(values: Any) -> Draw:
    return lambda rng: np.array(values, np.float64)
