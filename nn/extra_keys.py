"""Keys and values beside those of the sequence, which every query may attend to."""

from typing import Any

import numpy as np

import minigrad as mg


def mask(given: Any, is_causal: bool, window: int | None, shape: tuple[int, int]) -> Any:
    """`given` and what `is_causal` and `window` hide of (T, S) places, as one mask; None hides nothing."""
    if not is_causal and window is None:
        return given
    distance = np.arange(shape[0])[:, None] - np.arange(shape[1])
    seen = distance >= 0 if is_causal else np.ones(shape, bool)
    if window is not None:
        seen &= abs(distance) < window
    if given is None:
        return seen
    return given & seen if given.dtype.kind == "b" else mg.where(seen, given, -np.inf)


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
