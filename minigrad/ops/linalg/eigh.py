"""Eigenvalues and eigenvectors of symmetric matrices."""

from typing import Literal, NamedTuple

import numpy as np

from minigrad.composite import composite_in
from minigrad.ops.indexing.places import getitem
from minigrad.ops.linalg.degeneracy import columns_used, reciprocal_gaps
from minigrad.ops.linalg.matrices import scale_columns, skew
from minigrad.ops.typing import Array
from minigrad.primitive import primitive_in

Triangle = Literal["L", "U"]


class EighResult(NamedTuple):
    """Of `eigh`: eigenvalues (..., n) in ascending order, eigenvectors (..., n, n) in columns."""

    eigenvalues: Array
    eigenvectors: Array


@primitive_in("linalg")
def _eigh(a: Array, *, UPLO: Triangle) -> Array:
    """One array (..., n + 1, n): a row of the eigenvalues λ, then the eigenvectors V as columns."""
    values, vectors = np.linalg.eigh(a, UPLO)
    return np.concatenate([values[..., None, :], vectors], axis=-2)


def _eigh_vjp(g: Array, out: Array) -> Array:
    values, vectors = out[..., 0, :], out[..., 1:, :]
    g_values, g_vectors = g[..., 0, :], g[..., 1:, :]
    core = skew(vectors.mT @ g_vectors) * reciprocal_gaps(values, columns_used(g_vectors), "eigen")
    return (scale_columns(vectors, g_values) + vectors @ core) @ vectors.mT


_eigh.vjp(a=_eigh_vjp)


@composite_in("linalg")
def eigh(a: Array, UPLO: Triangle = "L") -> EighResult:
    """A = V·diag(λ)·Vᵀ of symmetric matrices: λ (..., n) in ascending order, V (..., n, n) orthogonal.

    Only the triangle `UPLO` ("L" or "U") is read.  ∂A: V·(diag(g_λ) + F∘skew(Vᵀ·g_V))·Vᵀ with
    Fᵢⱼ = 1/(λⱼ - λᵢ), which is the derivative among symmetric matrices (Giles 2008, section 3.1).
    Columns of V are determined up to their sign; what is computed from them should not depend on it.

    Raises LinAlgError on the way back where eigenvalues are equal and their eigenvectors were used.
    """
    packed = _eigh(a, UPLO=UPLO)
    vectors = getitem(packed, (..., slice(1, None), slice(None)))
    return EighResult(getitem(packed, (..., 0, slice(None))), vectors)


@primitive_in("linalg")
def eigvalsh(a: Array, UPLO: Triangle = "L") -> Array:
    """The eigenvalues of symmetric matrices in ascending order: (..., n, n) -> (..., n).

    ∂A: V·diag(g)·Vᵀ (Magnus 1985).  Where eigenvalues are equal each has a kink, as in a sort: the
    derivative is right for functions that treat them alike, and one of the one-sided ones for others.
    """
    return np.linalg.eigvalsh(a, UPLO)


def _eigvalsh_vjp(g: Array, a: Array, UPLO: Triangle) -> Array:
    vectors = np.linalg.eigh(a, UPLO).eigenvectors
    return scale_columns(vectors, g) @ vectors.mT


eigvalsh.vjp(a=_eigvalsh_vjp)
