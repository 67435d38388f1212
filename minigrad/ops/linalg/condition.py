"""How well a matrix is conditioned, and its rank."""

from typing import Any

import numpy as np

from minigrad.composite import composite_in
from minigrad.ops.elementwise.selection import where
from minigrad.ops.linalg.inverse import inv
from minigrad.ops.linalg.norm import norm
from minigrad.ops.linalg.svd import svdvals
from minigrad.ops.typing import Array
from minigrad.plain import plain


@composite_in("linalg")
def cond(x: Array, p: Any = None) -> Array:
    """‖A‖·‖A⁻¹‖ in the norm p; the greatest over the least singular value for p None or 2, and
    the least over the greatest for -2; ∞ where that divides by 0, with derivative 0.

    Raises LinAlgError for an empty matrix, and for a singular one in the norms other than ±2.
    """
    if 0 in np.shape(x)[-2:]:
        raise np.linalg.LinAlgError(
            f"cond of matrices that are empty, shape {np.shape(x)}: they have no singular values"
        )
    if p is None or p in (2, -2):
        s = svdvals(x)
        over, under = (s[..., -1], s[..., 0]) if p == -2 else (s[..., 0], s[..., -1])
        return where(under == 0, np.inf, over / where(under == 0, 1.0, under))
    return norm(x, p, axis=(-2, -1)) * norm(inv(x), p, axis=(-2, -1))


def matrix_rank(A: Array, tol: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """The number of singular values above `tol`: a plain array or integer, as np.linalg.matrix_rank."""
    return np.linalg.matrix_rank(plain(A), tol, hermitian, rtol=rtol)
