"""The QR decomposition."""

from typing import NamedTuple

import numpy as np

from minigrad import contexts
from minigrad.composite import composite_in
from minigrad.ops.assembly.joining import concatenate
from minigrad.ops.indexing.places import getitem
from minigrad.ops.typing import Array
from minigrad.plain import plain
from minigrad.primitive import primitive_in
from minigrad.tensor import Tensor

Shape = tuple[int, ...]


class QRResult(NamedTuple):
    """Of `qr`: Q (..., m, k) with orthonormal columns, R (..., k, n) upper triangular."""

    Q: Array
    R: Array


@primitive_in("linalg")
def _qr(a: Array) -> Array:
    """One array (..., m + n, n), for m ≥ n: Q on top of R."""
    return np.concatenate(np.linalg.qr(a), axis=-2)


def _qr_vjp(g: Array, out: Array, a_shape: Shape) -> Array:
    m = a_shape[-2]
    q, r = out[..., :m, :], out[..., m:, :]
    g_q, g_r = g[..., :m, :], g[..., m:, :]
    inner = r @ g_r.mT - g_q.mT @ q
    symmetric = np.tril(inner) + np.tril(inner, -1).mT
    return np.linalg.solve(r, (g_q + q @ symmetric).mT).mT


_qr.vjp(a=_qr_vjp)


@composite_in("linalg")
def qr(a: Array, mode: str = "reduced") -> QRResult | Tensor:
    """A = Q·R: (..., m, n) -> Q (..., m, k), columns orthonormal, R (..., k, n) upper triangular.

    k = min(m, n), or m for mode="complete"; R alone for mode="r".
    ∂A: (g_Q + Q·copyltu(R·g_Rᵀ - g_Qᵀ·Q))·R⁻ᵀ, where copyltu mirrors the lower triangle (Walter and
    Lehmann 2010); a wide A is Q·(R₁ R₂) with A₁ = Q·R₁ and R₂ = Qᵀ·A₂.

    Raises TypeError for "complete" of a recorded matrix of more rows than columns, ValueError for NumPy's
    other modes, and LinAlgError on the way back where the first k columns are not independent.
    """
    if mode not in ("reduced", "complete", "r"):
        raise ValueError(
            f"qr(mode={mode!r}) is not here: write mode='reduced', 'complete' or 'r' for R alone"
        )
    m, n = np.shape(a)[-2:] if np.ndim(a) > 1 else (0, 0)
    if mode == "complete" and m > n:
        return _complete_qr(a)
    wide = m < n
    packed = _qr(getitem(a, (..., slice(m))) if wide else a)
    q = getitem(packed, (..., slice(m), slice(None)))
    r = getitem(packed, (..., slice(m, None), slice(None)))
    if wide:
        r = concatenate([r, q.mT @ getitem(a, (..., slice(m, None)))], axis=-1)
    return r if mode == "r" else QRResult(q, r)


def _complete_qr(a: Array) -> QRResult:
    if isinstance(a, Tensor) and a.node is not None and contexts.is_recording():
        raise TypeError(
            f"qr(mode='complete') of matrices {a.shape[-2:]} fills Q up with any basis of a null space, "
            "which has no derivative: write mode='reduced'"
        )
    return QRResult(*map(Tensor, np.linalg.qr(plain(a), "complete")))
