"""Long short-term memory over a whole sequence."""

import numpy as np

from minigrad import kernels
from minigrad.fused import fused
from minigrad.ops.assembly.joining import split, stack
from minigrad.ops.elementwise.activation import sigmoid
from minigrad.ops.fused import recurrent as shared
from minigrad.ops.fused.linear import linear
from minigrad.ops.typing import Array


@fused(inputs=("x", "weight_ih", "weight_hh", "bias_ih", "bias_hh", "h0", "c0"))
def lstm(
    x: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias_ih: Array = None,
    bias_hh: Array = None,
    h0: Array = None,
    c0: Array = None,
    mask: Array = None,
) -> Array:
    """Gates i, f, o and a proposal g; c[t] = f·c[t-1] + i·g, h[t] = o·tanh(c[t]), for all t.

    x (B, T, in), weight_ih (4H, in), weight_hh (4H, H), biases (4H,), each i, f, g, o in this order;
    h0 and c0 (B, H), zeros unless given -> (B, T + 1, H): h of every step, and after them the last c.
    With a = W_ih·x[t] + b_ih + W_hh·h[t-1] + b_hh: i, f, o = σ of their parts of a, g = tanh of its.
    Hochreiter and Schmidhuber (1997); the forget gate f is from Gers et al. (2000), section 3.  Where
    `mask` (B, T) is False, c and h stay: f is 1, i and o are 0, and h is carried on.

    Back through time, with y the total gradient of h[t] and s that of c[t], to which h[t] adds
    y·o·(1 - tanh²c[t]): ∂a: (s·g·i(1 - i), s·c[t-1]·f(1 - f), s·i·(1 - g²), y·tanh(c[t])·o(1 - o));
    ∂c[t-1]: s·f;  ∂h[t-1]: ∂a·W_hh.

    Raises ValueError for shapes that do not fit, or no steps.
    """
    h = shared.at_rest(x, weight_hh) if h0 is None else h0
    c = shared.at_rest(x, weight_hh) if c0 is None else c0
    projected = linear(x, weight_ih, bias_ih)  # (B, T, 4H)
    outputs = []
    for t in range(x.shape[1]):
        i, f, g, o = split(projected[:, t] + linear(h, weight_hh, bias_hh), 4, axis=-1)
        c = shared.advanced(mask, t, sigmoid(f) * c + sigmoid(i) * np.tanh(g), c)
        h = shared.advanced(mask, t, sigmoid(o) * np.tanh(c), h)
        outputs.append(h)
    return stack([*outputs, c], axis=1)  # (B, T + 1, H)


# Time first: x, h from h[-1] = h0 on with the last c after it, c from c0 on, tanh(c), gates (T, B, 4H), and
# where the state stays.
Residuals = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray | None]


@lstm.forward
def lstm_forward(
    x: np.ndarray,
    weight_ih: np.ndarray,
    weight_hh: np.ndarray,
    bias_ih: np.ndarray | None = None,
    bias_hh: np.ndarray | None = None,
    h0: np.ndarray | None = None,
    c0: np.ndarray | None = None,
    mask: Array = None,
) -> tuple[np.ndarray, Residuals]:
    shared.check("lstm", 4, x, weight_ih, weight_hh, bias_ih, bias_hh, h0=h0, c0=c0)
    idle = shared.idle_steps("lstm", mask, x)
    dtype = shared.dtype_of(x, weight_ih, weight_hh, bias_ih, bias_hh, h0, c0)
    hidden = weight_hh.shape[1]
    # σ(a) is ½·tanh(½·a) + ½: so one tanh serves all gates, the weights being halved beforehand.
    scale = np.repeat(np.array([0.5, 0.5, 1, 0.5], dtype), hidden)
    steps = shared.time_first(x)
    gates = shared.project(steps, weight_ih, bias_ih, scale).astype(dtype, copy=False)
    if bias_hh is not None:
        gates += bias_hh * scale
    if idle is not None:
        gates[idle[..., 0]] = np.repeat(np.array([-np.inf, np.inf, 0, -np.inf], dtype), hidden)
    weight = shared.transposed(weight_hh, scale)
    length, batch = len(steps), len(x)
    h = np.empty((length + 2, batch, hidden), dtype)
    c = np.empty((length + 1, batch, hidden), dtype)
    h[0] = 0 if h0 is None else h0
    c[0] = 0 if c0 is None else c0
    tanh_c = np.empty_like(c[1:])
    product = np.empty((batch, 4 * hidden), dtype)
    for t in range(length):
        np.matmul(h[t], weight, out=product)
        kernels.lstm_step(gates[t], product, scale, c[t], c[t + 1], tanh_c[t], h[t + 1])
        if idle is not None:
            np.copyto(h[t + 1], h[t], where=idle[t])
    h[-1] = c[-1]
    return h[1:].swapaxes(0, 1), (steps, h, c, tanh_c, gates, idle)


@lstm.backward
def lstm_backward(
    g: np.ndarray,
    residuals: Residuals,
    wanted: list[bool],
    x: np.ndarray,
    weight_ih: np.ndarray,
    weight_hh: np.ndarray,
    bias_ih: np.ndarray | None = None,
    bias_hh: np.ndarray | None = None,
    h0: np.ndarray | None = None,
    c0: np.ndarray | None = None,
    mask: Array = None,
) -> tuple[np.ndarray | None, ...]:
    steps, h, c, tanh_c, gates, idle = residuals
    for_x, for_weight_ih, for_weight_hh, for_bias_ih, for_bias_hh, *_ = wanted
    # The factors of s and y for all steps at once: the loop then multiplies by s and y.
    d, to_cell = kernels.lstm_slopes(gates, c[:-1], tanh_c)
    y = np.zeros_like(c[0])
    s = np.array(g[:, -1], order="C")
    for t in range(len(d) - 1, -1, -1):
        y += g[:, t]
        held = None if idle is None else y * idle[t]
        kernels.lstm_step_backward(d[t], to_cell[t], gates[t], y, s)
        np.matmul(d[t], weight_hh, out=y)
        if held is not None:
            y += held
    return (
        shared.input_gradient(d, weight_ih) if for_x else None,
        shared.weight_gradient(d, steps) if for_weight_ih else None,
        shared.weight_gradient(d, h[:-2]) if for_weight_hh else None,
        shared.bias_gradient(d) if for_bias_ih else None,
        shared.bias_gradient(d) if for_bias_hh else None,
        y,
        s,
    )
