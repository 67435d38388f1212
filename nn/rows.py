"""Rows of a batch to go on with: which they are, and picked out of all arrays of a tree at once."""

from typing import Any

import numpy as np

import minigrad as mg
from nn.nest import mapped


def as_rows(rows: Any, count: int) -> np.ndarray:
    """Which rows of a batch of `count` to go on with: int64 (M,), some perhaps twice.

    Raises TypeError for what is no list of integers, IndexError for a row that is not there.
    """
    picked = np.asarray(rows)
    if picked.ndim != 1 or (picked.size and picked.dtype.kind not in "iu"):
        hint = ": write np.flatnonzero(rows)" if picked.dtype.kind == "b" else ""
        raise TypeError(f"rows are integers (M,), and got {picked.dtype} {picked.shape}{hint}")
    if picked.size and not 0 <= picked.min() <= picked.max() < count:
        wrong = picked[(picked < 0) | (picked >= count)][0]
        raise IndexError(f"there is no row {wrong} in a batch of {count}: rows count from 0")
    return picked.astype(np.int64)


def check_rows(name: str, tree: Any, count: int) -> None:
    """Raise ValueError for an array or tensor in the tree whose first axis is not the batch of `count`."""

    def check(leaf: Any) -> None:
        if isinstance(leaf, (np.ndarray, mg.Tensor)) and (leaf.ndim == 0 or len(leaf) != count):
            raise ValueError(
                f"the {name} of a decoder has its {count} rows first, and got {tuple(leaf.shape)}: of "
                "(layers, N, H) give x.swapaxes(0, 1)"
            )

    mapped(tree, check)


def rows_of(name: str, tree: Any, rows: np.ndarray, count: int) -> Any:
    """The same tree with these rows of each array and tensor in it; what is neither stays as it is."""
    check_rows(name, tree, count)
    with mg.no_grad():
        return mapped(tree, lambda leaf: leaf[rows] if isinstance(leaf, (np.ndarray, mg.Tensor)) else leaf)
