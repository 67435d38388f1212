"""Products of many matrices."""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from minigrad.composite import composite_in
from minigrad.ops.product.products import matmul
from minigrad.ops.typing import Array


@composite_in("linalg")
def multi_dot(arrays: Sequence[Array]) -> Array:
    """The product of two or more matrices in the cheapest order; the first and last may be 1-D.

    Raises ValueError for fewer than two, LinAlgError for operands that are no matrices.
    """
    arrays = list(arrays)
    if len(arrays) < 2:
        raise ValueError(f"multi_dot needs two arrays or more, and got {len(arrays)}")
    for i, x in enumerate(arrays):
        if np.ndim(x) != 2 and not (np.ndim(x) == 1 and i in (0, len(arrays) - 1)):
            raise np.linalg.LinAlgError(
                f"multi_dot takes matrices (the first and last may be 1-D), and array {i} has shape "
                f"{np.shape(x)}"
            )
    cut = _cheapest_cuts(tuple(map(np.shape, arrays)))

    def product(first: int, last: int) -> Array:
        if first == last:
            return arrays[first]
        k = cut(first, last)[1]
        return matmul(product(first, k), product(k + 1, last))

    return product(0, len(arrays) - 1)


def _cheapest_cuts(shapes: tuple[tuple[int, ...], ...]) -> Callable[[int, int], tuple[int, int]]:
    """cut(first, last) is (cost, k): multiply first..k and k+1..last last (Cormen et al., section 14.2)."""
    rows = [1 if i == 0 and len(shape) == 1 else shape[0] for i, shape in enumerate(shapes)]
    columns = [1 if i > 0 and len(shape) == 1 else shape[-1] for i, shape in enumerate(shapes)]

    @cache
    def cut(first: int, last: int) -> tuple[int, int]:
        if first == last:
            return 0, first
        return min(
            (cut(first, k)[0] + cut(k + 1, last)[0] + rows[first] * columns[k] * columns[last], k)
            for k in range(first, last)
        )

    return cut
