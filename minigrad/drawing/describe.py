"""A node in words and numbers."""

from typing import Any

import numpy as np

from minigrad.graph import Leaf, Node
from minigrad.operation import Operation

FEW = 6  # elements that are shown one by one

_SYMMETRIC = frozenset("add multiply maximum minimum hypot logaddexp".split())


def title(node: Node) -> str:
    """The op's name, or the leaf's."""
    if node.op is not None:
        return node.op.name
    return (node.name if isinstance(node, Leaf) else "") or "leaf"


def form(node: Node) -> str:
    """Shape, and dtype where it is not the usual one."""
    return f"{node.shape}" if node.dtype == np.float32 else f"{node.shape} {node.dtype}"


def operand_name(node: Node, i: int) -> str:
    """What the op calls its operand i; '' where there is but one, or their order does not matter."""
    if len(node.parents) == 1 or title(node) in _SYMMETRIC:
        return ""
    if isinstance(node.op, Operation) and node.op.variadic is None:
        return node.op.parameters[i] if sum(node.op.differentiable) > 1 else ""
    return str(i)


def numbers(array: np.ndarray) -> str:
    """All elements of a small array, a row to the line; of a large one the mean and standard deviation."""
    if array.size <= FEW:
        return _nested(array)
    with np.errstate(all="ignore"):  # infinities make a NaN, which is worth seeing
        return f"mean {array.mean(dtype=np.float64):.3g}, std {array.std(dtype=np.float64):.3g}"


def _nested(array: Any, indent: str = " ") -> str:
    if array.ndim == 0:
        return f"{array.item():.4g}"
    between = ", " if array.ndim == 1 else f",\n{indent}"
    return f"[{between.join(_nested(row, indent + ' ') for row in array)}]"
