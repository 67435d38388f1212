"""Recurrent layers over sequences, which may be padded."""

import warnings
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

import minigrad as mg
from nn import functional as F
from nn import init
from nn.batch_first import refuse_time_first
from nn.inputs import as_floats
from nn.masks import within
from nn.module import Module
from nn.recurrent.parameters import (
    State,
    Weights,
    add_parameters,
    check_nonlinearity,
    draw,
    one_state,
    parameters_of,
    two_states,
)
from nn.sizes import check_sizes

Lengths = Sequence[int] | np.ndarray | None
Mask = np.ndarray | None


class _Recurrent(Module):
    """`num_layers` recurrent layers, each over the whole output of the one before.

    Parameters have PyTorch's names: weight_ih_l0 (gates·H, input_size), weight_hh_l0 (gates·H, H),
    bias_ih_l0 and bias_hh_l0 (gates·H,), and with `_reverse` at the end those of the second
    direction.  All start uniform in ±1/√H.  `dropout` acts, in training, on the output of each layer
    but the last.

    forward(input, hx, lengths): with the `lengths` (B,) of padded sequences, pads change nothing.  Outputs
    there are 0, last states those at each sequence's own end, where its second direction begins.
    """

    gates: ClassVar[int]

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int,
        bias: bool,
        batch_first: bool,
        dropout: float,
        bidirectional: bool,
        rng: init.Rng,
    ) -> None:
        refuse_time_first(batch_first)
        if not 0 <= dropout <= 1:
            raise ValueError(f"{type(self).__name__} takes a dropout between 0 and 1, and got {dropout}")
        check_sizes(type(self).__name__, 0, input_size=input_size)
        check_sizes(type(self).__name__, 1, hidden_size=hidden_size, num_layers=num_layers)
        if dropout and num_layers == 1:
            warnings.warn(
                f"dropout={dropout} acts between layers, and there is one: use num_layers=2 or more, or "
                "nn.Dropout on the output",
                stacklevel=3,
            )
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.dropout = dropout
        self.bidirectional = bidirectional
        self.rng = init.generator(rng)
        self.directions = 2 if bidirectional else 1
        for layer in range(num_layers):
            inputs = input_size if layer == 0 else self.directions * hidden_size
            for direction in range(self.directions):
                add_parameters(self, _suffix(layer, direction), self.gates, inputs, hidden_size, bias)
        self.reset_parameters(self.rng)

    def reset_parameters(self, rng: init.Rng = None) -> None:
        """Draw all parameters again, as at first."""
        draw(self, rng)

    def _sequence(
        self, x: State, weights: Weights, states: Sequence[State | None], mask: Mask
    ) -> tuple[mg.Tensor, tuple[mg.Tensor, ...]]:
        """One layer in one direction: its output (B, T, H) and its last states, (B, H) each.

        Where `mask` (B, T) is False states stay.
        """
        raise NotImplementedError

    def _run(
        self, x: State, states: Sequence[State | None], lengths: Lengths
    ) -> tuple[mg.Tensor, list[mg.Tensor]]:
        """All layers: the output (B, T, D·H), and each state at its end (D·num_layers, B, H)."""
        self._check_states(x, states)
        mask = self._mask(x, lengths)
        x = _zero_pads(as_floats(x, self), mask)
        ends: list[tuple[mg.Tensor, ...]] = []
        for layer in range(self.num_layers):
            outputs: list[mg.Tensor] = []
            for direction in range(self.directions):
                parameters = parameters_of(self, _suffix(layer, direction))
                first = [None if state is None else state[len(ends)] for state in states]
                # The second direction reads from the end, where pads leave its state as it was; what it says
                # then goes back to its place.
                if direction:
                    h, last = self._sequence(mg.flip(x, 1), parameters, first, _flipped(mask))
                    h = mg.flip(h, 1)
                else:
                    h, last = self._sequence(x, parameters, first, mask)
                outputs.append(h)
                ends.append(last)
            out = outputs[0] if len(outputs) == 1 else mg.concatenate(outputs, axis=-1)  # (B, T, D·H)
            x = out = _zero_pads(out, mask)
            if layer + 1 < self.num_layers:
                x = F.dropout(out, self.dropout, self.training, rng=self.rng)
        return out, [mg.stack(state) for state in zip(*ends, strict=True)]

    def _mask(self, x: State, lengths: Lengths) -> Mask:
        """(B, T): which steps are no pads; None where all are not."""
        if lengths is None or len(x.shape) != 3:
            return None
        mask = within(type(self).__name__, lengths, x.shape[1])
        if len(mask) != x.shape[0]:
            raise ValueError(
                f"{type(self).__name__} got {len(mask)} lengths for {x.shape[0]} sequences: there must be "
                "one for each"
            )
        return mask

    def _check_states(self, x: State, states: Sequence[State | None]) -> None:
        if len(x.shape) != 3:
            return  # the op says so, and what to write
        needed = (self.directions * self.num_layers, x.shape[0], self.hidden_size)
        for state in states:
            if state is not None and tuple(state.shape) != needed:
                raise ValueError(
                    f"{type(self).__name__} got an initial state of shape {tuple(state.shape)}: for this "
                    f"input it must be (directions * num_layers, B, hidden_size) = {needed}"
                )

    def extra_repr(self) -> str:
        return (
            f"{self.input_size}, {self.hidden_size}, num_layers={self.num_layers}, bias={self.bias}, "
            f"dropout={self.dropout}, bidirectional={self.bidirectional}"
        )


class RNN(_Recurrent):
    """The plain recurrent network, h[t] = tanh(W_ih·x[t] + b_ih + W_hh·h[t-1] + b_hh), or relu of it.

    input (B, T, input_size), hx (D·num_layers, B, H) or None for zeros -> the output (B, T, D·H) of the
    last layer, and h_n (D·num_layers, B, H), the last state of each layer and direction; D is 2 if
    `bidirectional`, else 1.  See mg.rnn.
    """

    gates = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = True,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        rng: init.Rng = None,
    ) -> None:
        check_nonlinearity(nonlinearity)
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, rng)
        self.nonlinearity = nonlinearity

    def forward(
        self, input: State, hx: State | None = None, lengths: Lengths = None
    ) -> tuple[mg.Tensor, mg.Tensor]:
        out, (h_n,) = self._run(input, [one_state(self, hx)], lengths)
        return out, h_n

    def _sequence(
        self, x: State, weights: Weights, states: Sequence[State | None], mask: Mask
    ) -> tuple[mg.Tensor, tuple[mg.Tensor, ...]]:
        h = mg.rnn(x, *weights, states[0], self.nonlinearity, mask)
        return h, (h[:, -1],)


class GRU(_Recurrent):
    """Gated recurrent units (Cho et al., 2014): shapes as for RNN, three gates r, z, n.  See mg.gru."""

    gates = 3

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = True,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        rng: init.Rng = None,
    ) -> None:
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, rng)

    def forward(
        self, input: State, hx: State | None = None, lengths: Lengths = None
    ) -> tuple[mg.Tensor, mg.Tensor]:
        out, (h_n,) = self._run(input, [one_state(self, hx)], lengths)
        return out, h_n

    def _sequence(
        self, x: State, weights: Weights, states: Sequence[State | None], mask: Mask
    ) -> tuple[mg.Tensor, tuple[mg.Tensor, ...]]:
        h = mg.gru(x, *weights, states[0], mask)
        return h, (h[:, -1],)


class LSTM(_Recurrent):
    """Long short-term memory (Hochreiter and Schmidhuber, 1997): four gates i, f, g, o.  See mg.lstm.

    input (B, T, input_size), hx a pair (h, c) of (D·num_layers, B, H) each, or None for zeros -> the output
    (B, T, D·H) of the last layer, and the pair (h_n, c_n) of such states at the end.
    """

    gates = 4

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = True,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        *,
        rng: init.Rng = None,
    ) -> None:
        if proj_size:
            raise ValueError(
                f"LSTM got proj_size={proj_size}, and states here are not projected: leave it out, and put "
                "nn.Linear(hidden_size, proj_size) after it"
            )
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, rng)

    def forward(
        self, input: State, hx: tuple[State, State] | None = None, lengths: Lengths = None
    ) -> tuple[mg.Tensor, tuple[mg.Tensor, mg.Tensor]]:
        out, (h_n, c_n) = self._run(input, two_states(self, hx), lengths)
        return out, (h_n, c_n)

    def _sequence(
        self, x: State, weights: Weights, states: Sequence[State | None], mask: Mask
    ) -> tuple[mg.Tensor, tuple[mg.Tensor, ...]]:
        h0, c0 = states
        h_and_c = mg.lstm(x, *weights, h0, c0, mask)  # (B, T + 1, H), the last c at the end
        return h_and_c[:, :-1], (h_and_c[:, -2], h_and_c[:, -1])


def _suffix(layer: int, direction: int) -> str:
    return f"_l{layer}_reverse" if direction else f"_l{layer}"


def _flipped(mask: Mask) -> Mask:
    return None if mask is None else mask[:, ::-1]


def _zero_pads(x: Any, mask: Mask) -> Any:
    return x if mask is None else mg.where(mask[..., None], x, x.dtype.type(0))
