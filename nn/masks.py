"""Attention masks: booleans, True = may attend, broadcasting to (B, H, T, S).  Combine them with `&`."""

from collections.abc import Sequence

import numpy as np


def causal_mask(length: int) -> np.ndarray:
    """(T, T): position t may attend to s <= t."""
    return np.tri(length, dtype=np.bool)


def padding_mask(lengths: Sequence[int] | np.ndarray, max_length: int) -> np.ndarray:
    """(B, 1, 1, S): in sequence b only the first lengths[b] positions may be attended to."""
    counts = np.asarray(lengths)
    if counts.size and (counts.min() < 0 or counts.max() > max_length):
        raise ValueError(
            f"padding_mask got lengths from {counts.min()} to {counts.max()} for {max_length} places"
        )
    return (np.arange(max_length) < counts[:, None])[:, None, None, :]
