"""Least squares."""

from typing import NamedTuple

import numpy as np

from minigrad.composite import composite_in
from minigrad.ops.floats import as_floats
from minigrad.ops.linalg.inverse import pinv
from minigrad.ops.linalg.svd import svdvals
from minigrad.ops.product.products import matmul
from minigrad.ops.reduction.sums import sum
from minigrad.ops.typing import Array


class LstsqResult(NamedTuple):
    """Of `lstsq`: x (n,) or (n, k), the sums of squares of b - A·x, rank and singular values of A."""

    x: Array
    residuals: Array
    rank: int
    singular_values: Array


@composite_in("linalg")
def lstsq(a: Array, b: Array, rcond: float | None = None) -> LstsqResult:
    """The shortest x with the least |A·x - b|: A⁺·b for a (m, n), b (m,) or (m, k).

    Then NumPy's other results.  Derivatives are those of `pinv`: among matrices of the same rank.
    `residuals` are Σ(A·x - b)² by columns of b where m > n and the rank is full, else empty; `rank` is a
    plain integer.

    Raises LinAlgError where a is not one matrix.
    """
    a, b = as_floats(a), as_floats(b)
    if a.ndim != 2:
        raise np.linalg.LinAlgError(
            f"lstsq takes one matrix, and a has shape {a.shape}: write np.linalg.pinv(a) @ b for a batch"
        )
    m, n = a.shape
    eps = float(np.finfo(a.dtype).eps)
    cutoff = eps * max(m, n) if rcond is None else eps if rcond < 0 else rcond
    x = matmul(pinv(a, cutoff), b)
    s = svdvals(a)
    rank = int((s > cutoff * s.data.max(initial=0)).sum())
    misfit = matmul(a, x) - b
    residuals = sum(misfit * misfit, axis=0, keepdims=b.ndim == 1)
    return LstsqResult(x, residuals if rank == n < m else residuals[:0], rank, s)
