"""Single steps of recurrent layers."""

from typing import ClassVar

import minigrad as mg
from nn import init
from nn.inputs import as_floats
from nn.module import Module
from nn.recurrent.parameters import (
    State,
    add_parameters,
    check_nonlinearity,
    draw,
    one_state,
    parameters_of,
    two_states,
)
from nn.sizes import check_sizes


class _Cell(Module):
    """One step of a recurrent layer, for loops that need to see each; same parameters without `_l0`."""

    gates: ClassVar[int]

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, *, rng: init.Rng = None) -> None:
        check_sizes(type(self).__name__, 0, input_size=input_size)
        check_sizes(type(self).__name__, 1, hidden_size=hidden_size)
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        add_parameters(self, "", self.gates, input_size, hidden_size, bias)
        self.reset_parameters(rng)

    def reset_parameters(self, rng: init.Rng = None) -> None:
        """Draw all parameters again, as at first."""
        draw(self, rng)

    def _step(self, x: State) -> mg.Tensor:
        """x (B, input_size) as a sequence of one step, (B, 1, input_size)."""
        if x.ndim != 2 or x.shape[1] != self.input_size:
            raise ValueError(
                f"{type(self).__name__} takes one step of each sequence, (B, {self.input_size}), and got "
                f"shape {tuple(x.shape)}: give x[:, t] of a sequence, x[None] for a batch of one"
            )
        return mg.expand_dims(as_floats(x, self), 1)

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}, bias={self.bias}"


class RNNCell(_Cell):
    """One step of RNN: input (B, input_size), hx (B, H) or None for zeros -> h (B, H)."""

    gates = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        *,
        rng: init.Rng = None,
    ) -> None:
        check_nonlinearity(nonlinearity)
        super().__init__(input_size, hidden_size, bias, rng=rng)
        self.nonlinearity = nonlinearity

    def forward(self, input: State, hx: State | None = None) -> mg.Tensor:
        return mg.rnn(self._step(input), *parameters_of(self), one_state(self, hx), self.nonlinearity)[:, 0]


class GRUCell(_Cell):
    """One step of GRU: input (B, input_size), hx (B, H) or None for zeros -> h (B, H)."""

    gates = 3

    def forward(self, input: State, hx: State | None = None) -> mg.Tensor:
        return mg.gru(self._step(input), *parameters_of(self), one_state(self, hx))[:, 0]


class LSTMCell(_Cell):
    """One step of LSTM: input (B, input_size), hx a pair (h, c) of (B, H) or None for zeros -> (h, c)."""

    gates = 4

    def forward(self, input: State, hx: tuple[State, State] | None = None) -> tuple[mg.Tensor, mg.Tensor]:
        h_and_c = mg.lstm(self._step(input), *parameters_of(self), *two_states(self, hx))  # (B, 2, H)
        return h_and_c[:, 0], h_and_c[:, 1]
