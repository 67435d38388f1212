"""Attention as a function."""

from typing import Any

import minigrad as mg
from nn.functional.dropout import dropout_mask
from nn.init import Rng
from nn.masks import as_mask


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    rng: Rng = None,
    window: int | None = None,
) -> mg.Tensor:
    """softmax(q·kᵀ·scale + mask)·v with dropout on the weights.  See mg.scaled_dot_product_attention."""
    if attn_mask is not None:
        attn_mask = as_mask(attn_mask, query.dtype)
    dropped = None
    if dropout_p:
        lead = key.shape[: max(len(key.shape) - len(query.shape), 0)] + query.shape[:-2]
        dropped = dropout_mask((*lead, query.shape[-2], key.shape[-2]), query.dtype, dropout_p, rng=rng)
    return mg.scaled_dot_product_attention(query, key, value, attn_mask, is_causal, scale, dropped, window)
