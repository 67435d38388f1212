"""Symbols by their numbers: as vectors, and as 0 and 1."""

from typing import Any

import numpy as np

import minigrad as mg
from nn.inputs import plain


def embedding(
    input: Any,
    weight: mg.Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> mg.Tensor:
    """Rows of `weight` (num_embeddings, dim) by integer `input` (...) -> (..., dim).

    The row `padding_idx` gets no gradient; a negative one counts from the end.  With `max_norm` the rows
    asked for are first scaled in place to a p-norm, p = `norm_type`, of at most that.  With
    `scale_grad_by_freq` a row's gradient is divided by how often it is asked for.
    Raises IndexError for an index that has no row, TypeError for one that is no integer, ValueError for
    `max_norm` under `mg.data_parallel`.
    """
    if sparse:
        raise ValueError("embedding got sparse=True, and gradients here are arrays of all rows: leave it out")
    n = weight.shape[0]
    indices = _indices("embedding", input, n, "rows")
    if max_norm is not None:
        _renorm(weight, indices, max_norm, norm_type)
    rows = weight[indices]
    if scale_grad_by_freq and indices.size:
        kept = rows.detach()
        rows = kept + (rows - kept) / np.bincount(indices.ravel())[indices][..., None].astype(rows.dtype)
    if padding_idx is None:
        return rows
    if not -n <= padding_idx < n:
        raise IndexError(f"embedding got padding_idx {padding_idx}, and there are {n} rows")
    return mg.where((indices == padding_idx % n)[..., None], rows.detach(), rows)


def _renorm(weight: mg.Tensor, indices: np.ndarray, max_norm: float, norm_type: float) -> None:
    """Scale the rows asked for to at most `max_norm`: what is learned itself, not a copy."""
    if mg.is_part_of_batch():
        raise ValueError(
            "embedding with max_norm changes its weight in place, which the threads of data_parallel share: "
            "call the model without data_parallel, or leave max_norm out"
        )
    asked = np.unique(indices)
    norms = np.linalg.norm(weight.data[asked], norm_type, axis=1)
    long = norms > max_norm
    weight.data[asked[long]] *= (max_norm / (norms[long] + 1e-7))[:, None]


def one_hot(tensor: Any, num_classes: int = -1) -> np.ndarray:
    """Integers (...) -> (..., num_classes), 1 at each number and 0 elsewhere: a plain array of integers.

    -1 classes are as many as the greatest number needs.  Raises ValueError for fewer than one class.
    """
    if num_classes < -1 or num_classes == 0 or (num_classes == -1 and not np.size(tensor)):
        raise ValueError(
            f"one_hot got num_classes={num_classes} for an input {np.shape(tensor)}: give at least 1, or -1 "
            "for as many as the greatest number needs"
        )
    if num_classes == -1:
        num_classes = int(np.max(tensor)) + 1
    indices = _indices("one_hot", tensor, num_classes, "classes")
    return (indices[..., None] == np.arange(num_classes)).astype(np.int64)


def _indices(name: str, input: Any, n: int, what: str) -> np.ndarray:
    try:
        indices = plain(input)
    except ValueError as error:
        raise TypeError(
            f"{name} takes integer indices, and got a {type(input).__name__} that is no rectangle of them: "
            "fill the shorter rows up with a padding_idx"
        ) from error
    if indices.dtype.kind not in "iu":
        raise TypeError(f"{name} takes integer indices, and got {indices.dtype}: write x.astype(int)")
    if indices.size and (indices.min() < 0 or indices.max() >= n):
        wrong = indices[(indices < 0) | (indices >= n)].flat[0]
        raise IndexError(
            f"{name} got the index {wrong}, and there are {n} {what}: indices go from 0 to {n - 1}"
        )
    return indices
