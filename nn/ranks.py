"""Whether two measures order the same places alike."""

from typing import Any

import numpy as np

from nn.inputs import plain


def rank_correlation(a: Any, b: Any, kind: str = "kendall", mask: Any = None) -> np.ndarray:
    """Of a and b (..., S), along the last axis: 1 the same order, -1 the opposite, 0 no relation.

    "kendall" is τ_b (Kendall, 1945): (pairs in the same order - pairs in the opposite) / √(pairs that a
    tells apart · pairs that b does).  "spearman" is the correlation of the ranks, of which equals share the
    mean.  Where `mask` (..., S) is False a place is left out.  NaN where a or b does not differ at all.

    Raises ValueError for another kind, and for shapes that differ.
    """
    a, b = plain(a), plain(b)
    if a.shape != b.shape:
        raise ValueError(f"rank_correlation compares arrays of one shape, and got {a.shape} and {b.shape}")
    if kind not in ("kendall", "spearman"):
        raise ValueError(f'rank_correlation is "kendall" or "spearman", not {kind!r}')
    seen = np.broadcast_to(True if mask is None else mask, a.shape)
    pairs = seen[..., None] & seen[..., None, :]
    above, higher = (np.sign(x[..., None] - x[..., None, :]) * pairs for x in (a, b))  # (..., S, S)
    if kind == "spearman":  # how many lie below less how many above is the rank, doubled, around 0
        above, higher = above.sum(axis=-1, keepdims=True), higher.sum(axis=-1, keepdims=True)
    both, of_a, of_b = ((x * y).sum(axis=(-2, -1)) for x, y in
                        ((above, higher), (above, above), (higher, higher)))  # fmt: skip
    with np.errstate(invalid="ignore"):
        return np.asarray(both / np.sqrt(of_a * of_b))
