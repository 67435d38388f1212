"""Self-attention of several heads, between the projections: what lies side by side is never taken apart."""

import numpy as np

from minigrad.fused import fused
from minigrad.ops.assembly.joining import split
from minigrad.ops.fused import tiled_attention
from minigrad.ops.fused.attention import check_masks, scaled_dot_product_attention
from minigrad.ops.fused.attention_scores import Scores
from minigrad.ops.fused.floats import require_floats
from minigrad.ops.fused.shapes import broadcasts
from minigrad.ops.rotate import rotate
from minigrad.ops.typing import Array


@fused(inputs=("projected", "attn_mask"))
def self_attention(
    projected: Array,
    num_heads: int,
    attn_mask: Array = None,
    is_causal: bool = False,
    dropout_mask: Array = None,
    window: int | None = None,
    cos: Array = None,
    sin: Array = None,
) -> Array:
    """`scaled_dot_product_attention` of each head on its channels: projected (B, T, 3C) -> (B, T, C).

    The queries of all heads stand in the first C channels, D = C/num_heads each, then the keys, then the
    values.  Masks broadcast to (B, H, T, T).  With `cos` and `sin` (T, D/2) queries and keys are turned
    first, as by `rotate`.  Vaswani et al. (2017), section 3.2.2, without the projections.

    Raises ValueError for channels that cannot be shared by three times `num_heads`, for masks that would make
    the batch larger, and for one of `cos` and `sin` alone.
    """
    _check(projected, num_heads, attn_mask, dropout_mask, cos, sin)
    batch, length, channels = projected.shape
    query, key, value = (
        part.reshape(batch, length, num_heads, channels // 3 // num_heads).swapaxes(1, 2)
        for part in split(projected, 3, axis=-1)
    )
    if cos is not None:
        query, key = rotate(query, cos, sin), rotate(key, cos, sin)
    mixed = scaled_dot_product_attention.composed(
        query, key, value, attn_mask, is_causal, dropout_mask=dropout_mask, window=window
    )
    return mixed.swapaxes(1, 2).reshape(batch, length, channels // 3)


Residuals = tuple[np.ndarray, np.ndarray, tiled_attention.Residuals]  # query and key as turned, and the rest


@self_attention.forward
def self_attention_forward(
    projected: np.ndarray,
    num_heads: int,
    attn_mask: np.ndarray | None = None,
    is_causal: bool = False,
    dropout_mask: np.ndarray | None = None,
    window: int | None = None,
    cos: np.ndarray | None = None,
    sin: np.ndarray | None = None,
) -> tuple[np.ndarray, Residuals]:
    _check(projected, num_heads, attn_mask, dropout_mask, cos, sin)
    check_masks(attn_mask, window)
    require_floats("self_attention", projected=projected)
    query, key, value = _heads(projected, num_heads)
    if cos is not None:
        query, key = (rotate.forward(x, cos, sin) for x in (query, key))
    scores = Scores(query, key, value, attn_mask, is_causal, None, dropout_mask, window)
    out, residuals = tiled_attention.forward(scores)
    batch, length, channels = projected.shape
    out = out.astype(scores.dtype, copy=False)
    return np.swapaxes(out, 1, 2).reshape(batch, length, channels // 3), (query, key, residuals)


@self_attention.backward
def self_attention_backward(
    g: np.ndarray,
    residuals: Residuals,
    wanted: list[bool],
    projected: np.ndarray,
    num_heads: int,
    attn_mask: np.ndarray | None = None,
    is_causal: bool = False,
    dropout_mask: np.ndarray | None = None,
    window: int | None = None,
    cos: np.ndarray | None = None,
    sin: np.ndarray | None = None,
) -> tuple[np.ndarray | None, ...]:
    query, key, rest = residuals
    value = _heads(projected, num_heads)[2]
    scores = Scores(query, key, value, attn_mask, is_causal, None, dropout_mask, window)
    batch, length, channels = g.shape
    g = g.reshape(batch, length, num_heads, channels // num_heads).swapaxes(1, 2)
    g_projected = np.empty(projected.shape, scores.query.dtype)
    g_query, g_key, g_value = _heads(g_projected, num_heads)
    g_mask = np.empty(scores.shape, g.dtype) if wanted[1] else None
    tiled_attention.backward(scores, rest, g, g_query, g_key, g_value, g_mask)
    if cos is not None and sin is not None:
        for turned in (g_query, g_key):
            turned[...] = rotate.forward(turned, cos, -sin)
    g_projected = g_projected.astype(scores.dtype, copy=False)
    return g_projected if wanted[0] else None, g_mask


def _heads(projected: np.ndarray, num_heads: int) -> np.ndarray:
    """Views of queries, keys and values: (B, T, 3C) -> (3, B, H, T, D)."""
    batch, length, channels = projected.shape
    parts = projected.reshape(batch, length, 3, num_heads, channels // 3 // num_heads)
    return parts.transpose(2, 0, 3, 1, 4)


def _check(
    projected: Array, num_heads: int, attn_mask: Array, dropout_mask: Array, cos: Array, sin: Array
) -> None:
    shape = projected.shape
    if num_heads < 1 or len(shape) != 3 or shape[2] % (3 * num_heads):
        raise ValueError(
            f"self_attention with {num_heads} heads takes queries, keys and values side by side, (B, T, 3C) "
            f"with C a multiple of {max(num_heads, 1)}, and got {shape}"
        )
    if (cos is None) != (sin is None):
        alone, other = ("cos", "sin") if sin is None else ("sin", "cos")
        raise ValueError(f"self_attention got {alone} without {other}: give both to turn by angles, or none")
    weights = (shape[0], num_heads, shape[1], shape[1])
    for name, mask in (("attn_mask", attn_mask), ("dropout_mask", dropout_mask)):
        if mask is not None and not broadcasts(mask.shape, weights):
            raise ValueError(
                f"self_attention got {name} {mask.shape}, which does not broadcast to (B, H, T, T), here "
                f"{weights}"
            )
