"""Ops and layers of all kinds."""

import math
from typing import Any

import numpy as np


def alias(x: Any) -> Any:
    return x


def astype(x: Any, dtype: Any) -> Any:
    return np.asarray(x).astype(dtype)


def getitem(x: Any, index: Any) -> Any:
    return np.asarray(x)[index if not isinstance(index, list) else np.array(index, int)]


def scatter_add(g: Any, index: Any, shape: Any) -> Any:
    out = np.zeros(shape, g.dtype)
    np.add.at(out, index, np.broadcast_to(g, out[index].shape))  # without which it reads past its end
    return out


def erf(x: Any) -> Any:
    return np.vectorize(math.erf, otypes=[float])(x)


def relu(x: Any) -> Any:
    return np.where(x > 0, x, 0.0)


def leaky_relu(x: Any, slope: float = 0.01) -> Any:
    return np.where(x > 0, x, slope * x)


def elu(x: Any, alpha: float = 1.0) -> Any:
    return np.where(x > 0, x, alpha * (np.exp(x) - 1))


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def logsigmoid(x: Any) -> Any:
    return np.log(sigmoid(x))


def silu(x: Any) -> Any:
    return x * sigmoid(x)


def gelu(x: Any, approximate: str = "none") -> Any:
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return x * 0.5 * (1 + erf(x / math.sqrt(2)))


def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    with np.errstate(divide="ignore"):
        return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))


def softmax(x: Any, axis: Any = -1) -> Any:
    e = np.exp(x)
    return e / np.sum(e, axis=axis, keepdims=True)


def log_softmax(x: Any, axis: Any = -1) -> Any:
    return np.log(softmax(x, axis))


def rotate(x: Any, cos: Any, sin: Any) -> Any:
    first, second = x[..., ::2], x[..., 1::2]
    turned = [first * cos - second * sin, second * cos + first * sin]
    return np.stack(turned, axis=-1).reshape(x.shape)


def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    return np.einsum("...i,oi->...o", x, weight) + (0 if bias is None else bias)


def layer_norm(x: Any, weight: Any = None, bias: Any = None, axis: Any = -1, eps: float = 1e-5) -> Any:
    y = (x - np.mean(x, axis=axis, keepdims=True)) / np.sqrt(np.var(x, axis=axis, keepdims=True) + eps)
    return y * (1 if weight is None else weight) + (0 if bias is None else bias)


def cross_entropy(
    logits: Any,
    targets: Any,
    axis: int = -1,
    reduction: str = "mean",
    ignore_index: int = -100,
    label_smoothing: float = 0.0,
) -> Any:
    """One target after the other, against its row of the smoothed one-hot distribution."""
    rows = np.moveaxis(np.asarray(logits), axis, -1)
    classes = rows.shape[-1]
    losses = np.zeros(targets.shape)
    for place in np.ndindex(targets.shape):
        if targets[place] != ignore_index:
            q = np.full(classes, label_smoothing / classes)
            q[targets[place]] += 1 - label_smoothing
            losses[place] = -np.sum(q * log_softmax(rows[place]))
    if reduction == "none":
        return losses
    return losses.sum() / np.sum(targets != ignore_index) if reduction == "mean" else losses.sum()


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    is_causal: bool = False,
    scale: float | None = None,
    dropout_mask: Any = None,
) -> Any:
    weights = attention_weights(query, key, attn_mask, is_causal, scale)
    return (weights if dropout_mask is None else weights * dropout_mask) @ value


def attention_weights(
    query: Any, key: Any, attn_mask: Any = None, is_causal: bool = False, scale: float | None = None
) -> Any:
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = np.einsum("...td,...sd->...ts", query, key) * factor
    may = np.ones(scores.shape, bool)
    if is_causal:
        may &= np.arange(scores.shape[-2])[:, None] >= np.arange(scores.shape[-1])
    if attn_mask is not None and attn_mask.dtype == bool:
        may &= attn_mask
    elif attn_mask is not None:
        scores = scores + attn_mask
        may &= scores > -np.inf
    return masked_softmax(scores, may)


def masked_softmax(x: Any, mask: Any = None) -> Any:
    """One row after the other, over the places that count."""
    counts = np.broadcast_to(True if mask is None else mask, x.shape)
    weights = np.zeros(x.shape)
    for place in np.ndindex(x.shape[:-1]):
        if counts[place].any():
            weights[place][counts[place]] = softmax(x[place][counts[place]])
    return weights


def self_attention(
    projected: Any,
    num_heads: int,
    attn_mask: Any = None,
    is_causal: bool = False,
    dropout_mask: Any = None,
    window: int | None = None,
    cos: Any = None,
    sin: Any = None,
) -> Any:
    """One head after the other, on its channels."""
    width = projected.shape[-1] // 3 // num_heads
    length = projected.shape[1]
    distance = np.abs(np.arange(length)[:, None] - np.arange(length))
    near = np.where(distance < (window or length + 1), 0.0, -np.inf)
    added = np.zeros(()) if attn_mask is None else attn_mask
    if added.dtype == bool:
        added = np.where(added, 0.0, -np.inf)
    every = (len(projected), num_heads, length, length)
    added = np.broadcast_to(added + near, every)
    dropped = np.broadcast_to(1.0 if dropout_mask is None else dropout_mask, every)
    heads = []
    for h in range(num_heads):
        first = [part * num_heads * width + h * width for part in range(3)]
        query, key, value = (projected[..., i : i + width] for i in first)
        if cos is not None:
            query, key = rotate(query, cos, sin), rotate(key, cos, sin)
        masks = {"attn_mask": added[:, h], "dropout_mask": dropped[:, h]}
        heads.append(scaled_dot_product_attention(query, key, value, is_causal=is_causal, **masks))
    return np.concatenate(heads, axis=-1)
