"""Attention with linear biases: places told apart by what is added to the scores, not to the input."""

import math

import numpy as np

from nn.module import Module
from nn.sizes import check_sizes


class ALiBi(Module):
    """-slope·distance for each head: (1, H, T, S), a causal float mask for all batches.

    alibi = nn.ALiBi(num_heads=4)
    layer = nn.TransformerEncoderLayer(64, 4)
    layer(x, mask=alibi(x.shape[1]))  # in place of is_causal=True and of positions added to x

    Press et al. (2022), section 3.  `slopes` (H,) are 2^(-8i/H), i = 1 ... H, where H is a power of 2;
    otherwise those of the next lower power n, then every second one of 2n, as in the paper's code.
    It learns nothing, and takes lengths beyond those of training.  The leading axis of 1 is there
    since a mask of three axes is (B, T, S).  To combine it with a mask of booleans, write
    np.where(nn.window_mask(t, 64), alibi(t), -np.inf).
    """

    slopes: np.ndarray

    def __init__(self, num_heads: int) -> None:
        if num_heads < 1:
            raise ValueError(f"ALiBi gives each head its slope, and got {num_heads} heads: the least is 1")
        self.num_heads = num_heads
        self.register_buffer("slopes", _slopes(num_heads).astype(np.float32), persistent=False)

    def forward(self, length: int, key_length: int | None = None) -> np.ndarray:
        """The bias (1, H, T, S) for T queries at the last T of S places (S = T unless given).

        -slope·(t - s) where s <= t, with t counted from the first key, and -inf beyond.  With a cache
        S is cache.length + T.
        """
        keys = length if key_length is None else key_length
        check_sizes("ALiBi", 0, length=length, key_length=keys)
        if keys < length:
            raise ValueError(
                f"ALiBi got {length} queries for {keys} keys: the queries are the last of the places, so "
                "key_length must be at least length"
            )
        distance = np.arange(keys - length, keys)[:, None] - np.arange(keys)  # (T, S)
        bias = -self.slopes[:, None, None] * distance.astype(self.slopes.dtype)  # (H, T, S)
        return np.where(distance >= 0, bias, self.slopes.dtype.type(-np.inf))[None]

    def extra_repr(self) -> str:
        return f"{self.num_heads}"


def _slopes(heads: int) -> np.ndarray:
    """2^(-8i/H), i = 1 ... H, or for other numbers of heads those of two powers of 2 together."""
    power = 2 ** math.floor(math.log2(heads))
    own = 2.0 ** (-8 * np.arange(1, power + 1) / power)
    between = 2.0 ** (-8 * np.arange(1, 2 * power, 2) / (2 * power))  # halfway between those, in exponent
    return np.concatenate([own, between[: heads - power]])
