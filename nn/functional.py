"""Layers as functions, with PyTorch's names and its `dim`: the one place where dim becomes axis."""

from typing import Any

import numpy as np

import minigrad as mg
from nn.init import Rng, generator
from nn.masks import as_mask

relu = mg.relu
gelu = mg.gelu
silu = mg.silu
elu = mg.elu
leaky_relu = mg.leaky_relu
sigmoid = mg.sigmoid
logsigmoid = mg.logsigmoid
softplus = mg.softplus
tanh = mg.tanh
linear = mg.linear


def softmax(input: Any, dim: int = -1) -> mg.Tensor:
    """eˣ/Σeˣ along `dim`."""
    return mg.softmax(input, axis=dim)


def log_softmax(input: Any, dim: int = -1) -> mg.Tensor:
    """x - ln Σeˣ along `dim`."""
    return mg.log_softmax(input, axis=dim)


def embedding(input: Any, weight: mg.Tensor) -> mg.Tensor:
    """Rows of `weight` (num_embeddings, dim) by integer `input` (...) -> (..., dim).

    Raises IndexError for an index that has no row, TypeError for one that is no integer.
    """
    indices = np.asarray(input)
    if indices.dtype.kind not in "iu":
        raise TypeError(f"embedding takes integer indices, and got {indices.dtype}: write x.astype(int)")
    n = weight.shape[0]
    if indices.size and (indices.min() < 0 or indices.max() >= n):
        wrong = indices[(indices < 0) | (indices >= n)].flat[0]
        raise IndexError(
            f"embedding got the index {wrong}, and there are {n} rows: indices go from 0 to {n - 1}"
        )
    return weight[indices]


def layer_norm(
    input: Any,
    normalized_shape: tuple[int, ...],
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
) -> mg.Tensor:
    """Normalise over the last axes, whose shape must be `normalized_shape`.  See mg.layer_norm."""
    if tuple(input.shape[-len(normalized_shape) :]) != tuple(normalized_shape):
        raise ValueError(
            f"layer_norm over {tuple(normalized_shape)} got an input of shape {tuple(input.shape)}: "
            "its last axes must be of that shape"
        )
    count = len(normalized_shape)
    axis = -1 if count == 1 else tuple(range(-count, 0))
    return mg.layer_norm(input, weight, bias, axis=axis, eps=eps)


def dropout(input: mg.Tensor, p: float = 0.5, training: bool = True, rng: Rng = None) -> mg.Tensor:
    """Each element 0 with probability p, else divided by 1 - p (Srivastava et al., 2014)."""
    mask = dropout_mask(input.shape, input.dtype, p, training, rng)
    return input if mask is None else input * mask


def dropout_mask(
    shape: tuple[int, ...], dtype: Any, p: float, training: bool = True, rng: Rng = None
) -> np.ndarray | None:
    """What dropout multiplies by: 0 or 1/(1 - p); None where it does nothing."""
    if not 0 <= p <= 1:
        raise ValueError(f"dropout takes a probability between 0 and 1, and got {p}")
    if not training or p == 0:
        return None
    if p == 1:
        return np.zeros(shape, dtype)
    kept = generator(rng).random(shape, dtype=np.float32) >= p
    return kept.astype(dtype) / np.dtype(dtype).type(1 - p)


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    rng: Rng = None,
) -> mg.Tensor:
    """softmax(q·kᵀ·scale + mask)·v with dropout on the weights.  See mg.scaled_dot_product_attention."""
    if attn_mask is not None:
        attn_mask = as_mask(attn_mask, query.dtype)
    dropped = None
    if dropout_p:
        lead = np.broadcast_shapes(query.shape[:-2], key.shape[:-2])
        dropped = dropout_mask((*lead, query.shape[-2], key.shape[-2]), query.dtype, dropout_p, rng=rng)
    return mg.scaled_dot_product_attention(query, key, value, attn_mask, is_causal, scale, dropped)


def cross_entropy(
    input: Any,
    target: Any,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> mg.Tensor:
    """Cross-entropy of scores (N, C, ...) or (C,) against class numbers (N, ...) or ().

    As in PyTorch the classes are on axis 1.  See mg.cross_entropy, where the axis is free.
    """
    axis = 1 if len(input.shape) > 1 else 0
    return mg.cross_entropy(input, target, axis, reduction, ignore_index, label_smoothing)


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> mg.Tensor:
    """(input - target)², averaged, summed, or as it is ("none").

    Raises ValueError where the shapes differ: broadcasting (n, 1) against (n,) is a well-known way to
    train the wrong thing.
    """
    if tuple(input.shape) != tuple(target.shape):
        raise ValueError(
            f"mse_loss got input {tuple(input.shape)} and target {tuple(target.shape)}, which must be of one "
            "shape: reshape one of them, or broadcast it on purpose with mg.broadcast_to"
        )
    return _reduced(mg.square(input - target), reduction)


def _reduced(loss: mg.Tensor, reduction: str) -> mg.Tensor:
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    if reduction == "mean":
        return loss.mean()
    raise ValueError(f'a loss takes reduction="mean", "sum" or "none", not {reduction!r}')
