"""The singular value decomposition."""

from typing import NamedTuple

import numpy as np

from minigrad import contexts
from minigrad.composite import composite_in
from minigrad.ops.indexing.places import getitem
from minigrad.ops.linalg.degeneracy import columns_used, reciprocal_gaps, reciprocal_values
from minigrad.ops.linalg.matrices import reciprocal_except, rounding, scale_columns, skew
from minigrad.ops.typing import Array
from minigrad.plain import plain
from minigrad.primitive import primitive_in
from minigrad.tensor import Tensor

Shape = tuple[int, ...]


class SVDResult(NamedTuple):
    """Of `svd`: U (..., m, k), singular values S (..., k) in descending order, Vh (..., k, n)."""

    U: Array
    S: Array
    Vh: Array


@primitive_in("linalg")
def _svd(a: Array) -> Array:
    """One array (..., m + 1 + n, k): U, a row of S, V; the vectors as columns."""
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    return np.concatenate([u, s[..., None, :], vh.mT], axis=-2)


def _svd_vjp(g: Array, out: Array, a_shape: Shape) -> Array:
    m, n = a_shape[-2:]
    u, s, v = out[..., :m, :], out[..., m, :], out[..., m + 1 :, :]
    g_u, g_s, g_v = g[..., :m, :], g[..., m, :], g[..., m + 1 :, :]
    turn_u, turn_v = u.mT @ g_u, v.mT @ g_v
    x, y = skew(turn_u), skew(turn_v)
    gaps = reciprocal_gaps(s, columns_used(g_u) | columns_used(g_v), "singular ")
    core = (x + y) * gaps + (x - y) * _reciprocal_sums(s)
    g_a = (scale_columns(u, g_s) + u @ core) @ v.mT
    if m > n:
        g_a = g_a + scale_columns(g_u - u @ turn_u, reciprocal_values(s, g_u)) @ v.mT
    if n > m:
        g_a = g_a + scale_columns(u, reciprocal_values(s, g_v)) @ (g_v - v @ turn_v).mT
    return g_a


def _reciprocal_sums(s: Array) -> Array:
    """1/(sᵢ + sⱼ), and 0 where both are 0: what it multiplies is 0 there."""
    sums = s[..., None, :] + s[..., :, None]
    return reciprocal_except(plain(sums) <= rounding(s)[..., None], sums)


_svd.vjp(a=_svd_vjp)


@composite_in("linalg")
def svd(a: Array, full_matrices: bool = True, compute_uv: bool = True) -> SVDResult | Tensor:
    """A = U·diag(S)·Vh: (..., m, n) -> U (..., m, k), S (..., k) descending, Vh (..., k, n), k = min(m, n).

    S alone without `compute_uv`.  ∂A: U·(diag(g_S) + (X + Y)∘F + (X - Y)∘H)·Vᵀ, where X = skew(Uᵀ·g_U),
    Y = skew(Vᵀ·g_V), Fᵢⱼ = 1/(sⱼ - sᵢ) and Hᵢⱼ = 1/(sᵢ + sⱼ); for other than square matrices the parts
    of g_U and g_V outside of the spaces of U and V are added, over S (Townsend 2016).  Pairs of columns
    are determined up to their common sign; what is computed from them should not depend on it.

    Raises TypeError for `full_matrices` of a recorded matrix that is not square, and LinAlgError on the
    way back where vectors of equal singular values were used, or of 0 in other than square matrices.
    """
    if not compute_uv:
        return svdvals(a)
    m, n = np.shape(a)[-2:] if np.ndim(a) > 1 else (0, 0)
    if full_matrices and m != n:
        return _full_svd(a)
    packed = _svd(a)
    return SVDResult(
        getitem(packed, (..., slice(m), slice(None))),
        getitem(packed, (..., m, slice(None))),
        getitem(packed, (..., slice(m + 1, None), slice(None))).mT,
    )


def _full_svd(a: Array) -> SVDResult:
    if isinstance(a, Tensor) and a.node is not None and contexts.is_recording():
        raise TypeError(
            f"svd(full_matrices=True) of matrices {a.shape[-2:]} fills U or Vh up with any basis of a null "
            "space, which has no derivative: write svd(t, full_matrices=False)"
        )
    return SVDResult(*map(Tensor, np.linalg.svd(plain(a))))


@primitive_in("linalg")
def svdvals(x: Array) -> Array:
    """The singular values in descending order: (..., m, n) -> (..., min(m, n)).

    ∂x: U·diag(g)·Vᵀ.  At 0 (up to rounding) a singular value has a kink like |x|, and derivative 0; where
    some are equal, the derivative is right for functions that treat them alike.
    """
    return np.linalg.svdvals(x)


def _svdvals_vjp(g: Array, x: Array) -> Array:
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    return scale_columns(u, np.where(plain(s) <= rounding(s), 0.0, g)) @ vh


svdvals.vjp(x=_svdvals_vjp)
