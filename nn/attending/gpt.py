"""GPT-2: a Transformer that reads from the left and writes, whose output layer is its embedding."""

import math
from functools import partial
from typing import Any

import minigrad as mg
from nn import init
from nn.attending.cache import KeyValueCache
from nn.attending.position import LearnedPosition
from nn.attending.transformer_layers import Activation, TransformerEncoderLayer
from nn.container import ModuleList
from nn.layers.dropout import Dropout
from nn.layers.embedding import Embedding
from nn.layers.normalization import LayerNorm
from nn.module import Module
from nn.sizes import check_sizes

GPT2_GELU = partial(mg.gelu, approximate="tanh")


class GPT(Module):
    """ids (B, T), T up to `context`, to the scores of the next id at each place (B, T, V).

    Radford et al. (2019), "Language models are unsupervised multitask learners", section 2.3: layer norms
    before each sublayer and after the last, learned positions, weights N(0, 0.02²) and smaller by √(2·layers)
    where a residual branch ends.  The scores are h·Wᵀ with W the weight of `token` (Press and Wolf, 2017).
    `activation` is that of GPT-2, gelu by tanh; "gelu", with bias=False, is nanoGPT's.  With a `cache` the T
    places follow those before.

    Published weights load by their names here: model.load_state_dict(nn.convert.from_gpt2(weights)).
    """

    def __init__(
        self,
        vocabulary: int,
        context: int = 1024,
        channels: int = 768,
        layers: int = 12,
        heads: int = 12,
        dropout: float = 0.0,
        bias: bool = True,
        activation: Activation = GPT2_GELU,
        *,
        rng: init.Rng = None,
    ) -> None:
        check_sizes("GPT", 1, vocabulary=vocabulary, context=context, channels=channels, layers=layers)
        rng = init.generator(rng)
        self.token = Embedding(vocabulary, channels, rng=rng)
        self.position = LearnedPosition(context, channels, rng=rng)
        self.dropout = Dropout(dropout, rng=rng)
        self.blocks = ModuleList(
            TransformerEncoderLayer(
                channels, heads, 4 * channels, dropout, activation, norm_first=True, bias=bias, rng=rng
            )
            for _ in range(layers)
        )
        self.norm = LayerNorm(channels, bias=bias)
        self.reset_parameters(rng)

    def reset_parameters(self, rng: init.Rng = None) -> None:
        """Draw all weights again, as at first."""
        rng = init.generator(rng)
        for name, parameter in self.named_parameters():
            if parameter.ndim > 1:
                ends_branch = name.endswith(("out_proj.weight", "linear2.weight"))
                std = 0.02 / math.sqrt(2 * len(self.blocks)) if ends_branch else 0.02
                init.normal_(parameter, std=std, rng=rng)
            elif name.endswith("bias"):
                init.zeros_(parameter)

    def forward(self, ids: Any, cache: KeyValueCache | None = None) -> mg.Tensor:
        x = self.position(self.token(ids), 0 if cache is None else cache.length)
        x = self.dropout(x)  # (B, T, C)
        for block in self.blocks:
            x = block(x, is_causal=True, cache=cache)  # (B, T, C)
        return mg.linear(self.norm(x), self.token.weight)  # (B, T, V)
