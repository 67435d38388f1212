"""softmax(scores)·value and its gradients, a tile of scores at a time.

Dao et al. (2022), "FlashAttention", section 3.1: what is seen of the scores is computed, used and thrown
away, and computed again in backward, so that memory grows with T and not with T².
"""

from typing import Any

import numpy as np

from minigrad import kernels
from minigrad.ops.fused.attention_scores import Scores
from minigrad.ops.fused.running_softmax import RunningSoftmax

EVERYTHING: Any = (..., slice(None), slice(None))

# The weights of each tile where they are few, else None; the greatest score of each row, 1/Σ of its
# weights, and the output.  Weights are left as exp(score - greatest): to divide the output, which is
# smaller, does the same.
Residuals = tuple[list[np.ndarray] | None, np.ndarray, np.ndarray, np.ndarray]


def forward(scores: Scores) -> tuple[np.ndarray, Residuals]:
    """The output (..., T, E), in the memory order of the query, so that heads stay next to each other."""
    if scores.tiling.is_one_tile:
        return _of_one_tile(scores)
    out = np.empty_like(scores.query, shape=(*scores.shape[:-1], scores.value.shape[-1]))
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


def _of_one_tile(scores: Scores) -> tuple[np.ndarray, Residuals]:
    """The same without the loops, which would cost more than what is in them."""
    (tile,) = scores.tiling.tiles(slice(0, scores.tiling.queries))
    weights = scores.of(scores.keys_of(()), EVERYTHING, tile)
    running = RunningSoftmax()
    top, total = kernels.exp_scores(weights, tile.low, tile.high)
    value = scores.value[..., tile.columns, :]
    running.add(np.matmul(scores.dropped(weights, EVERYTHING, tile), value), top, total)
    out = np.empty_like(scores.query, shape=(*scores.shape[:-1], scores.value.shape[-1]))
    running.finish(out, top, total)
    return out, ([weights] if scores.are_few else None, top, total, out)


def backward(
    scores: Scores,
    residuals: Residuals,
    g: np.ndarray,
    g_query: np.ndarray | None,
    g_key: np.ndarray | None,
    g_value: np.ndarray | None,
    g_mask: np.ndarray | None,
) -> None:
    """Fill the arrays given with the gradients of query, key, value and mask; None for what is not wanted."""
    kept, top, inverse, out = residuals
    g = g * inverse  # from here on, weights stand for weights·inverse
    shift = np.vecdot(g, out)[..., None]
    if g_mask is not None:
        g_mask[...] = 0
    tile_weights = iter(kept or ())
    for group in scores.tiling.groups():
        key_rows, values = scores.key[group], scores.values_of(group)  # (..., S, D) and (..., E, S)
        keys = scores.keys_of(group) if kept is None else None
        # Sums over the rows, in one piece each: heads that lie side by side are slow to add to.
        g_keys, g_values = _Sum(key_rows.shape), _Sum(scores.value[group].shape)
        for rows in scores.tiling.row_blocks():
            at: Any = (*group, ..., rows, slice(None))
            query_rows, g_rows, shift_rows = scores.query[at], g[at], np.ascontiguousarray(shift[at])
            g_queries = _Sum(query_rows.shape)
            for tile in scores.tiling.tiles(rows):
                if keys is None:
                    weights = next(tile_weights)
                else:
                    weights = scores.of(keys, at, tile)
                    kernels.exp_scores(weights, tile.low, tile.high, np.ascontiguousarray(top[at]))
                if g_value is not None:
                    g_values.add(np.matmul(scores.dropped(weights, at, tile).mT, g_rows), tile.columns)
                g_scores = scores.dropped(np.matmul(g_rows, values[..., tile.columns]), at, tile)
                kernels.scores_backward(g_scores, shift_rows, weights)
                if g_mask is not None:
                    g_mask[(*at[:-1], tile.columns)] = g_scores
                if g_query is not None:
                    g_queries.add(np.matmul(g_scores, key_rows[..., tile.columns, :]))
                if g_key is not None:
                    g_keys.add(np.matmul(g_scores.mT, query_rows), tile.columns)
            if g_query is not None:
                np.multiply(g_queries.total, scores.scale, out=g_query[at])
        if g_key is not None:
            np.multiply(g_keys.total, scores.scale, out=g_key[group])
        if g_value is not None:
            g_value[group] = g_values.total


class _Sum:
    """A sum of matrices (..., N, D), each of some rows or of all; where nothing came, 0."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self.total: Any = 0

    def add(self, part: np.ndarray, rows: slice = slice(None)) -> None:
        """Take in `part`, for good."""
        if not isinstance(self.total, np.ndarray):
            if part.shape == self.shape:
                self.total = part
                return
            self.total = np.zeros(self.shape, part.dtype)
        self.total[..., rows, :] += part
