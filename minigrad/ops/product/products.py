"""Products of matrices, vectors and tensors; `einsum` has a file of its own."""

import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from minigrad.composite import composite
from minigrad.ops.assembly.padding import pad
from minigrad.ops.elementwise.arithmetic import multiply, subtract
from minigrad.ops.indexing.places import getitem
from minigrad.ops.shape.flipping import roll
from minigrad.ops.shape.reshaping import expand_dims, moveaxis, ravel, reshape, squeeze, transpose
from minigrad.ops.typing import Array
from minigrad.primitive import primitive
from minigrad.tensor import Tensor

Shape = tuple[int, ...]


@primitive
def matmul(a: Array, b: Array) -> Array:
    """a @ b: (..., n, k) @ (..., k, m) -> (..., n, m); a 1-D operand is a row or column without its axis.

    ∂a: g @ bᵀ;  ∂b: aᵀ @ g.
    """
    return np.matmul(a, b)


def _matmul_wrt_a(g: Array, a_shape: Shape, b: Array) -> Array:
    if b.ndim == 1:
        return np.expand_dims(g, -1) * b
    if len(a_shape) == 1:
        return (np.expand_dims(g, -2) @ np.swapaxes(b, -1, -2))[..., 0, :]
    return g @ np.swapaxes(b, -1, -2)


def _matmul_wrt_b(g: Array, a: Array, b_shape: Shape) -> Array:
    if a.ndim == 1:
        return (
            np.expand_dims(g, -1) * a if len(b_shape) == 1 else np.expand_dims(a, -1) * np.expand_dims(g, -2)
        )
    if len(b_shape) == 1:
        return (np.swapaxes(a, -1, -2) @ np.expand_dims(g, -1))[..., 0]
    if len(b_shape) == 2 and a.ndim > 2:  # one large product instead of many, then their sum
        rows = math.prod(a.shape[:-1])
        return a.reshape((rows, a.shape[-1])).T @ g.reshape((rows, g.shape[-1]))
    return np.swapaxes(a, -1, -2) @ g


matmul.vjp(
    a=_matmul_wrt_a,
    b=_matmul_wrt_b,
)


# -- over named axes ------------------------------------------------------------------------------


@composite
def tensordot(a: Array, b: Array, axes: Any = 2) -> Tensor:
    """Σ of products over pairs of axes: the last n of a with the first n of b, or (axes of a, axes of b).

    The other axes of a come first, then those of b.  Raises ValueError where the paired lengths differ.
    """
    of_a, of_b = _paired_axes(axes, np.ndim(a), np.ndim(b))
    _check_pairs(of_a, of_b, np.shape(a), np.shape(b))
    rows = [i for i in range(np.ndim(a)) if i not in of_a]
    columns = [i for i in range(np.ndim(b)) if i not in of_b]
    n, k, m = (math.prod(np.shape(x)[i] for i in of) for x, of in ((a, rows), (a, of_a), (b, columns)))
    left = reshape(transpose(a, (*rows, *of_a)), (n, k))
    right = reshape(transpose(b, (*of_b, *columns)), (k, m))
    return reshape(matmul(left, right), [*(np.shape(a)[i] for i in rows), *(np.shape(b)[i] for i in columns)])


def _check_pairs(of_a: list[int], of_b: list[int], a_shape: Shape, b_shape: Shape) -> None:
    lengths, others = [a_shape[i] for i in of_a], [b_shape[i] for i in of_b]
    if lengths == others:
        return
    differs = [
        f"axis {i} is {a_shape[i]} and axis {j} is {b_shape[j]}"
        for i, j in zip(of_a, of_b, strict=False)
        if a_shape[i] != b_shape[j]
    ]
    raise ValueError(
        f"tensordot cannot pair axes {of_a} of {a_shape} with axes {of_b} of {b_shape}: "
        f"{differs[0] if differs else f'there are {len(of_a)} and {len(of_b)}'}, and there must be as many, "
        "of the same lengths: name the pairs, axes=([axes of a], [axes of b])"
    )


def _paired_axes(axes: Any, ndim_a: int, ndim_b: int) -> tuple[list[int], list[int]]:
    if isinstance(axes, (int, np.integer)):
        of_a: Sequence[int] = range(-int(axes), 0)
        of_b: Sequence[int] = range(int(axes))
    else:
        of_a, of_b = ((side,) if isinstance(side, (int, np.integer)) else tuple(side) for side in axes)
    return (
        [normalize_axis_index(axis, ndim_a) for axis in of_a],
        [normalize_axis_index(axis, ndim_b) for axis in of_b],
    )


@composite
def dot(a: Array, b: Array) -> Array:
    """NumPy's dot: for a 0-d operand the product, else the sum over the last axis of a and the
    second to last (or only) axis of b."""
    n, m = np.ndim(a), np.ndim(b)
    if n == 0 or m == 0:
        return multiply(a, b)
    return matmul(a, b) if n <= 2 and m <= 2 else tensordot(a, b, (-1, max(m - 2, 0)))


@composite
def inner(a: Array, b: Array) -> Array:
    """Σₖ a[..., k]·b[..., k] of every vector of a with every one of b; for a 0-d operand the product."""
    return multiply(a, b) if np.ndim(a) == 0 or np.ndim(b) == 0 else tensordot(a, b, (-1, -1))


@composite
def vdot(a: Array, b: Array) -> Tensor:
    """Σ aᵢ·bᵢ of the flattened operands, which must be of one size."""
    return matmul(ravel(a), ravel(b))


@composite
def outer(a: Array, b: Array) -> Array:
    """aᵢ·bⱼ of the flattened operands: (n,), (m,) -> (n, m)."""
    return multiply(reshape(a, (-1, 1)), reshape(b, (1, -1)))


@composite
def kron(a: Array, b: Array) -> Array:
    """Kronecker's product: b in the place of every element of a, times that element."""
    ndim = max(np.ndim(a), np.ndim(b))
    of_a, of_b = ((1,) * (ndim - np.ndim(x)) + np.shape(x) for x in (a, b))
    apart = multiply(
        reshape(a, [n for length in of_a for n in (length, 1)]),
        reshape(b, [n for length in of_b for n in (1, length)]),
    )
    return reshape(apart, [n * m for n, m in zip(of_a, of_b, strict=True)])


# -- stacks of vectors ----------------------------------------------------------------------------


@composite
def vecdot(a: Array, b: Array, axis: int = -1) -> Tensor:
    """Σₖ aₖ·bₖ along `axis`; the other axes broadcast."""
    row, column = expand_dims(moveaxis(a, axis, -1), -2), expand_dims(moveaxis(b, axis, -1), -1)
    return squeeze(matmul(row, column), (-2, -1))


@composite
def matvec(a: Array, b: Array) -> Tensor:
    """Matrices times vectors: (..., n, k), (..., k) -> (..., n); the leading axes broadcast."""
    return squeeze(matmul(a, expand_dims(b, -1)), -1)


@composite
def vecmat(a: Array, b: Array) -> Tensor:
    """Vectors times matrices: (..., k), (..., k, m) -> (..., m); the leading axes broadcast."""
    return squeeze(matmul(expand_dims(a, -2), b), -2)


@composite
def cross(
    a: Array, b: Array, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Array:
    """a × b of 3-D vectors along axisa and axisb, the results along axisc; `axis` stands for all three.

    ∂a: b × g;  ∂b: g × a.  A 2-D vector counts as one whose third component is 0, and of two such only that
    of the product is given, which NumPy has deprecated.  Raises ValueError for vectors of another length.
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = moveaxis(a, axisa, -1), moveaxis(b, axisb, -1)
    lengths = np.shape(a)[-1], np.shape(b)[-1]
    if not {*lengths} <= {2, 3}:
        raise ValueError(f"cross takes vectors of 3 components, and got {lengths[0]} and {lengths[1]}")
    if 2 in lengths:
        warnings.warn(
            "cross of 2-D vectors is deprecated in NumPy: "
            "write a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]",
            DeprecationWarning,
            stacklevel=3,  # the wrapper of a composite lies between (see composite.py)
        )
    a, b = _in_space(a), _in_space(b)
    turned = multiply(roll(a, -1, -1), roll(b, -2, -1))
    back = multiply(roll(a, -2, -1), roll(b, -1, -1))
    product = subtract(turned, back)
    return getitem(product, (..., 2)) if lengths == (2, 2) else moveaxis(product, -1, axisc)


def _in_space(x: Array) -> Array:
    return pad(x, [(0, 0)] * (np.ndim(x) - 1) + [(0, 1)]) if np.shape(x)[-1] == 2 else x
