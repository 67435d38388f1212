"""Norms of matrices."""

from typing import Any

import numpy as np

from minigrad.composite import composite_in
from minigrad.ops.elementwise.selection import absolute
from minigrad.ops.floats import as_floats
from minigrad.ops.linalg.nuclear import nuclear_norm
from minigrad.ops.linalg.svd import svdvals
from minigrad.ops.linalg.vector_norm import vector_norm_over
from minigrad.ops.reduction.extremes import max, min
from minigrad.ops.reduction.sums import kept_shape, sum
from minigrad.ops.shape.reshaping import moveaxis, reshape
from minigrad.ops.typing import Array


@composite_in("linalg")
def matrix_norm(x: Array, *, keepdims: bool = False, ord: Any = "fro") -> Array:
    """Norms of the last two axes: √Σx² for "fro" or None, the sum of the singular values for "nuc", the
    greatest or least one for ±2, the greatest or least sum of |x| by columns for ±1 and by rows for ±inf.

    Derivatives are 0 at the zero matrix; equal greatest or least sums and singular values share the gradient.

    Raises ValueError for any other ord, LinAlgError for second derivatives where singular values that are
    compared (±2) are equal.
    """
    return matrix_norm_over(as_floats(x), ord, (-2, -1), keepdims)


def matrix_norm_over(x: Array, ord: Any, axes: tuple[int, int], keepdims: bool) -> Array:
    if ord is None or ord == "fro":
        return vector_norm_over(x, 2, axes, keepdims)
    norms = _over_last_axes(moveaxis(x, axes, (-2, -1)), ord)
    return reshape(norms, kept_shape(x.shape, axes)) if keepdims else norms


def _over_last_axes(x: Array, ord: Any) -> Array:
    if ord == "nuc":
        return nuclear_norm(x)
    if ord not in (1, -1, 2, -2, np.inf, -np.inf):
        raise ValueError(
            f"ord={ord!r} is no norm of matrices: write 'fro' (or None), 'nuc', 1, -1, 2, -2, np.inf or "
            "-np.inf, or give one axis for norms of vectors"
        )
    compare = max if ord > 0 else min
    if abs(ord) == 2:
        return compare(svdvals(x), -1)
    return compare(sum(absolute(x), -2 if abs(ord) == 1 else -1), -1)
