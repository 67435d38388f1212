"""Scaled dot-product attention, the whole of it as one op."""

from typing import Any

import numpy as np

from minigrad import kernels
from minigrad.fused import fused
from minigrad.ops.fused.attention_scores import Scores, scale_of
from minigrad.ops.fused.floats import require_floats
from minigrad.ops.fused.running_softmax import RunningSoftmax
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
    window: int | None = None,
) -> Array:
    """softmax(q·kᵀ·scale + mask)·v: query (..., T, D), key (..., S, D), value (..., S, E) -> (..., T, E).

    `attn_mask` broadcasts to (..., T, S): booleans, True = may attend; or floats, which are added
    to the scores.  `is_causal` lets position t attend to s <= t, and `window` to |t - s| < window.
    `scale` is 1/√D unless given.  `dropout_mask` (..., T, S) multiplies the weights: 0, or 1/(1 - p).
    A row that may attend to nothing gives zeros, and has zero gradient.

    The scores are computed tile by tile, and again in backward: without masks of (T, S) memory grows
    with T, not T².  Dao et al. (2022), "FlashAttention", section 3.1.

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
    _check_masks(attn_mask, window)
    scores = query @ np.swapaxes(key, -1, -2) * scale_of(query, scale)  # (..., T, S)
    hidden = _hidden(scores.shape, attn_mask, is_causal, window)
    if attn_mask is not None and attn_mask.dtype.kind == "f":
        scores = scores + attn_mask
    if hidden is None:
        return softmax(scores)
    alive = ~hidden.all(axis=-1, keepdims=True)  # a row with nothing to attend to stays out of it
    scores = np.where(hidden & alive, -np.inf, np.where(alive, scores, 0.0))
    return softmax(scores) * alive


def _hidden(
    shape: tuple[int, ...], attn_mask: Array, is_causal: bool, window: int | None
) -> np.ndarray | None:
    """True where a query may not attend; None where all may."""
    behind = np.arange(shape[-2])[:, None] - np.arange(shape[-1])  # t - s
    hidden = np.zeros(behind.shape, np.bool)
    if is_causal:
        hidden |= behind < 0
    if window is not None:
        hidden |= abs(behind) >= window
    if attn_mask is not None:
        hidden = hidden | (~attn_mask if attn_mask.dtype.kind == "b" else attn_mask == -np.inf)
    return hidden if hidden.any() else None


# The weights of each tile where they are few, else None; the greatest score of each row, 1/Σ of its
# weights, and the output.  Weights are left as exp(score - greatest): to divide the output, which is
# smaller, does the same.
Residuals = tuple[list[np.ndarray] | None, np.ndarray, np.ndarray, np.ndarray]


@scaled_dot_product_attention.forward
def _(
    query: np.ndarray,
    key: np.ndarray,
    value: np.ndarray,
    attn_mask: np.ndarray | None = None,
    is_causal: bool = False,
    scale: float | None = None,
    dropout_mask: np.ndarray | None = None,
    window: int | None = None,
) -> tuple[np.ndarray, Residuals]:
    _check(query, key, value)
    _check_masks(attn_mask, window)
    require_floats("scaled_dot_product_attention", query=query, key=key, value=value)
    scale = scale_of(query, scale)
    scores = Scores(query, key, value, attn_mask, is_causal, scale, dropout_mask, window)
    out = _empty_as(scores.query, (*scores.shape[:-1], value.shape[-1]))
    top, inverse = (np.empty((*scores.shape[:-1], 1), out.dtype) for _ in range(2))
    kept: list[np.ndarray] | None = [] if scores.are_few else None
    for group in scores.tiling.groups():
        keys, values = scores.keys_of(group), scores.value[group]  # (..., D, S) and (..., S, E)
        for rows in scores.tiling.row_blocks():
            at: Any = (*group, ..., rows, slice(None))
            running = RunningSoftmax()
            for tile in scores.tiling.tiles(rows):
                weights = scores.of(keys, at, tile)  # (..., rows, columns)
                tile_top, total = kernels.exp_scores(weights, tile.low, tile.high)
                mixed = np.matmul(scores.dropped(weights, at, tile), values[..., tile.columns, :])
                running.add(mixed, tile_top, total)
                if kept is not None:
                    kept.append(weights)
            running.finish(out[at], top[at], inverse[at])
    return out, (kept, top, inverse, out)


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
    window: int | None = None,
) -> tuple[np.ndarray | None, ...]:
    kept, top, inverse, out = residuals
    scale = scale_of(query, scale)
    scores = Scores(query, key, value, attn_mask, is_causal, scale, dropout_mask, window)
    g = g * inverse  # from here on, weights stand for weights·inverse
    shift = np.vecdot(g, out)[..., None]
    g_query, g_key, g_value = (np.empty_like(x) for x in (scores.query, scores.key, scores.value))
    g_mask = np.zeros(scores.shape, g.dtype) if len(wanted) > 3 and wanted[3] else None
    tile_weights = iter(kept or ())
    for group in scores.tiling.groups():
        key_rows, values = scores.key[group], scores.values_of(group)  # (..., S, D) and (..., E, S)
        keys = scores.keys_of(group) if kept is None else None
        # In one piece each: heads that lie side by side are slow to add to.
        g_keys, g_values = (np.zeros(x[group].shape, x.dtype) for x in (scores.key, scores.value))
        for rows in scores.tiling.row_blocks():
            at: Any = (*group, ..., rows, slice(None))
            query_rows, g_rows, shift_rows = scores.query[at], g[at], np.ascontiguousarray(shift[at])
            g_queries: np.ndarray | None = None
            for tile in scores.tiling.tiles(rows):
                among: Any = (..., tile.columns, slice(None))
                if keys is None:
                    weights = next(tile_weights)
                else:
                    weights = scores.of(keys, at, tile)
                    kernels.exp_scores(weights, tile.low, tile.high, np.ascontiguousarray(top[at]))
                if wanted[2]:
                    g_values[among] += np.matmul(scores.dropped(weights, at, tile).mT, g_rows)
                g_scores = scores.dropped(np.matmul(g_rows, values[..., tile.columns]), at, tile)
                kernels.scores_backward(g_scores, shift_rows, weights)
                if g_mask is not None:
                    g_mask[(*at[:-1], tile.columns)] = g_scores
                if wanted[0]:
                    product = np.matmul(g_scores, key_rows[among])
                    g_queries = product if g_queries is None else np.add(g_queries, product, out=product)
                if wanted[1]:
                    g_keys[among] += np.matmul(g_scores.mT, query_rows)
            np.multiply(0 if g_queries is None else g_queries, scores.scale, out=g_query[at])
        np.multiply(g_keys, scores.scale, out=g_key[group])
        g_value[group] = g_values
    gradients = g_query, g_key, g_value, g_mask
    return tuple(x if is_wanted else None for x, is_wanted in zip(gradients, wanted, strict=False))


def _empty_as(model: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """In the memory order of `model`, so that heads that lie side by side in it still do."""
    return np.empty_like(model, shape=shape)


def _check_masks(attn_mask: Array, window: int | None) -> None:
    if window is not None and window < 1:
        raise ValueError(f"attention got window={window}: it counts the position itself, so the least is 1")
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
