"""nn.Transformer with what it lacks to translate: embeddings, positions, and scores of the next token."""

import math
from typing import Any

import numpy as np

import minigrad as mg
import nn
from examples.translation.pairs import Rng


class Transformer(nn.Module):
    """source (B, S), lengths (B,), target so far (B, T) -> scores (B, T, V).

    `positions`: "sinusoidal" (Vaswani et al., 2017, section 3.5), "learned", or "rotary" (Su et al., 2021).
    `norm`: "post", after each residual sum, as in that paper, or "pre", before each sublayer (Xiong et al.,
    2020).
    """

    def __init__(
        self,
        source_size: int,
        target_size: int,
        width: int = 64,
        heads: int = 4,
        layers: int = 2,
        inside: int = 128,
        positions: str = "sinusoidal",
        norm: str = "pre",
        longest: int = 128,
        *,
        rng: Rng,
    ) -> None:
        self.source = nn.Embedding(source_size, width, rng=rng)
        self.target = nn.Embedding(target_size, width, rng=rng)
        for embedding in (self.source, self.target):
            nn.init.normal_(embedding.weight, std=1 / math.sqrt(width), rng=rng)
        self.before = self.after = None  # positions of the source, of the target
        if positions == "sinusoidal":
            self.before = self.after = nn.SinusoidalPosition(longest, width)
        elif positions == "learned":
            self.before, self.after = (nn.LearnedPosition(longest, width, rng=rng) for _ in range(2))
        rotary = nn.RotaryPosition(width // heads) if positions == "rotary" else None
        sizes = (width, heads, layers, layers, inside)
        self.layers = nn.Transformer(*sizes, dropout=0.0, norm_first=norm == "pre", rotary=rotary, rng=rng)
        self.output = nn.Linear(width, target_size, rng=rng)
        self.scale = math.sqrt(width)  # of embeddings, so that they are of the positions' size (section 3.4)

    def forward(self, source: Any, lengths: np.ndarray, target: Any) -> mg.Tensor:
        mask = nn.padding_mask(lengths, source.shape[1])
        return self.decode(target, self.encode(source, mask), memory_mask=mask)

    def encode(self, source: Any, mask: Any) -> mg.Tensor:
        x = self.source(source) * self.scale
        return self.layers.encode(x if self.before is None else self.before(x), mask)

    def decode(self, target: Any, memory: Any, memory_mask: Any = None, cache: Any = None) -> mg.Tensor:
        x = self.target(target) * self.scale
        if self.after is not None:
            x = self.after(x, 0 if cache is None else cache.length)
        return self.output(self.layers.decode(x, memory, memory_mask, tgt_is_causal=True, cache=cache))

    def decoder_for(self, source: Any, lengths: np.ndarray) -> nn.decoding.Decoder:
        mask = nn.padding_mask(lengths, source.shape[1])
        with mg.no_grad():
            memory = self.encode(source, mask)
        return nn.decoding.Cached(self, memory=memory, memory_mask=mask)
