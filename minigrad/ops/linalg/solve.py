"""Linear equations."""

import math
from collections.abc import Sequence

import numpy as np

from minigrad.composite import composite_in
from minigrad.ops.indexing.places import getitem
from minigrad.ops.shape.reshaping import expand_dims, moveaxis, reshape
from minigrad.ops.typing import Array
from minigrad.primitive import primitive_in


@primitive_in("linalg")
def _solve(a: Array, b: Array) -> Array:
    return np.linalg.solve(a, b)


_solve.vjp(
    a=lambda g, a, out: -np.linalg.solve(a.mT, g) @ out.mT,
    b=lambda g, a: np.linalg.solve(a.mT, g),
)


@composite_in("linalg")
def solve(a: Array, b: Array) -> Array:
    """The x with A·x = b: a (..., n, n), b (n,) or (..., n, k), as in NumPy 2 -> x of b's form.

    With w = A⁻ᵀ·g, ∂b: w;  ∂A: -w·xᵀ.  Giles (2008), section 2.3.1.

    Raises LinAlgError where A is singular.
    """
    if np.ndim(b) != 1:
        return _solve(a, b)
    return getitem(_solve(a, expand_dims(b, -1)), (..., 0))


@composite_in("linalg")
def tensorsolve(a: Array, b: Array, axes: Sequence[int] | None = None) -> Array:
    """The x with np.tensordot(a, x, x.ndim) = b, by `solve` on reshaped arrays.

    `axes` of a are moved to its end first.
    """
    if axes is not None:
        a = moveaxis(a, tuple(axes), tuple(range(-len(axes), 0)))
    shape = np.shape(a)[np.ndim(b) :]
    flat = reshape(a, (math.prod(np.shape(b)), math.prod(shape)))
    return reshape(solve(flat, reshape(b, (-1,))), shape)
