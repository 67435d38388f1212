"""Determinants."""

from typing import NamedTuple

import numpy as np

from minigrad.composite import composite_in
from minigrad.ops.indexing.places import getitem
from minigrad.ops.linalg.matrices import scale_columns
from minigrad.ops.typing import Array
from minigrad.plain import plain
from minigrad.primitive import primitive_in


@primitive_in("linalg")
def _cofactors(a: Array) -> Array:
    """det(A)·A⁻ᵀ without dividing: det(U·V)·U·diag(the product of the other singular values)·Vᵀ.

    ∂A: det(U·V)·U·(diag(P·diag(M)) - (P∘M)ᵀ)·Vᵀ with M = Uᵀ·g·V, Pᵢⱼ the product of all singular values
    but the i-th and j-th, Pᵢᵢ = 0: cofactors of A are those of U, diag(S) and V multiplied.
    That takes memory for n³ numbers.
    """
    u, s, vh = np.linalg.svd(a)
    return scale_columns(u, _orientation(u, vh)[..., None] * _products_without(s, 1)) @ vh


def _cofactors_vjp(g: Array, a: Array) -> Array:
    u, s, vh = np.linalg.svd(a)
    inner = u.mT @ g @ vh.mT
    one = np.eye(s.shape[-1], dtype=s.dtype)
    pairs = _products_without(s, 2) * (1 - one)
    diagonal = (inner * one).sum(axis=-1)
    core = one * (pairs @ diagonal[..., None]) - (pairs * inner).mT
    return _orientation(u, vh)[..., None, None] * (u @ core @ vh)


_cofactors.vjp(a=_cofactors_vjp)


def _orientation(u: Array, vh: Array) -> np.ndarray:
    """det(U)·det(V), which is 1 or -1 and constant."""
    return np.asarray(np.sign(np.linalg.det(plain(u) @ plain(vh))))


def _products_without(s: Array, left_out: int) -> Array:
    """Π s without the i-th: (..., n) -> (..., n), or without the i-th and j-th: -> (..., n, n)."""
    one = np.eye(s.shape[-1], dtype=bool)
    if left_out == 1:
        return np.prod(np.where(one, 1.0, s[..., None, :]), axis=-1)
    without = one[:, None] | one[None]
    return np.prod(np.where(without, 1.0, s[..., None, None, :]), axis=-1)


@primitive_in("linalg")
def det(a: Array) -> Array:
    """The determinant: (..., n, n) -> (...).  ∂A: g·(the matrix of cofactors), for singular matrices too.

    First and second derivatives are right everywhere; the third is refused where singular values of A
    are equal, see `svd`.
    """
    return np.linalg.det(a)


det.vjp(a=lambda g, a: g[..., None, None] * _cofactors.apply(a))


class SlogdetResult(NamedTuple):
    """Of `slogdet`: the sign of the determinant, -1, 0 or 1, and the logarithm of its absolute value."""

    sign: np.ndarray
    logabsdet: Array


@primitive_in("linalg")
def _slogdet(a: Array) -> Array:
    """One array (..., 2) of the sign and ln|det A|."""
    return np.stack(np.linalg.slogdet(a), axis=-1)


_slogdet.vjp(a=lambda g, a: g[..., 1][..., None, None] * np.linalg.inv(a).mT)


@composite_in("linalg")
def slogdet(a: Array) -> SlogdetResult:
    """The sign of det A, a plain array, and ln|det A| without overflow.  ∂A: g·A⁻ᵀ of the logarithm.

    Raises LinAlgError on the way back where A is singular.
    """
    packed = _slogdet(a)
    return SlogdetResult(packed.data[..., 0], getitem(packed, (..., 1)))
