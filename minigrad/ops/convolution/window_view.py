"""Windows that slide over an array, in NumPy's order of axes."""

from collections.abc import Sequence

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from minigrad.composite import composite
from minigrad.ops.convolution.windows import sliding_windows
from minigrad.ops.shape.reshaping import moveaxis
from minigrad.ops.typing import Array, Axis


@composite
def sliding_window_view(x: Array, window_shape: int | Sequence[int], axis: Axis = None) -> Array:
    """out[..., i, ..., k] = x[..., i + k, ...]: places stay on their axes, windows come on new last ones.

    `axis` None slides over all axes.  ∂x: the windows of g, added up where they overlap.  Raises
    ValueError for a window longer than its axis, or for more or fewer windows than axes.
    """
    window = (window_shape,) if isinstance(window_shape, (int, np.integer)) else tuple(window_shape)
    axes = tuple(range(np.ndim(x))) if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
    if len(window) != len(axes):
        raise ValueError(
            f"sliding_window_view got windows {window} for {len(axes)} axes: "
            "give one length per axis, or name the axes, axis=-1"
        )
    out = x
    for length, along in zip(window, axes, strict=True):
        place = normalize_axis_index(along, np.ndim(x))
        n = np.shape(out)[place]
        if not 0 <= length <= n:
            raise ValueError(
                f"sliding_window_view got a window of {length} on axis {place}, of length {n}: "
                "it must not be longer, nor negative"
            )
        last = moveaxis(out, place, -1)
        out = moveaxis(sliding_windows(last, (length,), (1,), (1,)), -1, place)
    return out if window else moveaxis(x, (), ())
