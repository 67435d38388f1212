"""Symbols by their numbers: as vectors, and as 0 and 1."""

from typing import Any

import numpy as np

import minigrad as mg


def embedding(input: Any, weight: mg.Tensor, padding_idx: int | None = None) -> mg.Tensor:
    """Rows of `weight` (num_embeddings, dim) by integer `input` (...) -> (..., dim).

    The row `padding_idx` gets no gradient; a negative one counts from the end.
    Raises IndexError for an index that has no row, TypeError for one that is no integer.
    """
    n = weight.shape[0]
    indices = _indices("embedding", input, n, "rows")
    rows = weight[indices]
    if padding_idx is None:
        return rows
    if not -n <= padding_idx < n:
        raise IndexError(f"embedding got padding_idx {padding_idx}, and there are {n} rows")
    return mg.where((indices == padding_idx % n)[..., None], rows.detach(), rows)


def one_hot(input: Any, num_classes: int = -1) -> np.ndarray:
    """Integers (...) -> (..., num_classes), 1 at each number and 0 elsewhere: a plain array of integers.

    -1 classes are as many as the greatest number needs.
    """
    if num_classes == -1:
        num_classes = int(np.max(input)) + 1
    indices = _indices("one_hot", input, num_classes, "classes")
    return (indices[..., None] == np.arange(num_classes)).astype(np.int64)


def _indices(name: str, input: Any, n: int, what: str) -> np.ndarray:
    indices = np.asarray(input)
    if indices.dtype.kind not in "iu":
        raise TypeError(f"{name} takes integer indices, and got {indices.dtype}: write x.astype(int)")
    if indices.size and (indices.min() < 0 or indices.max() >= n):
        wrong = indices[(indices < 0) | (indices >= n)].flat[0]
        raise IndexError(
            f"{name} got the index {wrong}, and there are {n} {what}: indices go from 0 to {n - 1}"
        )
    return indices
