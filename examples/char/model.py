"""The model: a causal Transformer over characters, as small language models have it (GPT-2's form)."""

import math
from dataclasses import dataclass
from functools import partial

import numpy as np

import minigrad as mg
import nn

POSITIONS = ("rotary", "learned", "sinusoidal")


@dataclass(frozen=True)
class ModelConfig:
    """Sizes of the model.  `vocabulary` is the number of characters, `context` how many it sees at once."""

    vocabulary: int
    context: int = 64
    layers: int = 4
    heads: int = 4
    channels: int = 128
    positions: str = "rotary"
    dropout: float = 0.0


class CharTransformer(nn.Module):
    """Character numbers (B, T) to scores of the next character at each place (B, T, V)."""

    def __init__(self, config: ModelConfig, rng: np.random.Generator) -> None:
        c = config
        self.config = config
        self.token = nn.Embedding(c.vocabulary, c.channels, rng=rng)
        self.position = _positions(c, rng)
        self.blocks = nn.ModuleList(
            nn.TransformerEncoderLayer(
                c.channels,
                c.heads,
                4 * c.channels,
                c.dropout,
                activation=partial(mg.gelu, approximate="tanh"),
                norm_first=True,
                rotary=nn.RotaryPosition(c.channels // c.heads) if c.positions == "rotary" else None,
                rng=rng,
            )
            for _ in range(c.layers)
        )
        self.norm = nn.LayerNorm(c.channels)
        self.head = nn.Linear(c.channels, c.vocabulary, bias=False, rng=rng)
        self._initialise(rng)

    def _initialise(self, rng: np.random.Generator) -> None:
        """Weights N(0, 0.02²), smaller by √(2·layers) where they end a residual branch (GPT-2, 2.3)."""
        for name, parameter in self.named_parameters():
            if parameter.ndim > 1:
                ends_branch = name.endswith(("out_proj.weight", "linear2.weight"))
                std = 0.02 / math.sqrt(2 * self.config.layers) if ends_branch else 0.02
                nn.init.normal_(parameter, std=std, rng=rng)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, ids: np.ndarray, cache: nn.KeyValueCache | None = None) -> mg.Tensor:
        """The scores; with a `cache`, whose places count in `context`, those of what follows its places."""
        offset = 0 if cache is None else cache.length
        x = self.position(self.token(ids), offset)  # (B, T, C)
        for block in self.blocks:
            x = block(x, is_causal=True, cache=cache)  # (B, T, C)
        return self.head(self.norm(x))  # (B, T, V)

    def loss(self, ids: np.ndarray, targets: np.ndarray) -> mg.Tensor:
        """Mean cross-entropy in nats of the characters that follow: ids and targets (B, T)."""
        return mg.cross_entropy(self(ids), targets)

    def write(
        self, prompt: np.ndarray, length: int, temperature: float, rng: np.random.Generator
    ) -> np.ndarray:
        """`length` more characters (length,) after `prompt` (N,), each from the last `context` before it."""
        decoder = nn.decoding.Cached(self, context=self.config.context)
        return nn.decoding.generate(decoder, prompt[None], length, temperature=temperature, rng=rng)[0]


def _positions(config: ModelConfig, rng: np.random.Generator) -> nn.Module:
    if config.positions == "learned":
        return nn.LearnedPosition(config.context, config.channels, rng=rng)
    if config.positions == "sinusoidal":
        return nn.SinusoidalPosition(config.context, config.channels)
    return NoPosition()


class NoPosition(nn.Identity):
    """x itself: rotary positions are told inside of attention."""

    def forward(self, x: mg.Tensor, offset: int = 0) -> mg.Tensor:
        return x  # (B, T, C)
