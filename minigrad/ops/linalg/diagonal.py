"""Diagonals of the last two axes, where NumPy's main namespace takes the first two."""

from minigrad.ops.shape import diagonal as of_planes
from minigrad.ops.typing import Array


def diagonal(x: Array, *, offset: int = 0) -> Array:
    """The elements x[..., i, i + offset]: (..., m, n) -> (..., k)."""
    return of_planes.diagonal(x, offset, -2, -1)


def trace(x: Array, *, offset: int = 0) -> Array:
    """Σᵢ x[..., i, i + offset]: (..., m, n) -> (...)."""
    return of_planes.trace(x, offset, -2, -1)
