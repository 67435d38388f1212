"""One step of a long short-term memory, and one step back: see minigrad.ops.fused.recurrent_lstm.

Gates i, f, g, o lie side by side, (B, 4H).  What the sigmoid is applied to comes halved, since σ(a) is
½·tanh(½·a) + ½: so one tanh serves all four, and `scale`, ½ or 1, makes gates of it.
"""

import numpy as np

from minigrad.kernels.dispatch import kernel


@kernel
def lstm_step(
    gates: np.ndarray,
    product: np.ndarray,
    scale: np.ndarray,
    before: np.ndarray,
    cell: np.ndarray,
    tanh_cell: np.ndarray,
    h: np.ndarray,
) -> None:
    """Make gates (B, 4H) of gates + product; set cell to f·before + i·g, and h to o·tanh(cell), (B, H)."""
    gates += product
    np.tanh(gates, out=gates)
    gates *= scale
    gates += 1 - scale
    i, f, proposal, o = np.split(gates, 4, axis=1)
    np.multiply(f, before, out=cell)
    cell += i * proposal
    np.tanh(cell, out=tanh_cell)
    np.multiply(o, tanh_cell, out=h)


@kernel
def lstm_slopes(
    gates: np.ndarray, before: np.ndarray, tanh_cell: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Of all steps: ∂cell/∂a for i, f, g and ∂h/∂a for o, (T, B, 4H), and ∂h/∂cell, (T, B, H).

    a is what σ or tanh was applied to.
    """
    slopes = np.subtract(1, gates)
    slopes *= gates  # the slope of σ
    i, _, proposal, o = np.split(gates, 4, axis=2)
    to_i, to_f, to_g, to_o = np.split(slopes, 4, axis=2)
    to_i *= proposal
    to_f *= before
    np.multiply(proposal, proposal, out=to_g)
    np.subtract(1, to_g, out=to_g)
    to_g *= i
    to_o *= tanh_cell
    to_cell = tanh_cell * tanh_cell
    np.subtract(1, to_cell, out=to_cell)
    to_cell *= o
    return slopes, to_cell


@kernel
def lstm_step_backward(
    slopes: np.ndarray, to_cell: np.ndarray, gates: np.ndarray, y: np.ndarray, s: np.ndarray
) -> None:
    """Make ∂a (B, 4H) of slopes, y being the gradient of h; s, that of the cell, goes one step back."""
    hidden = s.shape[1]
    s += y * to_cell
    slopes[:, : 3 * hidden] *= np.tile(s, 3)
    slopes[:, 3 * hidden :] *= y
    s *= gates[:, hidden : 2 * hidden]
