"""NumPy's `norm`, of vectors or matrices."""

from typing import Any

from minigrad.composite import composite_in
from minigrad.ops.floats import as_floats
from minigrad.ops.linalg.matrix_norm import matrix_norm_over
from minigrad.ops.linalg.vector_norm import vector_norm, vector_norm_over
from minigrad.ops.typing import Array, Axis


@composite_in("linalg")
def norm(x: Array, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Array:
    """A norm of vectors along one axis, or of matrices along two: see `vector_norm` and `matrix_norm`.

    Without `ord` it is √Σx² over `axis`, all axes if None; without `axis` x must have one axis or two.
    The derivative at 0 is 0.

    Raises TypeError or ValueError for an `ord` that is no norm, ValueError where neither one axis nor two
    are meant.
    """
    x = as_floats(x)
    if axis is None and ord is None:
        return vector_norm_over(x, 2, None, keepdims)
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if len(axes) == 1:
        return vector_norm(x, ord=2 if ord is None else ord, axis=axes, keepdims=keepdims)
    if len(axes) == 2:
        return matrix_norm_over(x, ord, axes, keepdims)
    raise ValueError(
        f"norm(ord={ord!r}) is taken along one axis or two, and here there are {len(axes)}: give axis=-1 for "
        "vectors or axis=(-2, -1) for matrices"
    )
