"""Diagonals and triangles: reading them, and zeros everywhere else."""

import numpy as np

from minigrad.composite import composite
from minigrad.ops.shape.reshaping import ravel
from minigrad.ops.typing import Array
from minigrad.primitive import primitive
from minigrad.tensor import Tensor

Shape = tuple[int, ...]


@primitive
def diagonal(x: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The elements x[i, i + offset] of the planes that two axes span, along a new last axis.

    ∂x: g on that diagonal, 0 off it.
    """
    return np.diagonal(x, offset, axis1, axis2)


@primitive
def _embed_diagonal(d: Array, shape: Shape, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """Zeros of `shape` with d on a diagonal: the transposed map of `diagonal`."""
    out = np.zeros(shape, d.dtype)
    places = np.arange(d.shape[-1])
    planes = np.moveaxis(out, (axis1, axis2), (-2, -1))
    planes[..., places + max(-offset, 0), places + max(offset, 0)] = d
    return out


def _diagonal_vjp(g: Array, x_shape: Shape, offset: int, axis1: int, axis2: int) -> Array:
    return _embed_diagonal.apply(g, x_shape, offset, axis1, axis2)


diagonal.vjp(x=_diagonal_vjp)
_embed_diagonal.vjp(d=lambda g, offset, axis1, axis2: np.diagonal(g, offset, axis1, axis2))


@composite
def diag(x: Array, k: int = 0) -> Array:
    """The k-th diagonal of a matrix; of a vector, the square matrix with it there.

    Raises ValueError for other than one or two axes.
    """
    if np.ndim(x) not in (1, 2):
        raise ValueError(
            f"diag needs one or two axes, and x has {np.ndim(x)}: write mg.diagonal(x, k, axis1, axis2) "
            "to read, or mg.diagflat(x, k) to write, diagonals of other arrays"
        )
    return diagonal(x, k) if np.ndim(x) == 2 else diagflat(x, k)


@composite
def diagflat(x: Array, k: int = 0) -> Tensor:
    """The square matrix with the flattened x on its k-th diagonal.  ∂x: that diagonal of g."""
    n = np.size(x) + abs(k)
    return _embed_diagonal(ravel(x), (n, n), k)


@primitive
def tril(x: Array, k: int = 0) -> Array:
    """The last two axes' lower triangle up to diagonal k, zeros above.  ∂x: that of g."""
    return np.tril(x, k)


tril.vjp(x=lambda g, k: np.tril(g, k))


@primitive
def triu(x: Array, k: int = 0) -> Array:
    """The last two axes' upper triangle from diagonal k on, zeros below.  ∂x: that of g."""
    return np.triu(x, k)


triu.vjp(x=lambda g, k: np.triu(g, k))
