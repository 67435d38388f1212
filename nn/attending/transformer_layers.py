"""The layers of a Transformer: of its encoder, and of its decoder.

One switch for the standing dispute: `norm_first=False` normalises after each residual sum, as
the paper does (Vaswani et al., 2017, section 3.1: LayerNorm(x + Sublayer(x))); `norm_first=True`
before each sublayer, x + Sublayer(LayerNorm(x)), which trains without warm-up (Xiong et al., 2020).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

import minigrad as mg
from nn import init
from nn.attending.cache import KeyValueCache
from nn.attending.multihead import MultiheadAttention
from nn.attending.position import RotaryPosition
from nn.batch_first import refuse_time_first
from nn.layers.dropout import Dropout
from nn.layers.linear import Linear
from nn.layers.normalization import LayerNorm
from nn.masks import refuse_masks
from nn.module import Module

Activation = str | Callable[[mg.Tensor], mg.Tensor]
Mask = np.ndarray | None


class TransformerEncoderLayer(Module):
    """Self-attention, then a two-layer perceptron at each place, each with a residual.

    (B, T, C) -> (B, T, C).  Called with is_causal=True it is the layer of a decoder-only language
    model; with a `cache` the T places follow those before.  `activation` is "relu", "gelu" or a function.
    `rotary` and `window` are those of MultiheadAttention.
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = True,
        norm_first: bool = False,
        bias: bool = True,
        *,
        rotary: RotaryPosition | None = None,
        window: int | None = None,
        rng: init.Rng = None,
    ) -> None:
        refuse_time_first(batch_first)
        rng = init.generator(rng)
        self.self_attn = MultiheadAttention(
            d_model, nhead, dropout, bias, rotary=rotary, window=window, rng=rng
        )
        self.linear1 = Linear(d_model, dim_feedforward, bias, rng=rng)
        self.dropout = Dropout(dropout, rng=rng)
        self.linear2 = Linear(dim_feedforward, d_model, bias, rng=rng)
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.dropout1 = Dropout(dropout, rng=rng)
        self.dropout2 = Dropout(dropout, rng=rng)
        self.norm_first = norm_first
        self.activation = _activation(activation)

    def forward(
        self,
        src: mg.Tensor,
        mask: Mask = None,
        is_causal: bool = False,
        cache: KeyValueCache | None = None,
        **theirs: Any,
    ) -> mg.Tensor:
        if theirs:
            refuse_masks(type(self).__name__, "mask", theirs)
        x = src
        if self.norm_first:
            x = x + self._attend(self.norm1(x), mask, is_causal, cache)
            x = x + self._feed_forward(self.norm2(x))
        else:
            x = self.norm1(x + self._attend(x, mask, is_causal, cache))
            x = self.norm2(x + self._feed_forward(x))
        return x  # (B, T, C)

    def _attend(self, x: mg.Tensor, mask: Mask, is_causal: bool, cache: KeyValueCache | None) -> mg.Tensor:
        mixed, _ = self.self_attn(x, x, x, mask, is_causal, cache=cache)
        return self.dropout1(mixed)

    def _feed_forward(self, x: mg.Tensor) -> mg.Tensor:
        return self.dropout2(self.linear2(self.dropout(self.activation(self.linear1(x)))))

    def extra_repr(self) -> str:
        return f"norm_first={self.norm_first}"


class TransformerDecoderLayer(Module):
    """Self-attention, attention to a memory, and a perceptron.

    tgt (B, T, C), memory (B, S, C) -> (B, T, C).  With a `cache` the T places follow those before, and the
    memory, which must then stay the same, is projected once.  `rotary` and `window` are those of
    MultiheadAttention, and concern the attention of the places to each other.
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = True,
        norm_first: bool = False,
        bias: bool = True,
        *,
        rotary: RotaryPosition | None = None,
        window: int | None = None,
        rng: init.Rng = None,
    ) -> None:
        refuse_time_first(batch_first)
        rng = init.generator(rng)
        self.self_attn = MultiheadAttention(
            d_model, nhead, dropout, bias, rotary=rotary, window=window, rng=rng
        )
        self.multihead_attn = MultiheadAttention(d_model, nhead, dropout, bias, rng=rng)
        self.linear1 = Linear(d_model, dim_feedforward, bias, rng=rng)
        self.dropout = Dropout(dropout, rng=rng)
        self.linear2 = Linear(dim_feedforward, d_model, bias, rng=rng)
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.norm3 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.dropout1 = Dropout(dropout, rng=rng)
        self.dropout2 = Dropout(dropout, rng=rng)
        self.dropout3 = Dropout(dropout, rng=rng)
        self.norm_first = norm_first
        self.activation = _activation(activation)

    def forward(
        self,
        tgt: mg.Tensor,
        memory: mg.Tensor,
        tgt_mask: Mask = None,
        memory_mask: Mask = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
        cache: KeyValueCache | None = None,
        **theirs: Any,
    ) -> mg.Tensor:
        of_memory = {name: mask for name, mask in theirs.items() if name.startswith("memory")}
        refuse_masks(type(self).__name__, "memory_mask", of_memory)
        refuse_masks(type(self).__name__, "tgt_mask", {k: m for k, m in theirs.items() if k not in of_memory})
        x = tgt
        if self.norm_first:
            x = x + self._attend(self.norm1(x), tgt_mask, tgt_is_causal, cache)
            x = x + self._attend_to(self.norm2(x), memory, memory_mask, memory_is_causal, cache)
            x = x + self._feed_forward(self.norm3(x))
        else:
            x = self.norm1(x + self._attend(x, tgt_mask, tgt_is_causal, cache))
            x = self.norm2(x + self._attend_to(x, memory, memory_mask, memory_is_causal, cache))
            x = self.norm3(x + self._feed_forward(x))
        return x  # (B, T, C)

    def _attend(self, x: mg.Tensor, mask: Mask, is_causal: bool, cache: KeyValueCache | None) -> mg.Tensor:
        mixed, _ = self.self_attn(x, x, x, mask, is_causal, cache=cache)
        return self.dropout1(mixed)

    def _attend_to(
        self, x: mg.Tensor, memory: mg.Tensor, mask: Mask, is_causal: bool, cache: KeyValueCache | None
    ) -> mg.Tensor:
        mixed, _ = self.multihead_attn(x, memory, memory, mask, is_causal, cache=cache, is_memory=True)
        return self.dropout2(mixed)

    def _feed_forward(self, x: mg.Tensor) -> mg.Tensor:
        return self.dropout3(self.linear2(self.dropout(self.activation(self.linear1(x)))))

    def extra_repr(self) -> str:
        return f"norm_first={self.norm_first}"


def _activation(activation: Activation) -> Callable[[mg.Tensor], mg.Tensor]:
    if callable(activation):
        return activation
    known: dict[str, Callable[[mg.Tensor], mg.Tensor]] = {"relu": mg.relu, "gelu": mg.gelu}
    if not isinstance(activation, str) or activation not in known:
        raise ValueError(f'activation is "relu", "gelu" or a function of a tensor, not {activation!r}')
    return known[activation]
