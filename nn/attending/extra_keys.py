"""Keys and values beside those of the sequence, which every query may attend to."""

from typing import Any

import numpy as np

import minigrad as mg


def append(k: mg.Tensor, v: mg.Tensor, mask: Any, key: Any, value: Any) -> tuple[mg.Tensor, mg.Tensor, Any]:
    """One more key and value (1 or B, 1 or H, 1, D) at the end of (B, H, S, D), and a mask that shows it."""
    place, length = (*k.shape[:2], 1, k.shape[3]), k.shape[2]
    if mask is not None:
        if mask.shape[-1] != length:  # one column for all keys: not for the new one
            mask = mg.broadcast_to(mask, (*mask.shape[:-1], length))
        shown = True if mask.dtype.kind == "b" else 0.0
        end = np.full((*mask.shape[:-1], 1), shown, mask.dtype)
        mask = mg.concatenate([mask, end], axis=-1)
    k = mg.concatenate([k, mg.broadcast_to(key, place)], axis=2)
    v = mg.concatenate([v, mg.broadcast_to(value, place)], axis=2)
    return k, v, mask
