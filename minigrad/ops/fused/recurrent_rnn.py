"""The plain recurrent layer over a whole sequence."""

from itertools import pairwise

import numpy as np

from minigrad.fused import fused
from minigrad.ops.assembly.joining import stack
from minigrad.ops.elementwise.activation import relu
from minigrad.ops.fused import recurrent as shared
from minigrad.ops.fused.linear import linear
from minigrad.ops.typing import Array


@fused(inputs=("x", "weight_ih", "weight_hh", "bias_ih", "bias_hh", "h0"))
def rnn(
    x: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias_ih: Array = None,
    bias_hh: Array = None,
    h0: Array = None,
    nonlinearity: str = "tanh",
    mask: Array = None,
) -> Array:
    """h[t] = tanh(W_ih·x[t] + b_ih + W_hh·h[t-1] + b_hh), or relu of it, for all t.

    x (B, T, in), weight_ih (H, in), weight_hh (H, H), biases (H,), h0 (B, H), zeros unless given
    -> h (B, T, H).  Elman (1990); PyTorch's parametrisation.  Back through time, with y the total
    gradient of h[t]: a = y·(1 - h[t]²) for tanh, y where h[t] > 0 for relu;  ∂h[t-1]: a·W_hh;
    ∂x[t]: a·W_ih;  ∂W_hh: Σaᵀ·h[t-1];  ∂W_ih: Σaᵀ·x[t];  ∂b: Σa.  Where `mask` (B, T) is False, h stays.

    Raises ValueError for shapes that do not fit, no steps, or an unknown nonlinearity.
    """
    act = np.tanh if nonlinearity == "tanh" else relu
    h = shared.at_rest(x, weight_hh) if h0 is None else h0
    projected = linear(x, weight_ih, bias_ih)  # (B, T, H)
    outputs = []
    for t in range(x.shape[1]):
        h = shared.advanced(mask, t, act(projected[:, t] + linear(h, weight_hh, bias_hh)), h)
        outputs.append(h)
    return stack(outputs, axis=1)  # (B, T, H)


# Time first: x, h from h[-1] = h0 on, and where it stays.
Residuals = tuple[np.ndarray, np.ndarray, np.ndarray | None]


@rnn.forward
def rnn_forward(
    x: np.ndarray,
    weight_ih: np.ndarray,
    weight_hh: np.ndarray,
    bias_ih: np.ndarray | None = None,
    bias_hh: np.ndarray | None = None,
    h0: np.ndarray | None = None,
    nonlinearity: str = "tanh",
    mask: Array = None,
) -> tuple[np.ndarray, Residuals]:
    if nonlinearity not in ("tanh", "relu"):
        raise ValueError(f'rnn takes nonlinearity="tanh" or "relu", not {nonlinearity!r}')
    shared.check("rnn", 1, x, weight_ih, weight_hh, bias_ih, bias_hh, h0=h0)
    idle = shared.idle_steps("rnn", mask, x)
    dtype = shared.dtype_of(x, weight_ih, weight_hh, bias_ih, bias_hh, h0)
    one = np.ones(len(weight_hh), dtype)
    steps = shared.time_first(x)
    h = np.empty((len(steps) + 1, len(x), len(weight_hh)), dtype)
    h[0] = 0 if h0 is None else h0
    h[1:] = shared.project(steps, weight_ih, bias_ih, one)
    if bias_hh is not None:
        h[1:] += bias_hh
    weight = shared.transposed(weight_hh, one)
    product = np.empty_like(h[0])
    for t, (before, now) in enumerate(pairwise(h)):
        np.matmul(before, weight, out=product)
        now += product
        if nonlinearity == "tanh":
            np.tanh(now, out=now)
        else:
            np.maximum(now, 0, out=now)
        if idle is not None:
            np.copyto(now, before, where=idle[t])
    return h[1:].swapaxes(0, 1), (steps, h, idle)


@rnn.backward
def rnn_backward(
    g: np.ndarray,
    residuals: Residuals,
    wanted: list[bool],
    x: np.ndarray,
    weight_ih: np.ndarray,
    weight_hh: np.ndarray,
    bias_ih: np.ndarray | None = None,
    bias_hh: np.ndarray | None = None,
    h0: np.ndarray | None = None,
    nonlinearity: str = "tanh",
    mask: Array = None,
) -> tuple[np.ndarray | None, ...]:
    steps, h, idle = residuals
    for_x, for_weight_ih, for_weight_hh, for_bias_ih, for_bias_hh, *_ = wanted
    out = h[1:]
    # The slopes at all steps; the loop multiplies by y.
    d = 1 - out * out if nonlinearity == "tanh" else (out > 0).astype(out.dtype)
    if idle is not None:
        d *= ~idle
    y = np.zeros_like(h[0])
    for t in range(len(d) - 1, -1, -1):
        y += g[:, t]
        held = None if idle is None else y * idle[t]
        d[t] *= y
        np.matmul(d[t], weight_hh, out=y)
        if held is not None:
            y += held
    return (
        shared.input_gradient(d, weight_ih) if for_x else None,
        shared.weight_gradient(d, steps) if for_weight_ih else None,
        shared.weight_gradient(d, h[:-1]) if for_weight_hh else None,
        shared.bias_gradient(d) if for_bias_ih else None,
        shared.bias_gradient(d) if for_bias_hh else None,
        y,
    )
