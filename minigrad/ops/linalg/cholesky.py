"""The Cholesky decomposition."""

import numpy as np

from minigrad.composite import composite_in
from minigrad.ops.shape.reshaping import swapaxes
from minigrad.ops.typing import Array
from minigrad.primitive import primitive_in


@primitive_in("linalg")
def _cholesky(a: Array) -> Array:
    return np.linalg.cholesky(a)


def _cholesky_vjp(g: Array, out: Array) -> Array:
    inner = out.mT @ g
    core = np.tril(inner) * (1 - 0.5 * np.eye(inner.shape[-1])).astype(inner.dtype)
    whole = np.linalg.solve(out.mT, np.linalg.solve(out.mT, core.mT).mT)
    return (whole + whole.mT) * 0.5


_cholesky.vjp(a=_cholesky_vjp)


@composite_in("linalg")
def cholesky(a: Array, *, upper: bool = False) -> Array:
    """The lower triangular L with A = L·Lᵀ of positive definite matrices, or Lᵀ if `upper`.

    Only the triangle asked for is read.  ∂A: the symmetric part of L⁻ᵀ·Φ(Lᵀ·g)·L⁻¹, where Φ takes the
    lower triangle and half of the diagonal: the derivative among symmetric matrices (Murray 2016).

    Raises LinAlgError where A is not positive definite.
    """
    return swapaxes(_cholesky(swapaxes(a, -1, -2)), -1, -2) if upper else _cholesky(a)
