"""Scaled dot-product attention, the whole of it as one op."""

import numpy as np

from minigrad.composite import composite
from minigrad.fused import fused
from minigrad.ops.fused import tiled_attention
from minigrad.ops.fused.attention_scores import Scores, scale_of
from minigrad.ops.fused.floats import require_floats
from minigrad.ops.fused.masked_softmax import masked_softmax
from minigrad.ops.fused.shapes import broadcasts
from minigrad.ops.typing import Array


@fused(inputs=("query", "key", "value", "attn_mask"))
def scaled_dot_product_attention(
    query: Array,
    key: Array,
    value: Array,
    attn_mask: Array = None,
    is_causal: bool = False,
    scale: float | None = None,
    dropout_mask: Array = None,
    window: int | None = None,
) -> Array:
    """softmax(q·kᵀ·scale + mask)·v: query (..., T, D), key (..., S, D), value (..., S, E) -> (..., T, E).

    The leading axes are those of `query`: keys and values may be shared along them (one for all heads), and
    a query that lacks some is put to all keys.  `attn_mask` broadcasts to (..., T, S): booleans, True = may
    attend; or floats, which are added to the scores.  `is_causal` lets position t attend to s <= t, and
    `window` to |t - s| < window.  `scale` is 1/√D unless given.  `dropout_mask` (..., T, S) multiplies the
    weights: 0, or 1/(1 - p).  A row that may attend to nothing gives zeros, and has zero gradient.

    Raises ValueError for shapes that do not fit, and for keys or masks of a larger batch than the queries'.

    Without masks of (T, S) memory grows with T, not with T²: see `tiled_attention`.

    Vaswani et al. (2017), equation 1.  With p the weights and d = g·vᵀ: ∂v: pᵀ·g;
    ∂scores: p·(d - Σd·p);  ∂q: ∂scores·k·scale;  ∂k: ∂scoresᵀ·q·scale.
    """
    weights = attention_weights(query, key, attn_mask, is_causal, scale, window)
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
    window: int | None = None,
) -> Array:
    """The weights of `scaled_dot_product_attention`, (..., T, S), as a composition of ops."""
    check_masks(attn_mask, window)
    _check("attention_weights", query, key, None, attn_mask=attn_mask)
    scores = (query * scale_of(query, scale)) @ np.swapaxes(key, -1, -2)  # (..., T, S)
    if attn_mask is not None and attn_mask.dtype.kind == "f":
        scores = scores + attn_mask
    return masked_softmax(scores, _seen(scores.shape, attn_mask, is_causal, window))


def _seen(shape: tuple[int, ...], attn_mask: Array, is_causal: bool, window: int | None) -> np.ndarray | None:
    """True where a query may attend; None where all may."""
    behind = np.arange(shape[-2])[:, None] - np.arange(shape[-1])  # t - s
    seen = np.ones(behind.shape, np.bool)
    if is_causal:
        seen &= behind >= 0
    if window is not None:
        seen &= abs(behind) < window
    if attn_mask is not None:
        seen = seen & (attn_mask if attn_mask.dtype.kind == "b" else attn_mask > -np.inf)
    return None if seen.all() else seen


@scaled_dot_product_attention.forward
def scaled_dot_product_attention_forward(
    query: np.ndarray,
    key: np.ndarray,
    value: np.ndarray,
    attn_mask: np.ndarray | None = None,
    is_causal: bool = False,
    scale: float | None = None,
    dropout_mask: np.ndarray | None = None,
    window: int | None = None,
) -> tuple[np.ndarray, tiled_attention.Residuals]:
    check_masks(attn_mask, window)
    masks = {"attn_mask": attn_mask, "dropout_mask": dropout_mask}
    _check("scaled_dot_product_attention", query, key, value, **masks)
    require_floats("scaled_dot_product_attention", query=query, key=key, value=value)
    scores = Scores(query, key, value, attn_mask, is_causal, scale, dropout_mask, window)
    out, residuals = tiled_attention.forward(scores)
    return out.astype(scores.dtype, copy=False), residuals


@scaled_dot_product_attention.backward
def scaled_dot_product_attention_backward(
    g: np.ndarray,
    residuals: tiled_attention.Residuals,
    wanted: list[bool],
    query: np.ndarray,
    key: np.ndarray,
    value: np.ndarray,
    attn_mask: np.ndarray | None = None,
    is_causal: bool = False,
    scale: float | None = None,
    dropout_mask: np.ndarray | None = None,
    window: int | None = None,
) -> tuple[np.ndarray | None, ...]:
    scores = Scores(query, key, value, attn_mask, is_causal, scale, dropout_mask, window)
    operands = scores.query, scores.key, scores.value
    gradients = [np.empty_like(x) if needed else None for x, needed in zip(operands, wanted[:3], strict=True)]
    gradients.append(np.empty(scores.shape, scores.query.dtype) if wanted[3] else None)
    tiled_attention.backward(scores, residuals, g, *gradients)
    return tuple(None if x is None else x.astype(scores.dtype, copy=False) for x in gradients)


def check_masks(attn_mask: Array, window: int | None) -> None:
    """Raise for a window of nothing or of half a place, and for a mask of integers."""
    if window is not None and not isinstance(window, (int, np.integer)):
        raise TypeError(f"attention got window={window!r}: it counts places, so write int(...), or // for /")
    if window is not None and window < 1:
        raise ValueError(f"attention got window={window}: it counts the position itself, so the least is 1")
    if attn_mask is not None and attn_mask.dtype.kind not in "bf":
        raise TypeError(
            f"attention got an attn_mask of {attn_mask.dtype}: write attn_mask.astype(bool), True = may "
            "attend, or give floats, which are added to the scores"
        )


def _check(op: str, query: Array, key: Array, value: Array, **masks: Array) -> None:
    """Raise ValueError where the result would not be of the queries' batch and length."""
    of_query, of_key = query.shape, key.shape
    of_value = of_key if value is None else value.shape
    shapes = (of_query, of_key, of_value)
    if min(map(len, shapes)) < 2:
        raise ValueError(
            f"{_got(op, query, key, value)}: it needs query (..., T, D), key (..., S, D) and value "
            "(..., S, E)"
        )
    if of_query[-1] != of_key[-1] or of_key[-2] != of_value[-2]:
        raise ValueError(
            f"{_got(op, query, key, value)}: query and key must agree in the last axis, key and value in the "
            "one before"
        )
    lead = of_query[:-2]
    for shape in shapes:
        lead = shape[: max(len(shape) - 2 - len(lead), 0)] + lead  # axes that query does not have at all
        if shape[:-2] != lead and not broadcasts(shape[:-2], lead):
            raise ValueError(
                f"{_got(op, query, key, value)}: the axes before the last two are those of query, and what "
                "differs from it must be 1 there; to put one query to several batches of keys, write "
                "mg.broadcast_to(query, ...)"
            )
    scores = (*lead, of_query[-2], of_key[-2])
    for name, mask in masks.items():
        if mask is not None and not broadcasts(mask.shape, scores):
            raise ValueError(
                f"{_got(op, query, key, value)} and {name} {mask.shape}, which does not broadcast to {scores}"
            )


def _got(op: str, query: Array, key: Array, value: Array) -> str:
    given = {"query": query, "key": key} | ({} if value is None else {"value": value})
    return f"{op} got " + ", ".join(f"{name} {tuple(x.shape)}" for name, x in given.items())
