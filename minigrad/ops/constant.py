"""What is read of an operand without differentiating through it."""

from typing import Any

import numpy as np

from minigrad.tensor import Tensor


def constant(x: Any) -> np.ndarray:
    """The data of a Tensor, or whatever else NumPy takes, as an ndarray."""
    return x.data if isinstance(x, Tensor) else np.asarray(x)
