"""Attention masks: booleans, True = may attend, broadcasting to (B, H, T, S).  Combine them with `&`."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

import minigrad as mg
from nn.inputs import as_sizes, plain
from nn.sizes import check_sizes


class Masks(NamedTuple):
    """What queries may attend to, said in three ways, each of which must allow it."""

    mask: Any  # broadcasts to (B, H, T, S): booleans, or floats to add; None allows all
    is_causal: bool = False  # s <= t
    window: int | None = None  # |t - s| < window

    def joined(self, shape: tuple[int, int]) -> Any:
        """All three as one mask of (T, S) places, booleans or floats to add; None hides nothing."""
        if not self.is_causal and self.window is None:
            return self.mask
        distance = np.arange(shape[0])[:, None] - np.arange(shape[1])
        seen = distance >= 0 if self.is_causal else np.ones(shape, bool)
        if self.window is not None:
            seen &= abs(distance) < self.window
        if self.mask is None:
            return seen
        return self.mask & seen if self.mask.dtype.kind == "b" else mg.where(seen, self.mask, -np.inf)

    def apart(self, shape: tuple[int, int]) -> tuple[np.ndarray | None, np.ndarray | None]:
        """What may be attended to of (T, S) places, as booleans, and what is added to the scores there."""
        mask = self.joined(shape)
        if mask is None:
            return None, None
        mask = mask.numpy() if isinstance(mask, mg.Tensor) else mask
        if mask.dtype.kind == "b":
            return mask, None
        return mask > -np.inf, np.where(mask > -np.inf, mask, 0)


def causal_mask(length: int) -> np.ndarray:
    """(T, T): position t may attend to s <= t."""
    check_sizes("causal_mask", 0, length=length)
    return np.tri(length, dtype=np.bool)


def window_mask(length: int, window: int) -> np.ndarray:
    """(T, T): position t may attend to itself and the window - 1 before it, 0 <= t - s < window.

    Sliding-window attention, its causal form (Beltagy et al., 2020, section 3.1); through n layers a
    position sees n·(window - 1) back.  Raises ValueError for a window below 1.
    """
    check_sizes("window_mask", 0, length=length)
    as_sizes("window_mask", "window", window)
    if window < 1:
        raise ValueError(
            f"window_mask got the window {window}: it counts the position itself, so the least is 1"
        )
    distance = np.arange(length)[:, None] - np.arange(length)
    return (distance >= 0) & (distance < window)


def padding_mask(lengths: Sequence[int] | np.ndarray, max_length: int) -> np.ndarray:
    """(B, 1, 1, S): in sequence b only the first lengths[b] positions may be attended to."""
    check_sizes("padding_mask", 0, max_length=max_length)
    return within("padding_mask", lengths, max_length)[:, None, None, :]


def within(layer: str, lengths: Sequence[int] | np.ndarray, max_length: int) -> np.ndarray:
    """(B, S): which positions lie within their sequence.  Raises for what are no lengths."""
    counts = plain(lengths)
    if counts.ndim != 1 or (counts.size and counts.dtype.kind not in "iu"):
        raise TypeError(
            f"{layer} takes the length of each sequence, integers (B,), and got {counts.dtype} {counts.shape}"
        )
    if counts.size and (counts.min() < 0 or counts.max() > max_length):
        raise ValueError(f"{layer} got lengths from {counts.min()} to {counts.max()} for {max_length} places")
    return np.asarray(np.arange(max_length) < counts[:, None])


def as_mask(mask: Any, dtype: np.dtype) -> Any:
    """`mask` as attention takes it: booleans as they are, floats in the scores' `dtype`.

    Raises TypeError for integers: 0 and 1 would be added to the scores and hide nothing.
    """
    if not isinstance(mask, mg.Tensor):
        mask = np.asarray(mask)
    if mask.dtype.kind not in "bf":
        raise TypeError(
            f"a mask is of booleans, True = may attend, or of floats to add, and this one is {mask.dtype}: "
            "write mask.astype(bool)"
        )
    if mask.dtype.kind == "b" or mask.dtype == dtype:
        return mask
    # The lowest float64 becomes -inf, which is what it stands for, not what the conversion would make of it.
    return np.where(mask < np.finfo(dtype).min, -np.inf, mask).astype(dtype)


def for_heads(mask: Any, dtype: np.dtype, weights: tuple[int, ...] | None = None) -> Any:
    """`mask`, if any, as it broadcasts to (B, H, T, S), the shape of the `weights` where that is known.

    Raises ValueError where it does not.
    """
    if mask is None:
        return None
    mask = as_mask(mask, dtype)
    by_head = mask[:, None] if mask.ndim == 3 else mask  # (B, 1, T, S): the same for all heads
    if weights is not None:
        lengths = zip(reversed(by_head.shape), reversed(weights), strict=False)
        if by_head.ndim > 4 or not all(n in (1, m) for n, m in lengths):
            raise ValueError(
                f"attention got a mask {tuple(mask.shape)}: it is (T, S), (B, T, S) or broadcasts to "
                f"(B, H, T, S), here {weights}"
            )
    return by_head


def for_scores(mask: Any, dtype: np.dtype, scores: tuple[int, ...]) -> Any:
    """`mask`, if any, as it broadcasts to (..., T, S), the shape of the `scores`.

    One made for heads, (B, 1, T, S), may have an axis more than scores without heads: that axis goes.
    Raises ValueError where it does not broadcast.
    """
    if mask is None:
        return None
    given = as_mask(mask, dtype)
    fitting = given
    if given.ndim == len(scores) + 1 and given.ndim > 2 and given.shape[-3] == 1:
        fitting = given[..., 0, :, :]
    lengths = zip(reversed(fitting.shape), reversed(scores), strict=False)
    if fitting.ndim > len(scores) or not all(n in (1, m) for n, m in lengths):
        raise ValueError(
            f"attention got a mask {tuple(given.shape)}, which does not broadcast to the scores (..., T, S), "
            f"here {scores}"
        )
    return fitting


def refuse_masks(layer: str, ours: str, theirs: Mapping[str, Any]) -> None:
    """Answer for masks by names of PyTorch's, or of another layer; None is no mask, and taken.

    Raises ValueError with what to write, `ours` being the parameter that takes it: in PyTorch's layers True
    is the opposite.  TypeError for what is no mask.
    """
    for name, mask in theirs.items():
        if not name.endswith("mask"):
            raise TypeError(f"{layer} has no argument {name!r}")
        if mask is None:
            continue
        rest = "[:, None, None, :]" if "padding" in name else ""
        if name == "mask" or getattr(getattr(mask, "dtype", None), "kind", "b") == "f":
            raise ValueError(f"{name} is called {ours} in {layer}: write {ours}={name}{rest}")
        raise ValueError(
            f"{layer} got {name}, which is PyTorch's, where True is what may not be attended to; masks here "
            f"say True = may attend: write {ours}=~{name}{rest}, a mask that broadcasts to (B, H, T, S)"
        )
