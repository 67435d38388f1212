"""Coordinates of a grid."""

from typing import Literal

import numpy as np

from minigrad.composite import composite
from minigrad.ops.shape.reshaping import broadcast_to, reshape
from minigrad.ops.typing import Array
from minigrad.tensor import Tensor


@composite
def meshgrid(
    *xi: Array, copy: bool = True, sparse: bool = False, indexing: Literal["xy", "ij"] = "xy"
) -> tuple[Tensor, ...]:
    """Coordinate vectors spread over the whole grid that they span, or (`sparse`) each along its own axis.

    With "ij" the i-th vector runs along axis i, with "xy" the first two change places.  `copy` is
    NumPy's and makes no difference.  ∂xi: g summed over the other axes.
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid(indexing={indexing!r}): write 'xy' or 'ij'")
    axes = list(range(len(xi)))
    if indexing == "xy" and len(xi) > 1:
        axes[:2] = 1, 0
    along = [
        reshape(x, tuple(np.size(x) if axis == i else 1 for i in range(len(xi))))
        for x, axis in zip(xi, axes, strict=True)
    ]
    if sparse:
        return tuple(along)
    shape = np.broadcast_shapes(*map(np.shape, along))
    return tuple(broadcast_to(x, shape) for x in along)
