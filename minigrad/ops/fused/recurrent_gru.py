"""The gated recurrent unit over a whole sequence."""

import numpy as np

from minigrad.fused import fused
from minigrad.ops.assembly.joining import split, stack
from minigrad.ops.elementwise.activation import sigmoid
from minigrad.ops.fused import recurrent as shared
from minigrad.ops.fused.linear import linear
from minigrad.ops.typing import Array


@fused(inputs=("x", "weight_ih", "weight_hh", "bias_ih", "bias_hh", "h0"))
def gru(
    x: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias_ih: Array = None,
    bias_hh: Array = None,
    h0: Array = None,
    mask: Array = None,
) -> Array:
    """Gates r, z and a proposal n; h[t] = (1 - z)·n + z·h[t-1], for all t.

    x (B, T, in), weight_ih (3H, in), weight_hh (3H, H), biases (3H,), each r, z, n in this order;
    h0 (B, H), zeros unless given -> h (B, T, H).  With u = W_ih·x[t] + b_ih and v = W_hh·h[t-1] + b_hh:
    r = σ(u_r + v_r),  z = σ(u_z + v_z),  n = tanh(u_n + r·v_n).  Cho et al. (2014), equations 5 to 8,
    but as in PyTorch r multiplies after the product with W_hh, and z stands for what is kept.  Where
    `mask` (B, T) is False, h stays: z is 1.

    Back through time, with y the total gradient of h[t]: a_n = y·(1 - z)·(1 - n²);
    a_r = a_n·v_n·r·(1 - r);  a_z = y·(h[t-1] - n)·z·(1 - z);  ∂u: (a_r, a_z, a_n);
    ∂v: (a_r, a_z, a_n·r);  ∂h[t-1]: y·z + ∂v·W_hh.

    Raises ValueError for shapes that do not fit, or no steps.
    """
    h = shared.at_rest(x, weight_hh) if h0 is None else h0
    projected = linear(x, weight_ih, bias_ih)  # (B, T, 3H)
    outputs = []
    for t in range(x.shape[1]):
        u_r, u_z, u_n = split(projected[:, t], 3, axis=-1)
        v_r, v_z, v_n = split(linear(h, weight_hh, bias_hh), 3, axis=-1)
        z = sigmoid(u_z + v_z)
        n = np.tanh(u_n + sigmoid(u_r + v_r) * v_n)
        h = shared.advanced(mask, t, (1 - z) * n + z * h, h)
        outputs.append(h)
    return stack(outputs, axis=1)  # (B, T, H)


# Time first: x, h from h[-1] = h0 on, the gates (T, B, 3H), and v_n.
Residuals = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@gru.forward
def gru_forward(
    x: np.ndarray,
    weight_ih: np.ndarray,
    weight_hh: np.ndarray,
    bias_ih: np.ndarray | None = None,
    bias_hh: np.ndarray | None = None,
    h0: np.ndarray | None = None,
    mask: Array = None,
) -> tuple[np.ndarray, Residuals]:
    shared.check("gru", 3, x, weight_ih, weight_hh, bias_ih, bias_hh, h0=h0)
    idle = shared.idle_steps("gru", mask, x)
    dtype = shared.dtype_of(x, weight_ih, weight_hh, bias_ih, bias_hh, h0)
    hidden = weight_hh.shape[1]
    scale = np.repeat(np.array([0.5, 0.5, 1], dtype), hidden)  # σ(a) is ½·tanh(½·a) + ½
    steps = shared.time_first(x)
    gates = shared.project(steps, weight_ih, bias_ih, scale).astype(dtype, copy=False)
    if bias_hh is not None:
        gates[..., : 2 * hidden] += bias_hh[: 2 * hidden] * scale[: 2 * hidden]
    h = np.empty((len(steps) + 1, len(x), hidden), dtype)
    h[0] = 0 if h0 is None else h0
    v_n = np.empty_like(h[1:])
    weight = shared.transposed(weight_hh, scale)
    bias_n = dtype.type(0) if bias_hh is None else bias_hh[2 * hidden :]
    product = np.empty((len(x), 3 * hidden), dtype)
    spare = np.empty_like(h[0])
    for t, now in enumerate(gates):
        np.matmul(h[t], weight, out=product)
        np.add(product[:, 2 * hidden :], bias_n, out=v_n[t])
        rz, n = now[:, : 2 * hidden], now[:, 2 * hidden :]
        rz += product[:, : 2 * hidden]
        np.tanh(rz, out=rz)
        rz *= 0.5
        rz += 0.5
        if idle is not None:
            np.copyto(rz[:, hidden:], 1, where=idle[t])
        np.multiply(rz[:, :hidden], v_n[t], out=spare)
        n += spare
        np.tanh(n, out=n)
        np.subtract(h[t], n, out=spare)
        spare *= rz[:, hidden:]
        np.add(n, spare, out=h[t + 1])
        if idle is not None:
            np.copyto(h[t + 1], h[t], where=idle[t])  # n + (h - n) is rounded
    return h[1:].swapaxes(0, 1), (steps, h, gates, v_n)


@gru.backward
def gru_backward(
    g: np.ndarray,
    residuals: Residuals,
    wanted: list[bool],
    x: np.ndarray,
    weight_ih: np.ndarray,
    weight_hh: np.ndarray,
    bias_ih: np.ndarray | None = None,
    bias_hh: np.ndarray | None = None,
    h0: np.ndarray | None = None,
    mask: Array = None,
) -> tuple[np.ndarray | None, ...]:
    steps, h, gates, v_n = residuals
    for_x, for_weight_ih, for_weight_hh, for_bias_ih, for_bias_hh, *_ = wanted
    length, batch, hidden = v_n.shape
    r, z, n = np.moveaxis(gates.reshape(length, batch, 3, hidden), 2, 0)
    # All factors of y at once, for all steps: the loop then multiplies by y.
    to_n = 1 - z
    to_n *= 1 - n * n
    d = np.empty((length, batch, 3, hidden), gates.dtype)
    to_r, to_z, to_v = np.moveaxis(d, 2, 0)
    np.multiply(to_n, r, out=to_v)
    np.subtract(1, r, out=to_r)
    to_r *= to_v
    to_r *= v_n
    np.subtract(1, z, out=to_z)
    to_z *= z
    to_z *= h[:-1] - n
    rows = d.reshape(length, batch, 3 * hidden)
    y = np.zeros_like(h[0])
    pulled = np.empty_like(y)
    for t in range(length - 1, -1, -1):
        y += g[:, t]
        d[t] *= y[:, None]
        to_n[t] *= y
        np.matmul(rows[t], weight_hh, out=pulled)
        y *= z[t]
        y += pulled
    by_weight_hh = shared.weight_gradient(rows, h[:-1]) if for_weight_hh else None
    by_bias_hh = shared.bias_gradient(rows) if for_bias_hh else None
    to_v[...] = to_n  # from ∂v to ∂u
    return (
        shared.input_gradient(rows, weight_ih) if for_x else None,
        shared.weight_gradient(rows, steps) if for_weight_ih else None,
        by_weight_hh,
        shared.bias_gradient(rows) if for_bias_ih else None,
        by_bias_hh,
        y,
    )
