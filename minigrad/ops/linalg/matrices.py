"""What the rules of linear algebra share."""

from typing import Any

import numpy as np

from minigrad.ops.typing import Array
from minigrad.plain import plain


def skew(x: Array) -> Array:
    """The antisymmetric part, (x - xᵀ)/2."""
    return (x - x.mT) * 0.5


def scale_columns(x: Array, factors: Array) -> Array:
    """x·diag(factors)."""
    return x * factors[..., None, :]


def reciprocal_except(zero: Any, x: Array) -> Array:
    """1/x, and the constant 0 wherever `zero` holds."""
    return np.where(zero, 0.0, 1 / np.where(zero, 1.0, x))


def rounding(values: Array) -> Any:
    """How large what should be 0 may be for eigenvalues or singular values: (..., n) -> (..., 1).

    n·ε·max|value|, n at least 10: below that a gap has no correct digit.
    """
    values = plain(values)
    largest = np.max(np.abs(values), axis=-1, keepdims=True, initial=0.0)
    return largest * (max(10, values.shape[-1]) * float(np.finfo(values.dtype).eps))
