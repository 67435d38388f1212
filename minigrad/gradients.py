"""The arithmetic of gradients: how the shares of one node are made to fit it, and added up.

A share is what one op's rule gives for one operand: an array, a Part of one, or a Tensor where gradients are
recorded.  The first share of a node is borrowed, since a rule may pass on what it was given; what has been
added up is the walk's own, and further shares are added to it in place.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Gradient = Any  # ndarray (from an op perhaps a Part of one), or Tensor where it is recorded
Shape = tuple[int, ...]


class Part:
    """A gradient that is 0 outside of a part of its array: the walk adds that part to what it has already.

    So a loop that reads x[t] step by step costs the size of each step in backward, not that of x each time.
    """

    __slots__ = ("add_to", "dtype", "shape")

    def __init__(self, shape: Shape, dtype: np.dtype[Any], add_to: Callable[[np.ndarray], None]) -> None:
        self.shape = shape
        self.dtype = dtype
        self.add_to = add_to

    def as_whole(self) -> np.ndarray:
        """The array with its zeros."""
        whole = np.zeros(self.shape, self.dtype)
        self.add_to(whole)
        return whole


def add(known: Gradient, share: Gradient, in_place: bool) -> Gradient:
    """known + share, in the memory of `known` where that is allowed."""
    if type(share) is Part:
        total = known if in_place else np.array(known)
        share.add_to(total)
        return total
    if in_place and type(known) is np.ndarray:
        known += share
        return known
    total = known + share
    return np.asarray(total) if isinstance(total, np.generic) else total


def fit(share: Gradient, shape: Shape, dtype: np.dtype[Any], name: str) -> Gradient:
    """`share`, of the op `name`, in the shape and dtype of an operand: summed where that was broadcast."""
    if type(share) is Part:  # of another dtype, if only in its byte order
        share = share.as_whole()
    if share.shape != shape:
        share = _unbroadcast(share, shape, name)
    return share if share.dtype == dtype else share.astype(dtype)


def _unbroadcast(share: Gradient, shape: Shape, name: str) -> Gradient:
    added = len(share.shape) - len(shape)
    stretched = [
        added + i for i, n in enumerate(shape) if n == 1 and added + i >= 0 and share.shape[added + i] != 1
    ]
    axes = (*range(added), *stretched)
    if added < 0 or tuple(1 if i in axes else n for i, n in enumerate(share.shape))[added:] != shape:
        raise ValueError(
            f"the derivative of {name!r} gave a gradient of shape {share.shape} for an operand of "
            f"shape {shape}; it must have that shape, or one that {shape} broadcasts to"
        )
    if isinstance(share, np.ndarray) and share.dtype == np.float16:  # where 2048 + 1 is 2048
        return share.sum(axis=axes, keepdims=True, dtype=np.float32).reshape(shape)
    return share.sum(axis=axes, keepdims=True).reshape(shape)
