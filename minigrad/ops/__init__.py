"""Every op, a room to a family; each is its forward and its derivative rules, side by side."""

from minigrad.ops import (
    activation,
    alias,
    arithmetic,
    exponential,
    fused,
    indexing,
    joining,
    product,
    reduction,
    rotate,
    selection,
    shape,
    softmax,
    special,
    trigonometry,
)

__all__ = [
    "activation",
    "alias",
    "arithmetic",
    "exponential",
    "fused",
    "indexing",
    "joining",
    "product",
    "reduction",
    "rotate",
    "selection",
    "shape",
    "softmax",
    "special",
    "trigonometry",
]
