"""Linear algebra under NumPy's names, as `np.linalg`: `mg.linalg.solve(a, b)`, `np.linalg.norm(t)`."""

from minigrad.ops.linalg.chain import multi_dot
from minigrad.ops.linalg.cholesky import cholesky
from minigrad.ops.linalg.condition import cond, matrix_rank
from minigrad.ops.linalg.determinant import SlogdetResult, det, slogdet
from minigrad.ops.linalg.diagonal import diagonal, trace
from minigrad.ops.linalg.eigh import EighResult, eigh, eigvalsh
from minigrad.ops.linalg.general import eig, eigvals
from minigrad.ops.linalg.inverse import inv, pinv, tensorinv
from minigrad.ops.linalg.lstsq import LstsqResult, lstsq
from minigrad.ops.linalg.matrix_norm import matrix_norm
from minigrad.ops.linalg.norm import norm
from minigrad.ops.linalg.power import matrix_power
from minigrad.ops.linalg.qr import QRResult, qr
from minigrad.ops.linalg.solve import solve, tensorsolve
from minigrad.ops.linalg.svd import SVDResult, svd, svdvals
from minigrad.ops.linalg.vector_norm import vector_norm
from minigrad.ops.product.products import cross, matmul, outer, tensordot, vecdot
from minigrad.ops.shape.reshaping import matrix_transpose

__all__ = [
    "EighResult",
    "LstsqResult",
    "QRResult",
    "SVDResult",
    "SlogdetResult",
    "cholesky",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "inv",
    "lstsq",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "matrix_transpose",
    "multi_dot",
    "norm",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "tensordot",
    "tensorinv",
    "tensorsolve",
    "trace",
    "vecdot",
    "vector_norm",
]
