"""The scores of one attention, computed a tile at a time."""

import math
from typing import Any

import numpy as np

from minigrad.ops.floats import widened
from minigrad.ops.fused.attention_tiles import Index, Tile, Tiling
from minigrad.ops.fused.floats import in_one_dtype

FEW = 2**14  # scores of a head that are rather kept for backward than computed again


class Scores:
    """q·kᵀ·scale + mask, (..., T, S), of operands broadcast to one batch and one dtype."""

    def __init__(
        self,
        query: np.ndarray,
        key: np.ndarray,
        value: np.ndarray,
        attn_mask: np.ndarray | None,
        is_causal: bool,
        scale: float | None,
        dropout_mask: np.ndarray | None,
        window: int | None,
    ) -> None:
        added = attn_mask if attn_mask is not None and attn_mask.dtype.kind == "f" else None
        operands = in_one_dtype(query, key, value, added, dropout_mask)
        self.dtype = operands[0].dtype  # of the results
        if self.dtype.itemsize == 2:  # float16 is too narrow for scores and their sums
            operands = tuple(map(widened, operands))
        query, key, value, added, dropout_mask = operands
        batches = {x.shape[:-2] for x in (query, key, value, attn_mask, dropout_mask) if x is not None}
        batch = next(iter(batches)) if len(batches) == 1 else np.broadcast_shapes(*batches)
        self.shape = (*batch, query.shape[-2], key.shape[-2])
        self.query, self.key, self.value = (_in_batch(x, batch) for x in (query, key, value))
        mask = attn_mask if added is None else added
        self.mask = None if mask is None else np.broadcast_to(mask, self.shape)
        self.dropout_mask = None if dropout_mask is None else np.broadcast_to(dropout_mask, self.shape)
        self.scale = query.dtype.type(scale_of(query, scale))
        self.tiling = Tiling(batch, query.shape[-2], key.shape[-2], is_causal, window)

    @property
    def are_few(self) -> bool:
        """Whether the weights may stay in memory until backward reads them."""
        return self.tiling.in_one_piece and self.shape[-1] * self.shape[-2] <= FEW

    @property
    def has_few_queries(self) -> bool:
        """Whether it would cost more to put the keys in order than to use them as they are."""
        return self.shape[-2] < 8

    def keys_of(self, group: Index) -> np.ndarray:
        """kᵀ·scale in one piece, (..., D, S): small products are twice as fast as with a transposed view."""
        if self.has_few_queries:
            return np.swapaxes(self.key[group], -1, -2)  # without the scale, which `of` sees to
        return _transposed(np.multiply(self.key[group], self.scale, order="C"))

    def values_of(self, group: Index) -> np.ndarray:
        """vᵀ in one piece, (..., E, S)."""
        return _transposed(np.ascontiguousarray(self.value[group]))

    def of(self, keys: np.ndarray, at: Any, tile: Tile) -> np.ndarray:
        """One tile of scores of the queries `at`, where what lies outside of its band is not hidden yet."""
        query = self.query[at]
        scores = np.matmul(query * self.scale if self.has_few_queries else query, keys[..., tile.columns])
        if self.mask is not None:
            mask = self.mask[(*at[:-1], tile.columns)]
            zero, hidden = scores.dtype.type(0), scores.dtype.type(-np.inf)
            scores += mask if mask.dtype.kind == "f" else np.where(mask, zero, hidden)
        return scores

    def dropped(self, weights: np.ndarray, at: Any, tile: Tile) -> np.ndarray:
        """The weights of a tile, or gradients of them, after dropout."""
        return weights if self.dropout_mask is None else weights * self.dropout_mask[(*at[:-1], tile.columns)]


def scale_of(query: Any, scale: float | None) -> float:
    """1/√D unless given."""
    return 1 / math.sqrt(query.shape[-1]) if scale is None else scale


def _transposed(x: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.swapaxes(x, -1, -2))


def _in_batch(x: np.ndarray, batch: tuple[int, ...]) -> np.ndarray:
    return x if x.shape[:-2] == batch else np.broadcast_to(x, (*batch, *x.shape[-2:]))
