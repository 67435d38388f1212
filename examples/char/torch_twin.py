"""The char Transformer once more, in PyTorch eager, as nanoGPT users would write it."""

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from examples.char.model import ModelConfig


class Cache:
    """Keys and values of each layer (L, B, H, context, D), of which `length` places are filled."""

    def __init__(self, config: ModelConfig, batch: int = 1) -> None:
        width = config.channels // config.heads
        shape = (config.layers, batch, config.heads, config.context, width)
        self.keys, self.values = torch.zeros(shape), torch.zeros(shape)
        self.length = 0


def angles(places: int, channels: int) -> torch.Tensor:
    """t/10000^(2i/C): (places, channels/2)."""
    return torch.arange(places)[:, None] * 10000.0 ** (-torch.arange(0, channels, 2) / channels)


class Attention(nn.Module):
    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.heads = config.heads
        turns = angles(config.context, config.channels // config.heads)
        self.turns = torch.polar(torch.ones_like(turns), turns) if config.positions == "rotary" else None
        self.in_proj_weight = nn.Parameter(torch.empty(3 * config.channels, config.channels))
        self.in_proj_bias = nn.Parameter(torch.empty(3 * config.channels))
        self.out_proj = nn.Linear(config.channels, config.channels)

    def forward(self, x: torch.Tensor, cache: Cache | None = None, layer: int = 0) -> torch.Tensor:
        batch, length, channels = x.shape
        q, k, v = (
            part.view(batch, length, self.heads, channels // self.heads).transpose(1, 2)
            for part in F.linear(x, self.in_proj_weight, self.in_proj_bias).split(channels, dim=2)
        )
        q, k = (self.turned(x, 0 if cache is None else cache.length) for x in (q, k))
        if cache is None:
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:  # one place more, or many at the beginning
            end = cache.length + length
            cache.keys[layer, :, :, cache.length : end] = k
            cache.values[layer, :, :, cache.length : end] = v
            k, v = cache.keys[layer, :, :, :end], cache.values[layer, :, :, :end]
            y = F.scaled_dot_product_attention(q, k, v, is_causal=length > 1)
        return self.out_proj(y.transpose(1, 2).reshape(batch, length, channels))

    def turned(self, x: torch.Tensor, first: int) -> torch.Tensor:
        """Queries or keys (B, H, T, D) by their places, where positions are rotary."""
        if self.turns is None:
            return x
        pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], -1, 2))
        return torch.view_as_real(pairs * self.turns[first : first + x.shape[2]]).flatten(-2)


class Block(nn.Module):
    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.self_attn = Attention(config)
        self.linear1 = nn.Linear(config.channels, 4 * config.channels)
        self.linear2 = nn.Linear(4 * config.channels, config.channels)
        self.norm1 = nn.LayerNorm(config.channels)
        self.norm2 = nn.LayerNorm(config.channels)

    def forward(self, x: torch.Tensor, cache: Cache | None = None, layer: int = 0) -> torch.Tensor:
        x = x + self.self_attn(self.norm1(x), cache, layer)
        return x + self.linear2(F.gelu(self.linear1(self.norm2(x)), approximate="tanh"))


class Position(nn.Module):
    """Learned or sinusoidal; rotary positions are told inside of attention."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        if config.positions == "learned":
            self.weight = nn.Parameter(torch.empty(config.context, config.channels))
        elif config.positions == "sinusoidal":
            turns = angles(config.context, config.channels)
            self.weight = torch.stack([turns.sin(), turns.cos()], dim=-1).flatten(-2)
        else:
            self.weight = torch.zeros(config.context, 1)

    def forward(self, x: torch.Tensor, offset: int = 0) -> torch.Tensor:
        return x + self.weight[offset : offset + x.shape[1]]


class TorchCharTransformer(nn.Module):
    """Takes the state dict of examples.char.model.CharTransformer as it is."""

    def __init__(self, config: ModelConfig, state_dict: dict[str, Any]) -> None:
        super().__init__()
        self.token = nn.Embedding(config.vocabulary, config.channels)
        self.position = Position(config)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.channels)
        self.head = nn.Linear(config.channels, config.vocabulary, bias=False)
        self.load_state_dict({name: torch.from_numpy(array) for name, array in state_dict.items()})

    def forward(self, ids: torch.Tensor, cache: Cache | None = None) -> torch.Tensor:
        x = self.position(self.token(ids), 0 if cache is None else cache.length)
        for layer, block in enumerate(self.blocks):
            x = block(x, cache, layer)
        if cache is not None:
            cache.length += ids.shape[1]
        return self.head(self.norm(x))

    def loss(self, ids: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        logits = self(ids)
        return F.cross_entropy(logits.view(-1, logits.shape[-1]), targets.view(-1))
