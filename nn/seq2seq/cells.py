"""Recurrent layers and cells by name, and cells one on the other."""

from typing import Any

import numpy as np

import minigrad as mg
from nn import init
from nn.container import ModuleList
from nn.module import Module
from nn.recurrent.cells import GRUCell, LSTMCell, RNNCell
from nn.recurrent.layers import GRU, LSTM, RNN
from nn.seq2seq.choices import check_choice

KINDS: dict[str, tuple[type[Any], type[Any]]] = {
    "rnn": (RNN, RNNCell),
    "gru": (GRU, GRUCell),
    "lstm": (LSTM, LSTMCell),
}
States = tuple[Any, ...]  # of each layer h (B, H), or a pair (h, c)


def kind_of(cell: str) -> tuple[type[Any], type[Any]]:
    """The layer and the cell of that name."""
    check_choice("cell", cell, KINDS)
    return KINDS[cell]


def hidden(state: Any) -> mg.Tensor:
    """What others see of a layer's state: h, without the memory cell of an LSTM."""
    return state[0] if isinstance(state, tuple) else state


class StackedCells(Module):
    """One step of `num_layers` cells, each over the state of the one below: x (B, C) and states -> states."""

    def __init__(
        self, cell: str, input_size: int, hidden_size: int, num_layers: int, *, rng: init.Rng = None
    ) -> None:
        _, kind = kind_of(cell)
        sizes = [input_size] + [hidden_size] * (num_layers - 1)
        self.layers = ModuleList(kind(size, hidden_size, rng=rng) for size in sizes)
        self.has_memory = cell == "lstm"

    def begin(self, h: mg.Tensor) -> States:
        """States from h (B, layers·H), a part for each layer; memory cells start at 0."""
        parts = mg.split(h, len(self.layers), axis=-1)
        return tuple(
            (part, mg.tensor(np.zeros_like(part.data))) if self.has_memory else part for part in parts
        )

    def forward(self, x: mg.Tensor, states: States) -> States:
        after = []
        for layer, state in zip(self.layers, states, strict=True):
            state = layer(x, state)
            x = hidden(state)
            after.append(state)
        return tuple(after)
