"""Recurrent nets."""

from typing import Any

import numpy as np

from tests.minigrad.references.basic import relu, sigmoid


def rnn(
    x: Any, w_ih: Any, w_hh: Any, b_ih: Any = 0, b_hh: Any = 0, h0: Any = None, nonlinearity: str = "tanh",
    mask: Any = None,
) -> Any:  # fmt: skip
    """One sequence after the other, one step after the other, as the mask has it; likewise below."""
    out = np.zeros((*x.shape[:2], w_hh.shape[1]))
    for n, sequence in enumerate(x):
        h = np.zeros(w_hh.shape[1]) if h0 is None else h0[n]
        for t, now in enumerate(sequence):
            if mask is not None and not mask[n, t]:
                out[n, t] = h
                continue
            a = w_ih @ now + b_ih + w_hh @ h + b_hh
            out[n, t] = h = np.tanh(a) if nonlinearity == "tanh" else relu(a)
    return out


def lstm(
    x: Any, w_ih: Any, w_hh: Any, b_ih: Any = 0, b_hh: Any = 0, h0: Any = None, c0: Any = None,
    mask: Any = None,
) -> Any:  # fmt: skip
    """The last state of the cells stands after the last output."""
    out = np.zeros((x.shape[0], x.shape[1] + 1, w_hh.shape[1]))
    for n, sequence in enumerate(x):
        h = np.zeros(w_hh.shape[1]) if h0 is None else h0[n]
        c = np.zeros(w_hh.shape[1]) if c0 is None else c0[n]
        for t, now in enumerate(sequence):
            if mask is not None and not mask[n, t]:
                out[n, t] = h
                continue
            i, f, g, o = np.split(w_ih @ now + b_ih + w_hh @ h + b_hh, 4)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            out[n, t] = h = sigmoid(o) * np.tanh(c)
        out[n, -1] = c
    return out


def gru(x: Any, w_ih: Any, w_hh: Any, b_ih: Any = 0, b_hh: Any = 0, h0: Any = None, mask: Any = None) -> Any:
    out = np.zeros((*x.shape[:2], w_hh.shape[1]))
    for n, sequence in enumerate(x):
        h = np.zeros(w_hh.shape[1]) if h0 is None else h0[n]
        for t, now in enumerate(sequence):
            if mask is not None and not mask[n, t]:
                out[n, t] = h
                continue
            u_r, u_z, u_n = np.split(w_ih @ now + b_ih, 3)
            v_r, v_z, v_n = np.split(w_hh @ h + b_hh, 3)
            z = sigmoid(u_z + v_z)
            proposal = np.tanh(u_n + sigmoid(u_r + v_r) * v_n)
            out[n, t] = h = (1 - z) * proposal + z * h
    return out
