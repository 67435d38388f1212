"""Scaled dot-product attention, the whole of it as one op."""

import math

import numpy as np

from minigrad import kernels
from minigrad.fused import fused
from minigrad.ops.fused.floats import in_one_dtype, require_floats
from minigrad.ops.reduction.softmax import softmax
from minigrad.ops.typing import Array
from minigrad.primitive import composite


@fused(inputs=("query", "key", "value", "attn_mask"))
def scaled_dot_product_attention(
    query: Array,
    key: Array,
    value: Array,
    attn_mask: Array = None,
    is_causal: bool = False,
    scale: float | None = None,
    dropout_mask: Array = None,
) -> Array:
    """softmax(q·kᵀ·scale + mask)·v: query (..., T, D), key (..., S, D), value (..., S, E) -> (..., T, E).

    `attn_mask` broadcasts to (..., T, S): booleans, True = may attend; or floats, which are added
    to the scores.  `is_causal` lets position t attend to s <= t.  `scale` is 1/√D unless given.
    `dropout_mask` (..., T, S) multiplies the weights: 0, or 1/(1 - p).  A row that may attend to
    nothing gives zeros, and has zero gradient.

    Vaswani et al. (2017), equation 1.  With p the weights and d = g·vᵀ: ∂v: pᵀ·g;
    ∂scores: p·(d - Σd·p);  ∂q: ∂scores·k·scale;  ∂k: ∂scoresᵀ·q·scale.
    """
    weights = attention_weights(query, key, attn_mask, is_causal, scale)
    if dropout_mask is not None:
        weights = weights * dropout_mask
    return weights @ value


@composite
def attention_weights(
    query: Array,
    key: Array,
    attn_mask: Array = None,
    is_causal: bool = False,
    scale: float | None = None,
) -> Array:
    """The weights of `scaled_dot_product_attention`, (..., T, S), as a composition of ops."""
    _check_mask(attn_mask)
    scores = query @ np.swapaxes(key, -1, -2) * _scale_of(query, scale)  # (..., T, S)
    hidden = _hidden(scores.shape, attn_mask, is_causal)
    if attn_mask is not None and attn_mask.dtype.kind == "f":
        scores = scores + attn_mask
    if hidden is None:
        return softmax(scores)
    alive = ~hidden.all(axis=-1, keepdims=True)  # a row with nothing to attend to stays out of it
    scores = np.where(hidden & alive, -np.inf, np.where(alive, scores, 0.0))
    return softmax(scores) * alive


def _hidden(shape: tuple[int, ...], attn_mask: Array, is_causal: bool) -> np.ndarray | None:
    """True where a query may not attend; None where all may."""
    hidden = np.zeros(shape[-2:], np.bool)
    if is_causal:
        hidden |= ~np.tri(*shape[-2:], dtype=np.bool)
    if attn_mask is not None:
        hidden = hidden | (~attn_mask if attn_mask.dtype.kind == "b" else attn_mask == -np.inf)
    return hidden if hidden.any() else None


def _scale_of(query: Array, scale: float | None) -> float:
    return 1 / math.sqrt(query.shape[-1]) if scale is None else scale


# exp(scores - their maximum), 1/their sum, the output, and the weights' numerator after dropout.
# The weights themselves are never formed: dividing the output, which is smaller, does the same.
Residuals = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@scaled_dot_product_attention.forward
def _(
    query: np.ndarray,
    key: np.ndarray,
    value: np.ndarray,
    attn_mask: np.ndarray | None = None,
    is_causal: bool = False,
    scale: float | None = None,
    dropout_mask: np.ndarray | None = None,
) -> tuple[np.ndarray, Residuals]:
    _check(query, key, value)
    _check_mask(attn_mask)
    require_floats("scaled_dot_product_attention", query=query, key=key, value=value)
    added = attn_mask if attn_mask is not None and attn_mask.dtype.kind == "f" else None
    query, key, value, added, dropout_mask = in_one_dtype(query, key, value, added, dropout_mask)
    weights = np.matmul(query * query.dtype.type(_scale_of(query, scale)), np.swapaxes(key, -1, -2))
    if attn_mask is not None:
        weights += _additive(attn_mask, weights.dtype) if added is None else added
    inverse = kernels.exp_scores(weights, is_causal)
    kept = weights if dropout_mask is None else weights * dropout_mask
    out = _matmul_like(kept, value, query)
    out *= inverse
    return out, (weights, inverse, out, kept)


@scaled_dot_product_attention.backward
def _(
    g: np.ndarray,
    residuals: Residuals,
    wanted: list[bool],
    query: np.ndarray,
    key: np.ndarray,
    value: np.ndarray,
    attn_mask: np.ndarray | None = None,
    is_causal: bool = False,
    scale: float | None = None,
    dropout_mask: np.ndarray | None = None,
) -> tuple[np.ndarray | None, ...]:
    weights, inverse, out, kept = residuals
    g = g * inverse  # from here on, weights stand for weights·inverse
    g_value = _matmul_like(np.swapaxes(kept, -1, -2), g, value) if wanted[2] else None
    g_scores = np.matmul(g, np.swapaxes(value, -1, -2))
    if dropout_mask is not None:
        g_scores *= dropout_mask
    kernels.scores_backward(g_scores, np.vecdot(g, out)[..., None], weights)
    factor = query.dtype.type(_scale_of(query, scale))
    g_query = g_key = None
    if wanted[0]:
        g_query = _matmul_like(g_scores, key, query)
        g_query *= factor
    if wanted[1]:
        g_key = _matmul_like(np.swapaxes(g_scores, -1, -2), query, key)
        g_key *= factor
    return g_query, g_key, g_value, g_scores if len(wanted) > 3 and wanted[3] else None


def _matmul_like(a: np.ndarray, b: np.ndarray, model: np.ndarray) -> np.ndarray:
    """a @ b in the memory order of `model`, so that heads that lie side by side in it still do."""
    shape = (*np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), a.shape[-2], b.shape[-1])
    if len(shape) != model.ndim:
        return np.matmul(a, b)
    return np.matmul(a, b, out=np.empty_like(model, a.dtype, shape=shape))


def _additive(allowed: np.ndarray, dtype: np.dtype) -> np.ndarray:
    return np.where(allowed, dtype.type(0), dtype.type(-np.inf))


def _check_mask(attn_mask: Array) -> None:
    if attn_mask is not None and attn_mask.dtype.kind not in "bf":
        raise TypeError(
            f"attention got an attn_mask of {attn_mask.dtype}: write attn_mask.astype(bool), True = may "
            "attend, or give floats, which are added to the scores"
        )


def _check(query: np.ndarray, key: np.ndarray, value: np.ndarray) -> None:
    if min(query.ndim, key.ndim, value.ndim) < 2:
        raise ValueError(
            f"attention needs query (..., T, D), key (..., S, D) and value (..., S, E), and got shapes "
            f"{query.shape}, {key.shape}, {value.shape}"
        )
    if query.shape[-1] != key.shape[-1] or key.shape[-2] != value.shape[-2]:
        raise ValueError(
            f"attention got query {query.shape}, key {key.shape}, value {value.shape}: query and key must "
            "agree in the last axis, key and value in the one before"
        )
