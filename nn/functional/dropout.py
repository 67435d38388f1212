"""Dropout: elements or channels set to 0 at random."""

from typing import Any

import numpy as np

import minigrad as mg
from nn.functional.inplace import refuse_inplace
from nn.init import Rng, generator


def dropout(
    input: mg.Tensor, p: float = 0.5, training: bool = True, inplace: bool = False, rng: Rng = None
) -> mg.Tensor:
    """Each element 0 with probability p, else divided by 1 - p (Srivastava et al., 2014)."""
    if inplace:
        refuse_inplace("dropout", inplace)
    mask = dropout_mask(input.shape, input.dtype, p, training, rng)
    return input if mask is None else input * mask


def dropout_mask(
    shape: tuple[int, ...], dtype: Any, p: float, training: bool = True, rng: Rng = None
) -> np.ndarray | None:
    """What dropout multiplies by: 0 or 1/(1 - p); None where it does nothing."""
    if not 0 <= p <= 1:
        raise ValueError(f"dropout takes a probability between 0 and 1, and got {p}")
    if not training or p == 0:
        return None
    if np.dtype(dtype).kind != "f":
        raise TypeError(f"dropout takes floats, and got {np.dtype(dtype)}: write x.astype(np.float32)")
    if p == 1:
        return np.zeros(shape, dtype)
    kept = generator(rng).random(shape, dtype=np.float32) >= p
    return kept.astype(dtype) / np.dtype(dtype).type(1 - p)


def dropout1d(
    input: mg.Tensor, p: float = 0.5, training: bool = True, inplace: bool = False, rng: Rng = None
) -> mg.Tensor:
    """Whole channels of (N, C, L) or (C, L) 0 with probability p, else divided by 1 - p."""
    refuse_inplace("dropout1d", inplace)
    return _drop_channels("dropout1d", input, 1, p, training, rng)


def dropout2d(
    input: mg.Tensor, p: float = 0.5, training: bool = True, inplace: bool = False, rng: Rng = None
) -> mg.Tensor:
    """Whole channels of (N, C, H, W) or (C, H, W) 0 with probability p, else divided by 1 - p.

    Tompson et al. (2015), section 3.2.
    """
    refuse_inplace("dropout2d", inplace)
    return _drop_channels("dropout2d", input, 2, p, training, rng)


def alpha_dropout(
    input: mg.Tensor, p: float = 0.5, training: bool = False, inplace: bool = False, rng: Rng = None
) -> mg.Tensor:
    """Each element with probability p what selu tends to; then scaled to keep mean 0 and variance 1.

    Klambauer et al. (2017), "Self-Normalizing Neural Networks", section "New dropout technique".
    """
    refuse_inplace("alpha_dropout", inplace)
    mask = dropout_mask(input.shape, input.dtype, p, training, rng)
    if mask is None:
        return input
    kept = mask != 0
    low = -1.7580993408473766  # selu(-∞)
    scale = ((1 - p) * (1 + p * low * low)) ** -0.5 if p < 1 else 0.0
    return mg.where(kept, input, low) * scale - scale * low * p


def _drop_channels(
    name: str, input: mg.Tensor, spatial: int, p: float, training: bool, rng: Rng
) -> mg.Tensor:
    if input.ndim not in (spatial + 1, spatial + 2):
        axes = "(N, C, L) or (C, L)" if spatial == 1 else "(N, C, H, W) or (C, H, W)"
        raise ValueError(f"{name} takes {axes}, and got {input.shape}")
    shape = input.shape[:-spatial] + (1,) * spatial
    mask = dropout_mask(shape, input.dtype, p, training, rng)
    return input if mask is None else input * mask
