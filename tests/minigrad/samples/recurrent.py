"""Recurrent nets."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.minigrad.samples.domains import real
from tests.minigrad.samples.table import NOT_0D, sample


def _torch_recurrent(name: str) -> Callable[..., Any]:
    """PyTorch's function behind its layer: (input, state, weights, biases?, 1 layer, ..., batch first)."""

    def call(t: Any, x: Any, w_ih: Any, w_hh: Any, *others: Any) -> Any:
        hidden = w_hh.shape[1]
        biases = [b for b in others if b.ndim == 1]
        states = [s for s in others if s.ndim == 2]
        states += [t.zeros(len(x), hidden, dtype=x.dtype)] * ((2 if name == "lstm" else 1) - len(states))
        state = tuple(s[None] for s in states) if name == "lstm" else states[0][None]
        settings = (bool(biases), 1, 0.0, False, False, True)
        out, *last = getattr(t, name)(x, state, [w_ih, w_hh, *biases], *settings)
        return t.cat([out, last[1][0][:, None]], dim=1) if name == "lstm" else out

    return call


STEPS = np.array([[True, False, True], [False, True, False]])  # the others are passed over

for _name, _gates, _torch_name in [("rnn", 1, "rnn_tanh"), ("gru", 3, "gru"), ("lstm", 4, "lstm")]:
    _weights = (real(2 * _gates, 1), real(2 * _gates, 2))
    _biases = (real(2 * _gates), real(2 * _gates))
    _states = (real(2, 2),) * (2 if _name == "lstm" else 1)
    _everything = (real(2, 3, 1), *_weights, *_biases, *_states)
    _against = _torch_recurrent(_torch_name)
    sample(_name, lambda f, *operands: f(*operands), *_everything, torch=_against)
    sample(_name, lambda f, *operands: f(*operands), real(2, 2, 1), *_weights, torch=_against)
    sample(_name, lambda f, *operands: f(*operands), real(1, 2, 1), *_weights, *_biases, torch=_against)
    sample(
        _name, lambda f, x, a, b, h: f(x, a, b, h0=h), real(2, 2, 1), *_weights, real(2, 2), torch=_against
    )
    sample(_name, lambda f, x, a, b: f(x, a, b), real(0, 2, 1), *_weights, torch=None)
    sample(_name, lambda f, *operands: f(*operands, mask=STEPS), *_everything, torch=None)
sample("rnn", lambda f, *operands: f(*operands, nonlinearity="relu"), real(2, 3, 1), real(2, 1), real(2, 2),
       real(2), real(2), real(2, 2), torch=_torch_recurrent("rnn_relu"))  # fmt: skip

NOT_0D |= {
    "gru": "needs three axes",
    "lstm": "needs three axes",
    "rnn": "needs three axes",
}
