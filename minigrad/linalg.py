"""Linear algebra under NumPy's names, as `np.linalg`: `mg.linalg.solve(a, b)`, `np.linalg.norm(t)`."""

from minigrad.ops.linalg.chain import multi_dot as multi_dot
from minigrad.ops.linalg.cholesky import cholesky as cholesky
from minigrad.ops.linalg.condition import cond as cond, matrix_rank as matrix_rank
from minigrad.ops.linalg.determinant import SlogdetResult as SlogdetResult, det as det, slogdet as slogdet
from minigrad.ops.linalg.diagonal import diagonal as diagonal, trace as trace
from minigrad.ops.linalg.eigh import EighResult as EighResult, eigh as eigh, eigvalsh as eigvalsh
from minigrad.ops.linalg.general import eig as eig, eigvals as eigvals
from minigrad.ops.linalg.inverse import inv as inv, pinv as pinv, tensorinv as tensorinv
from minigrad.ops.linalg.lstsq import LstsqResult as LstsqResult, lstsq as lstsq
from minigrad.ops.linalg.matrix_norm import matrix_norm as matrix_norm
from minigrad.ops.linalg.norm import norm as norm
from minigrad.ops.linalg.power import matrix_power as matrix_power
from minigrad.ops.linalg.qr import QRResult as QRResult, qr as qr
from minigrad.ops.linalg.solve import solve as solve, tensorsolve as tensorsolve
from minigrad.ops.linalg.svd import SVDResult as SVDResult, svd as svd, svdvals as svdvals
from minigrad.ops.linalg.vector_norm import vector_norm as vector_norm
from minigrad.ops.product.products import (
    cross as cross,
    matmul as matmul,
    outer as outer,
    tensordot as tensordot,
    vecdot as vecdot,
)
from minigrad.ops.shape.reshaping import matrix_transpose as matrix_transpose

__all__ = sorted(name for name in globals() if name[0] != "_")
