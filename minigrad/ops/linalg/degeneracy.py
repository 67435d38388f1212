"""Where eigenvectors and singular vectors have no derivative: at equal values, and at singular values 0.

Equal values leave the choice of basis within their space open, and an infinitely small change of
the matrix turns it by any angle.  A function of the vectors may still have a derivative there, but it
cannot be told from its gradients by values and vectors alone: so it is an error to ask for it.
"""

from typing import Any

import numpy as np

from minigrad.ops.linalg.matrices import reciprocal_except, rounding
from minigrad.ops.typing import Array
from minigrad.plain import plain


def columns_used(g_vectors: Array) -> Any:
    """Which vectors (columns) the result depends on: (..., m, n) -> (..., n)."""
    return (plain(g_vectors) != 0).any(axis=-2)


def reciprocal_gaps(values: Array, used: Any, kind: str) -> Array:
    """1/(xⱼ - xᵢ) at [i, j], and 0 where the two `values` are equal up to rounding.

    Raises LinAlgError where the vector of such a value is `used`; `kind` is "eigen" or "singular ".
    """
    gaps = values[..., None, :] - values[..., :, None]
    equal = np.abs(plain(gaps)) <= rounding(values)[..., None]
    if (equal & used[..., None] & ~np.eye(values.shape[-1], dtype=bool)).any():
        raise np.linalg.LinAlgError(
            f"two {kind}values are equal up to rounding, so their {kind}vectors have no derivative, nor the "
            f"{kind}values a second one: use the {kind}values only, or write the function with matrix "
            "products, matrix_power, inv or solve, which have all derivatives"
        )
    return reciprocal_except(equal, gaps)


def reciprocal_values(values: Array, g_vectors: Array) -> Array:
    """1/x of singular `values`, 0 where they are 0 up to rounding.

    Raises LinAlgError where the vector of such a value is used.
    """
    zero = plain(values) <= rounding(values)
    if (zero & columns_used(g_vectors)).any():
        raise np.linalg.LinAlgError(
            "a singular value is 0 up to rounding in a matrix that is not square, so its singular vectors "
            "have no derivative: use the singular values only, or a matrix of full rank"
        )
    return reciprocal_except(zero, values)
