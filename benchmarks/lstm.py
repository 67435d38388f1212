"""An LSTM over 64 steps, forward and backward, beside torch.nn.LSTM.

    python -m benchmarks.lstm [--quick]

nn.LSTM(128, 128) on a batch of 32, float32; the loss is the sum of the squares of the outputs, with
gradients to the input, as below other layers, and to all weights.  The same weights and input on both sides,
and the outputs are compared.  They run in turn, each in a process of its own; figures are medians.
"""

from collections.abc import Callable

import numpy as np

import minigrad as mg
import nn
from benchmarks.command import command
from benchmarks.contest import Contestant, difference, in_turn
from benchmarks.figures import NOT_INSTALLED, Figure
from benchmarks.machine import is_installed

Shape = tuple[int, int, int]
SHAPE = (32, 64, 128)  # (B, T, C)


def problem(shape: Shape) -> tuple[nn.LSTM, np.ndarray]:
    """The layer and its input, always the same."""
    rng = np.random.default_rng(0)
    return nn.LSTM(shape[2], shape[2], rng=rng), rng.normal(size=shape).astype(np.float32)


def our_step(shape: Shape) -> Callable[[], np.ndarray]:
    """A step of this framework, giving the outputs."""
    mg.kernels.keep_heap()
    layer, array = problem(shape)
    x = mg.tensor(array, requires_grad=True)

    def step() -> np.ndarray:
        layer.zero_grad()
        x.grad = None
        out, _ = layer(x)  # (B, T, C)
        (out * out).sum().backward()
        return out.numpy()

    return step


def torch_step(shape: Shape) -> Callable[[], np.ndarray]:
    """The same in PyTorch eager, from the same weights."""
    import torch

    ours, array = problem(shape)
    layer = torch.nn.LSTM(shape[2], shape[2], batch_first=True)
    layer.load_state_dict({name: torch.from_numpy(value) for name, value in ours.state_dict().items()})
    x = torch.from_numpy(array).requires_grad_()

    def step() -> np.ndarray:
        layer.zero_grad()
        x.grad = None
        out, _ = layer(x)  # (B, T, C)
        (out * out).sum().backward()
        return out.detach().numpy()

    return step


def measure(quick: bool) -> list[Figure]:
    """One row."""
    what = f"LSTM, hidden {SHAPE[2]}, {SHAPE[1]} steps, batch {SHAPE[0]}"
    contestants = {"minigrad": Contestant(our_step, SHAPE)}
    if is_installed("torch"):
        contestants["PyTorch"] = Contestant(torch_step, SHAPE)
    measured = in_turn(contestants, rounds=2 if quick else 20, repeats=3 if quick else 5)
    ours = measured["minigrad"].median * 1e3
    if "PyTorch" not in measured:
        return [Figure(what, ours, None, "ms", 1.5, note=f"PyTorch is {NOT_INSTALLED}")]
    most = difference(measured.values(), 1e-4)
    note = f"outputs, same weights: they differ by at most {most:.0e}"
    return [Figure(what, ours, measured["PyTorch"].median * 1e3, "ms", 1.5, note=note)]


def main() -> None:
    """Print the table."""
    command(measure, __doc__)


if __name__ == "__main__":
    main()
