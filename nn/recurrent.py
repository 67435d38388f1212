"""Recurrent layers over sequences, and their cells for single steps."""

import math
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
from nn.parameter import Parameter
from nn.sizes import check_sizes

State = mg.Tensor | np.ndarray
Lengths = Sequence[int] | np.ndarray | None
Mask = np.ndarray | None
Weights = tuple[Parameter | None, Parameter | None, Parameter | None, Parameter | None]


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
                _add_parameters(self, _suffix(layer, direction), self.gates, inputs, hidden_size, bias)
        self.reset_parameters(self.rng)

    def reset_parameters(self, rng: init.Rng = None) -> None:
        """Draw all parameters again, as at first."""
        _draw(self, rng)

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
                weights = _weights(self, _suffix(layer, direction))
                first = [None if state is None else state[len(ends)] for state in states]
                # The second direction reads from the end, where pads leave its state as it was; what it says
                # then goes back to its place.
                if direction:
                    h, last = self._sequence(mg.flip(x, 1), weights, first, _flipped(mask))
                    h = mg.flip(h, 1)
                else:
                    h, last = self._sequence(x, weights, first, mask)
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
        _check_nonlinearity(nonlinearity)
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, rng)
        self.nonlinearity = nonlinearity

    def forward(
        self, input: State, hx: State | None = None, lengths: Lengths = None
    ) -> tuple[mg.Tensor, mg.Tensor]:
        out, (h_n,) = self._run(input, [_single(self, hx)], lengths)
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
        out, (h_n,) = self._run(input, [_single(self, hx)], lengths)
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
        out, (h_n, c_n) = self._run(input, _pair(self, hx), lengths)
        return out, (h_n, c_n)

    def _sequence(
        self, x: State, weights: Weights, states: Sequence[State | None], mask: Mask
    ) -> tuple[mg.Tensor, tuple[mg.Tensor, ...]]:
        h0, c0 = states
        h_and_c = mg.lstm(x, *weights, h0, c0, mask)  # (B, T + 1, H), the last c at the end
        return h_and_c[:, :-1], (h_and_c[:, -2], h_and_c[:, -1])


class _Cell(Module):
    """One step of a recurrent layer, for loops that need to see each; same parameters without `_l0`."""

    gates: ClassVar[int]

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, *, rng: init.Rng = None) -> None:
        check_sizes(type(self).__name__, 0, input_size=input_size)
        check_sizes(type(self).__name__, 1, hidden_size=hidden_size)
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        _add_parameters(self, "", self.gates, input_size, hidden_size, bias)
        self.reset_parameters(rng)

    def reset_parameters(self, rng: init.Rng = None) -> None:
        """Draw all parameters again, as at first."""
        _draw(self, rng)

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
        _check_nonlinearity(nonlinearity)
        super().__init__(input_size, hidden_size, bias, rng=rng)
        self.nonlinearity = nonlinearity

    def forward(self, input: State, hx: State | None = None) -> mg.Tensor:
        return mg.rnn(self._step(input), *_weights(self), _single(self, hx), self.nonlinearity)[:, 0]


class GRUCell(_Cell):
    """One step of GRU: input (B, input_size), hx (B, H) or None for zeros -> h (B, H)."""

    gates = 3

    def forward(self, input: State, hx: State | None = None) -> mg.Tensor:
        return mg.gru(self._step(input), *_weights(self), _single(self, hx))[:, 0]


class LSTMCell(_Cell):
    """One step of LSTM: input (B, input_size), hx a pair (h, c) of (B, H) or None for zeros -> (h, c)."""

    gates = 4

    def forward(self, input: State, hx: tuple[State, State] | None = None) -> tuple[mg.Tensor, mg.Tensor]:
        h_and_c = mg.lstm(self._step(input), *_weights(self), *_pair(self, hx))  # (B, 2, H)
        return h_and_c[:, 0], h_and_c[:, 1]


def _flipped(mask: Mask) -> Mask:
    return None if mask is None else mask[:, ::-1]


def _zero_pads(x: Any, mask: Mask) -> Any:
    return x if mask is None else mg.where(mask[..., None], x, x.dtype.type(0))


_NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def _suffix(layer: int, direction: int) -> str:
    return f"_l{layer}_reverse" if direction else f"_l{layer}"


def _add_parameters(module: Module, suffix: str, gates: int, inputs: int, hidden: int, bias: bool) -> None:
    rows = gates * hidden
    shapes = [(rows, inputs), (rows, hidden), *([(rows,), (rows,)] if bias else [])]
    for name, shape in zip(_NAMES, shapes, strict=False):
        setattr(module, name + suffix, Parameter(np.zeros(shape, np.float32)))


def _draw(module: Any, rng: init.Rng) -> None:
    """All parameters uniform in ±1/√hidden_size."""
    rng = init.generator(rng)
    bound = 1 / math.sqrt(module.hidden_size)
    for parameter in module.parameters():
        init.uniform_(parameter, -bound, bound, rng)


def _weights(module: Any, suffix: str = "") -> Weights:
    names = _NAMES if module.bias else _NAMES[:2]
    found = [getattr(module, name + suffix) for name in names]  # and not in vars: weight_norm computes them
    weight_ih, weight_hh, bias_ih, bias_hh = (*found, None, None)[:4]
    return weight_ih, weight_hh, bias_ih, bias_hh


def _single(module: Module, hx: Any) -> State | None:
    if isinstance(hx, (tuple, list)):
        raise TypeError(
            f"the state of {type(module).__name__} is one array, and got a {type(hx).__name__} of {len(hx)}: "
            "a pair (h, c) is for LSTM"
        )
    return hx


def _pair(module: Module, hx: Any) -> tuple[State | None, State | None]:
    if hx is None:
        return None, None
    if not isinstance(hx, (tuple, list)) or len(hx) != 2:
        raise TypeError(
            f"the state of {type(module).__name__} is a pair (h, c), and got "
            + (f"{len(hx)} parts" if isinstance(hx, (tuple, list)) else f"a {type(hx).__name__}")
            + ": give (h, c), with zeros for one that is not known"
        )
    return hx[0], hx[1]


def _check_nonlinearity(nonlinearity: str) -> None:
    if nonlinearity not in ("tanh", "relu"):
        raise ValueError(f'nonlinearity is "tanh" or "relu", not {nonlinearity!r}')
