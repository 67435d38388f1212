"""The models that translate, by name: without attention, with Bahdanau's or Luong's, and the Transformer.

Each is called as model(source, lengths, before) -> scores (B, T, V), and model.decoder_for(source, lengths)
gives what nn.decoding takes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import nn
from examples.translation.pairs import Rng
from examples.translation.transformer import Transformer

Model = Any  # nn.Seq2Seq or Transformer


@dataclass(frozen=True)
class Sizes:
    """Of recurrent models; the Transformer has sizes of its own."""

    embedding: int = 32
    encoder: int = 48  # each way
    decoder: int = 96
    wider: float = 1.0  # multiplies all of them

    def __call__(self, size: int) -> int:
        return round(size * self.wider)


def recurrent(preset: str, sizes: Sizes, source: int, target: int, rng: Rng, **options: Any) -> nn.Seq2Seq:
    encoder = nn.RecurrentEncoder(source, sizes(sizes.embedding), sizes(sizes.encoder), rng=rng)
    make: Callable[..., nn.RecurrentDecoder] = getattr(nn.RecurrentDecoder, preset)
    given = (target, sizes(sizes.embedding), sizes(options.pop("width", sizes.decoder)), encoder.memory_dim)
    return nn.Seq2Seq(encoder, make(*given, rng=rng, **options))


RECURRENT: dict[str, dict[str, Any]] = {
    "none": {"preset": "fixed", "width": 112},  # so that it has as many parameters as the others
    "bahdanau": {"preset": "bahdanau"},
    "luong-dot": {"preset": "luong", "score": "dot"},
    "luong-general": {"preset": "luong", "score": "general"},
    "luong-concat": {"preset": "luong", "score": "concat"},
}
NAMES = (*RECURRENT, "transformer")


def build(name: str, source: int, target: int, rng: Rng, sizes: Sizes, positions: str, norm: str) -> Model:
    """The model of that name for vocabularies of `source` and `target` tokens."""
    if name == "transformer":
        return Transformer(source, target, positions=positions, norm=norm, rng=rng)
    return recurrent(sizes=sizes, source=source, target=target, rng=rng, **RECURRENT[name])


def parameters(model: Model) -> int:
    return sum(int(np.prod(p.shape)) for p in model.parameters())
