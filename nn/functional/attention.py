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
    *,
    enable_gqa: bool = False,
) -> mg.Tensor:
    """softmax(q·kᵀ·scale + mask)·v with dropout on the weights.  See mg.scaled_dot_product_attention.

    With `enable_gqa` each head of key and value, on axis -3, serves several of the query, side by side
    (Ainslie et al., 2023).  Raises ValueError where the number of the query's is no multiple of theirs.
    """
    if enable_gqa:
        key, value = _for_groups(query, key), _for_groups(query, value)
    if attn_mask is not None:
        attn_mask = as_mask(attn_mask, query.dtype)
    dropped = None
    if dropout_p:
        lead = key.shape[: max(len(key.shape) - len(query.shape), 0)] + query.shape[:-2]
        dropped = dropout_mask((*lead, query.shape[-2], key.shape[-2]), query.dtype, dropout_p, rng=rng)
    return mg.scaled_dot_product_attention(query, key, value, attn_mask, is_causal, scale, dropped, window)


def _for_groups(query: Any, x: Any) -> Any:
    """Key or value with its heads repeated, so that there are as many as the query has."""
    if min(len(query.shape), len(x.shape)) < 3 or query.shape[-3] % max(x.shape[-3], 1):
        raise ValueError(
            f"scaled_dot_product_attention with enable_gqa got query {tuple(query.shape)} and key or value "
            f"{tuple(x.shape)}: the query's heads, on axis -3, must be a multiple of theirs"
        )
    return mg.repeat(x, query.shape[-3] // x.shape[-3], axis=-3)
