"""The attention models of examples.long_range once more, in PyTorch eager, and their training step.

Written as one writes it there: fused attention, rotary positions as products of complex numbers, the mask of
the window kept from call to call.  Data, schedule, curriculum and state come from the example's own Trainer.
"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from examples.long_range.language import SIZE, Filler
from examples.long_range.model import LanguageModel, Model
from examples.long_range.training import Plan, Trainer


class Attention(nn.Module):
    """Causal attention in several heads, rotary; `mask` (T, T) hides more."""

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.in_proj_weight = nn.Parameter(torch.empty(3 * channels, channels))
        self.in_proj_bias = nn.Parameter(torch.empty(3 * channels))
        self.out_proj = nn.Linear(channels, channels)

    def forward(self, x: torch.Tensor, turns: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        batch, length, channels = x.shape
        q, k, v = (
            part.view(batch, length, self.heads, channels // self.heads).transpose(1, 2)
            for part in F.linear(x, self.in_proj_weight, self.in_proj_bias).split(channels, dim=2)
        )
        q, k = turned(q, turns), turned(k, turns)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=mask is None)
        return self.out_proj(y.transpose(1, 2).reshape(batch, length, channels))


def turned(x: torch.Tensor, turns: torch.Tensor) -> torch.Tensor:
    """x (B, H, T, D), channels 2i and 2i + 1 being a complex number, times `turns` (T, D/2)."""
    return torch.view_as_real(torch.view_as_complex(x.unflatten(-1, (-1, 2))) * turns).flatten(-2)


class Layer(nn.Module):
    """A pre-norm Transformer block."""

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.self_attn = Attention(channels, heads)
        self.linear1 = nn.Linear(channels, 4 * channels)
        self.linear2 = nn.Linear(4 * channels, channels)
        self.norm1 = nn.LayerNorm(channels)
        self.norm2 = nn.LayerNorm(channels)

    def forward(self, x: torch.Tensor, turns: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        x = x + self.self_attn(self.norm1(x), turns, mask)
        return x + self.linear2(F.gelu(self.linear1(self.norm2(x)), approximate="tanh"))


class Body(nn.Module):
    """The blocks, with what they need of places."""

    turns: torch.Tensor
    mask: torch.Tensor

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.window = model.window
        self.layers = nn.ModuleList(Layer(model.channels, model.heads) for _ in range(model.layers))
        self.norm = nn.LayerNorm(model.channels)
        width, length = model.channels // model.heads, model.longest
        angles = np.arange(length)[:, None] * 10000.0 ** (-np.arange(0, width, 2) / width)  # (T, D/2)
        self.register_buffer("turns", torch.from_numpy(np.exp(1j * angles)).to(torch.complex64), False)
        causal = torch.ones(length, length, dtype=torch.bool).tril()
        self.register_buffer("mask", causal.triu(1 - (model.window or length)), False)  # (T, T)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        length = x.shape[1]
        mask = None if self.window is None else self.mask[:length, :length]
        for layer in self.layers:
            x = layer(x, self.turns[:length], mask)
        return self.norm(x)


class TorchLanguageModel(nn.Module):
    """Takes the state dict of a LanguageModel with rotary attention as it is."""

    def __init__(self, ours: LanguageModel) -> None:
        super().__init__()
        self.token = nn.Embedding(SIZE, ours.model.channels)
        self.body = Body(ours.model)
        self.head = nn.Linear(ours.model.channels, SIZE)
        self.load_state_dict({name: torch.from_numpy(array) for name, array in ours.state_dict().items()})

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.head(self.body(self.token(ids)))  # (B, T, V)


class TorchTrainer(Trainer):
    """The example's Trainer, whose step is PyTorch's."""

    def __init__(self, model: Model, plan: Plan, filler: Filler) -> None:
        super().__init__(model, plan, filler)
        self.twin = TorchLanguageModel(self.model)
        self.torch_optimizer = torch.optim.AdamW(
            self.twin.parameters(), plan.learning_rate, betas=(0.9, 0.98), weight_decay=0.0
        )
        self.torch_schedule = torch.optim.lr_scheduler.LambdaLR(self.torch_optimizer, self._rate)

    def step(self) -> None:
        """One batch, as Trainer.step."""
        state = self.state
        copying = state.step % 2 == 0
        batch = self._copy() if copying else self._recall()
        targets = torch.from_numpy(batch.targets())
        logits = self.twin(torch.from_numpy(batch.inputs))
        loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
        self.torch_optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.twin.parameters(), 1.0)
        self.torch_optimizer.step()
        self.torch_schedule.step()
        asked = targets >= 0
        accuracy = float((logits.argmax(-1) == targets)[asked].float().mean())
        state.step += 1
        state.loss = loss.item()
        if copying:
            state.copy += 0.06 * (accuracy - state.copy)
        else:
            state.recall += 0.06 * (accuracy - state.recall)
        self._advance()
