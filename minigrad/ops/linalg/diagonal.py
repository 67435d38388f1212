"""Diagonals of the last two axes, where NumPy's main namespace takes the first two."""

from minigrad.dtype_like import DTypeLike
from minigrad.ops.reduction import trace as sums_of_planes
from minigrad.ops.shape import diagonal as of_planes
from minigrad.ops.typing import Array


def diagonal(x: Array, /, *, offset: int = 0) -> Array:
    """The elements x[..., i, i + offset]: (..., m, n) -> (..., k)."""
    return of_planes.diagonal(x, offset, -2, -1)


def trace(x: Array, /, *, offset: int = 0, dtype: DTypeLike | None = None) -> Array:
    """Σᵢ x[..., i, i + offset], added up as `dtype`: (..., m, n) -> (...)."""
    return sums_of_planes.trace(x, offset, -2, -1, dtype)
