"""Piecewise linear interpolation."""

import numpy as np

from minigrad.composite import composite
from minigrad.ops.elementwise.selection import where
from minigrad.ops.floats import as_floats
from minigrad.ops.indexing.places import getitem
from minigrad.ops.typing import Array
from minigrad.plain import plain_array
from minigrad.tensor import Tensor


@composite
def interp(
    x: Array, xp: Array, fp: Array, left: Array = None, right: Array = None, period: None = None
) -> Tensor:
    """The polygon through the points (xp, fp), xp rising, read at x; `left` and `right` beyond its ends.

    ∂x: g·(slope of the segment; at a corner, the one to the right, and at the last point its own);
    ∂fp and ∂xp: g by how far x is from either end; 0 for x beyond the ends, which get fp[0] and fp[-1].
    """
    if period is not None:
        raise ValueError(
            f"interp got period={period}, which is not here: write np.remainder(x, period), with xp and fp "
            "repeated beyond both ends"
        )
    if np.ndim(xp) != 1 or np.shape(fp) != np.shape(xp) or not np.size(xp):
        raise ValueError(
            f"interp got xp {np.shape(xp)} and fp {np.shape(fp)}: both must be 1-D, of one length"
        )
    # Integers as float64; a number beside the arrays is weak.
    xp, fp, x = as_floats(xp), as_floats(fp), x if isinstance(x, (int, float)) else as_floats(x)
    data, places, n = plain_array(x), plain_array(xp), np.size(xp)
    after = np.clip(np.searchsorted(places, data, side="right"), min(1, n - 1), n - 1)
    start, end = getitem(xp, np.maximum(after - 1, 0)), getitem(xp, after)
    low, high = getitem(fp, np.maximum(after - 1, 0)), getitem(fp, after)
    beyond = (data < places[0]) | (data > places[-1])
    level = beyond | (end.data == start.data)  # nothing to divide by
    share = where(level, 0.0, (x - start) / where(level, 1.0, end - start))
    out = low + (high - low) * share
    out = where(data < places[0], getitem(fp, 0) if left is None else left, out)
    return where(data > places[-1], getitem(fp, n - 1) if right is None else right, out)
