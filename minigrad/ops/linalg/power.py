"""Powers of matrices."""

import operator

import numpy as np

from minigrad.composite import composite_in
from minigrad.convert import as_array
from minigrad.ops.elementwise.selection import where
from minigrad.ops.floats import as_floats
from minigrad.ops.linalg.inverse import inv
from minigrad.ops.product.products import matmul
from minigrad.ops.shape.reshaping import copy
from minigrad.ops.typing import Array
from minigrad.tensor import Tensor


@composite_in("linalg")
def matrix_power(a: Array, n: int) -> Array:
    """A·A·…·A, n times, by repeated squaring; I for n = 0, and of A⁻¹ for negative n.

    Raises TypeError where n is no integer, LinAlgError where A is not square, or singular for n < 0.
    """
    n = operator.index(n)
    a = a if isinstance(a, Tensor) else as_array(a)
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise np.linalg.LinAlgError(
            f"matrix_power needs square matrices (..., n, n), and the shape is {a.shape}"
        )
    if n == 0:
        return where(False, a, np.eye(a.shape[-1], dtype=a.dtype))
    return _positive_power(inv(as_floats(a)) if n < 0 else copy(a), abs(n))


def _positive_power(a: Array, n: int) -> Array:
    if n == 1:
        return a
    root = _positive_power(a, n // 2)
    square = matmul(root, root)
    return matmul(square, a) if n % 2 else square
