"""The sum along a diagonal."""

from minigrad.composite import composite
from minigrad.dtype_like import DTypeLike
from minigrad.ops.reduction.sums import sum
from minigrad.ops.shape.diagonal import diagonal
from minigrad.ops.typing import Array
from minigrad.tensor import Tensor


@composite
def trace(
    x: Array, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: DTypeLike | None = None
) -> Tensor:
    """Σᵢ x[i, i + offset] over the planes of two axes, added up as `dtype`.  ∂x: g on that diagonal."""
    return sum(diagonal(x, offset, axis1, axis2), axis=-1, dtype=dtype)
