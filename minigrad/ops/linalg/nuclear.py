"""The sum of the singular values."""

import numpy as np

from minigrad.ops.linalg.matrices import reciprocal_except, rounding, scale_columns
from minigrad.ops.typing import Array
from minigrad.plain import plain
from minigrad.primitive import primitive_in


@primitive_in("linalg")
def _polar(x: Array) -> Array:
    """The factor Q = U·Vᵀ of the polar decomposition, without the singular vectors of 0.

    ∂x: with M = Uᵀ·g·V, U·((M - Mᵀ)∘H)·Vᵀ, Hᵢⱼ = 1/(sᵢ + sⱼ), and the parts of g·V and Uᵀ·g outside of U and
    V, over S: no differences of singular values, so equal ones do no harm.  Among matrices of equal rank.
    """
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    return scale_columns(u, (s > rounding(s)).astype(s.dtype)) @ vh


def _polar_vjp(g: Array, x: Array) -> Array:
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    zero = plain(s) <= rounding(s)
    kept = (~zero).astype(plain(s).dtype)
    u, v = scale_columns(u, kept), scale_columns(vh.mT, kept)
    inverse = reciprocal_except(zero, s)
    sums = s[..., None, :] + s[..., :, None]
    g_v, g_u = g @ v, g.mT @ u
    inner = u.mT @ g_v
    core = (inner - inner.mT) * reciprocal_except(plain(sums) <= rounding(s)[..., None], sums)
    beyond_u = scale_columns(g_v - u @ inner, inverse)
    beyond_v = scale_columns(g_u - v @ inner.mT, inverse)
    return (u @ core + beyond_u) @ v.mT + u @ beyond_v.mT


_polar.vjp(x=_polar_vjp)


@primitive_in("linalg")
def _nuclear_norm(x: Array) -> Array:
    """ΣS: (..., m, n) -> (...).  ∂x: g·U·Vᵀ, without the singular vectors of 0 (Watson 1992)."""
    return np.sum(np.linalg.svdvals(x), axis=-1)


_nuclear_norm.vjp(x=lambda g, x: g[..., None, None] * _polar.apply(x))


def nuclear_norm(x: Array) -> Array:
    """The nuclear norm over the last two axes."""
    return _nuclear_norm(x)
