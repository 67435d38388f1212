"""Polynomials by their coefficients, the highest power first."""

import numpy as np

from minigrad.composite import composite
from minigrad.convert import as_array
from minigrad.ops.assembly.joining import stack
from minigrad.ops.elementwise.arithmetic import add, multiply
from minigrad.ops.shape.reshaping import astype, broadcast_to
from minigrad.ops.typing import Array
from minigrad.tensor import Tensor


@composite
def polyval(p: Array, x: Array) -> Array:
    """p[0]·xⁿ⁻¹ + ... + p[n-1] by Horner's rule.  ∂x: g times its slope;  ∂p[i]: Σ g·xⁿ⁻¹⁻ⁱ."""
    if np.ndim(p) != 1 or np.size(p) == 0:
        raise ValueError(
            f"polyval takes the coefficients as one axis, not empty, and got shape {np.shape(p)}"
        )
    first, *others = p
    value = broadcast_to(first, np.shape(x))
    for coefficient in others:
        value = add(multiply(value, x), coefficient)
    return value


@composite
def vander(x: Array, N: int | None = None, increasing: bool = False) -> Array:
    """The Vandermonde matrix: column j is x to the power N-1-j, or j if `increasing`; N is len(x) if None.

    Of integers at least as wide as NumPy's default.
    """
    if np.ndim(x) != 1:
        raise ValueError(
            f"vander takes one axis, and x has shape {np.shape(x)}: write mg.vander(mg.ravel(x))"
        )
    columns = np.size(x) if N is None else N
    if columns < 0:
        raise ValueError(f"vander(N={N}): N is the number of columns, 0 or more")
    x = x if isinstance(x, Tensor) else as_array(x)
    if x.dtype.kind != "f":
        x = astype(x, np.promote_types(x.dtype, int))
    powers = [np.ones_like(x)]
    for _ in range(1, columns):
        powers.append(multiply(powers[-1], x))
    matrix = stack(powers if increasing else powers[::-1], axis=1)
    return matrix if columns else matrix[:, :0]
