"""Softmax over some of the scores: what every attention makes its weights with."""

import numpy as np

from minigrad.composite import composite
from minigrad.ops.fused.shapes import broadcasts
from minigrad.ops.reduction.softmax import softmax
from minigrad.ops.typing import Array


@composite
def masked_softmax(x: Array, mask: Array = None) -> Array:
    """eˣ/Σeˣ along the last axis over the places where `mask` is True, and 0 at the others.

    `mask` are booleans that broadcast to x.  A row without True gives zeros, and has zero gradient, where
    softmax would be NaN; so has whatever x holds where it is False.

    Raises TypeError for a mask that is not of booleans, and ValueError for one that does not broadcast to x.
    """
    if mask is None:
        return softmax(x)
    if mask.dtype.kind != "b":
        raise TypeError(
            f"masked_softmax got a mask of {mask.dtype}: write mask.astype(bool), True = counts; floats are "
            "added to x by hand"
        )
    if not broadcasts(mask.shape, x.shape):
        raise ValueError(
            f"masked_softmax got x {tuple(x.shape)} and a mask {tuple(mask.shape)}, which does not broadcast "
            "to it"
        )
    alive = mask.any(axis=-1, keepdims=True)  # a row of which nothing counts stays out of it
    x = np.where(mask | ~alive, np.where(alive, x, 0.0), -np.inf)
    return softmax(x) * alive
