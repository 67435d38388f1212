"""The heads of one attention: its queries, keys and values, and what is done with them.

There are two kinds, with the same methods, so that attention is one path for both.  `Heads` are three arrays.
`PackedHeads` are those of self-attention as its one projection leaves them, side by side in one array.  As
long as no step takes them apart, one op turns, attends and joins them: `mg.self_attention` reads them where
they are and writes the gradients of all three to one array, where three would have to be copied to it.  That
saves an eighth of attention's forward and backward (64 places of 64 channels), and drawings show one node.
A cache, extra keys and weights that are asked for need the three, and take them apart by themselves.
"""

from typing import Any, NamedTuple

import numpy as np

import minigrad as mg
from nn.attending.attended import Attended
from nn.attending.position import RotaryPosition
from nn.masks import Masks


class Heads(NamedTuple):
    """Queries, keys and values of every head, D = C/H channels each."""

    q: mg.Tensor  # (B, H, T, D)
    k: mg.Tensor  # (B, H, S, D)
    v: mg.Tensor  # (B, H, S, D)

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.q.dtype

    @property
    def shape_of_scores(self) -> tuple[int, ...]:
        """(B, H, T, S)."""
        return (*self.q.shape[:-1], self.k.shape[-2])

    def apart(self) -> "Heads":
        """The three, as they are."""
        return self

    def unrecorded(self) -> "Heads":
        """The three for a cache, which refuses a graph."""
        return self

    def weights(self, masks: Masks) -> mg.Tensor:
        """How much of each value every query takes: (B, H, T, S)."""
        mask, is_causal, window = masks
        return mg.attention_weights(self.q, self.k, mask, is_causal, window=window)

    def attended(self, masks: Masks) -> Attended:
        """What the heads attend to, as arrays outside of any graph: their scores are q·kᵀ/√D."""
        with mg.no_grad():
            weights = self.weights(masks).numpy()
        q, k = self.q.numpy(), self.k.numpy()
        scores = (q * q.shape[-1] ** -0.5) @ k.swapaxes(-1, -2)  # (B, H, T, S)
        seen, added = masks.apart(scores.shape[-2:])
        return Attended(None, weights, scores if added is None else scores + added, seen)

    def mix(self, weights: mg.Tensor, dropped: np.ndarray | None) -> mg.Tensor:
        """The values mixed by weights that are known, the heads side by side: (B, T, C)."""
        weights = weights if dropped is None else weights * dropped  # (B, H, T, S)
        return join(weights @ self.v)

    def attend(self, masks: Masks, dropped: np.ndarray | None) -> mg.Tensor:
        """The values mixed by `weights`, the heads side by side: (B, T, C)."""
        mask, is_causal, window = masks
        mixed = mg.scaled_dot_product_attention(
            self.q, self.k, self.v, mask, is_causal, None, dropped, window
        )  # (B, H, T, D)
        return join(mixed)


class PackedHeads(NamedTuple):
    """Queries, keys and values of one sequence side by side, to be turned by places from `first` on."""

    projected: mg.Tensor  # (B, T, 3C)
    num_heads: int
    rotary: RotaryPosition | None
    first: int

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.projected.dtype

    @property
    def shape_of_scores(self) -> tuple[int, ...]:
        """(B, H, T, T)."""
        batch, length, _ = self.projected.shape
        return batch, self.num_heads, length, length

    def apart(self) -> Heads:
        """Queries, keys and values, each for itself."""
        q, k, v = unpack(self.projected, self.num_heads)
        return Heads(turn(q, self.rotary, self.first), turn(k, self.rotary, self.first), v)

    def unrecorded(self) -> Heads:
        """The same outside of any graph, which a cache refuses: as ops, its views would make up an eighth
        of a call with one new place."""
        parts = unpack(self.projected.data, self.num_heads)
        q, k = turn(mg.Tensor(parts[:2]), self.rotary, self.first).data  # both at once
        return Heads(mg.Tensor(q), mg.Tensor(k), mg.Tensor(parts[2]))

    def attended(self, masks: Masks) -> Attended:
        return self.unrecorded().attended(masks)

    def attend(self, masks: Masks, dropped: np.ndarray | None) -> mg.Tensor:
        mask, is_causal, window = masks
        cos = sin = None
        if self.rotary is not None:
            cos, sin = self.rotary.turns(self.projected.shape[1], self.dtype, self.first)  # (T, D/2) each
        return mg.self_attention(self.projected, self.num_heads, mask, is_causal, dropped, window, cos, sin)


AnyHeads = Heads | PackedHeads


def unpack(projected: Any, num_heads: int) -> Any:
    """Queries, keys and values of a Tensor, or an array: (B, T, 3C) -> (3, B, H, T, D)."""
    batch, length, channels = projected.shape
    parts = projected.reshape(batch, length, 3, num_heads, channels // 3 // num_heads)
    return parts.transpose(2, 0, 3, 1, 4)


def split(x: mg.Tensor, num_heads: int) -> mg.Tensor:
    """(B, T, C) -> (B, H, T, D)."""
    batch, length, channels = x.shape
    return x.reshape(batch, length, num_heads, channels // num_heads).swapaxes(1, 2)


def join(x: mg.Tensor) -> mg.Tensor:
    """(B, H, T, D) -> (B, T, C)."""
    batch, heads, length, channels = x.shape
    ordered = x if length == 1 else x.swapaxes(1, 2)  # of one place the heads are side by side already
    return ordered.reshape(batch, length, heads * channels)


def turn(x: mg.Tensor, rotary: RotaryPosition | None, first: int) -> mg.Tensor:
    """Queries or keys (B, H, T, D) turned by their places, which count from `first`."""
    return x if rotary is None else rotary(x, first)
