"""A step of AdamW, beside PyTorch's two: by ops, which is its default on a CPU, and fused=True.

    python -m benchmarks.optimizers [--quick]

Ten matrices of 1000 × 1000, where memory decides, and 50 small arrays, 64 × 64 and 64 in turn, where the
cost of a call does; float32, gradients there already.  The same weights and gradients on all sides, and the
weights after the first step are compared.  They run in turn, each in its own process; figures are medians.
Ours is on one thread, PyTorch's on as many as it takes: on a machine that others use as well, set
OMP_NUM_THREADS=1, or its threads wait for each other.
"""

from collections.abc import Callable

import numpy as np

import minigrad as mg
import nn
from benchmarks.command import command
from benchmarks.contest import Contestant, difference, in_turn
from benchmarks.figures import NOT_INSTALLED, Figure
from benchmarks.machine import is_installed

Shapes = list[tuple[int, ...]]
PROBLEMS: dict[str, tuple[Shapes, float, str]] = {  # shapes, units of a second, their name
    "10 million parameters": ([(1000, 1000)] * 10, 1e3, "ms"),
    "50 small arrays": ([(64, 64), (64,)] * 25, 1e6, "µs"),
}


def problem(shapes: Shapes) -> list[tuple[np.ndarray, np.ndarray]]:
    """Weights and their gradients, always the same."""
    rng = np.random.default_rng(0)
    return [(rng.normal(size=s).astype(np.float32), rng.normal(size=s).astype(np.float32)) for s in shapes]


def our_step(shapes: Shapes) -> Callable[[], np.ndarray]:
    """A step of this framework, giving the first weights."""
    parameters = []
    for weight, gradient in problem(shapes):
        parameters.append(p := nn.Parameter(weight))
        p.grad = mg.tensor(gradient)
    optimizer = nn.optim.AdamW(parameters)

    def step() -> np.ndarray:
        optimizer.step()
        return parameters[0].data[:10].copy()

    return step


def torch_step(shapes: Shapes, fused: bool) -> Callable[[], np.ndarray]:
    """The same in PyTorch."""
    import torch

    parameters = []
    for weight, gradient in problem(shapes):
        parameters.append(p := torch.nn.Parameter(torch.from_numpy(weight)))
        p.grad = torch.from_numpy(gradient)
    optimizer = torch.optim.AdamW(parameters, fused=fused or None)

    def step() -> np.ndarray:
        optimizer.step()
        return parameters[0].detach()[:10].numpy().copy()

    return step


def measure(quick: bool) -> list[Figure]:
    """For each problem a row for each way that PyTorch has."""
    rows = []
    for what, (shapes, unit, name) in PROBLEMS.items():
        contestants = {"minigrad": Contestant(our_step, shapes)}
        if is_installed("torch"):
            contestants["PyTorch"] = Contestant(torch_step, shapes, False)
            contestants["PyTorch, fused=True"] = Contestant(torch_step, shapes, True)
        measured = in_turn(contestants, rounds=2 if quick else 12, repeats=3 if quick else 15)
        ours = measured["minigrad"].median * unit
        if "PyTorch" not in measured:
            rows.append(Figure(f"AdamW, {what}", ours, None, name, 1.0, note=f"PyTorch is {NOT_INSTALLED}"))
            continue
        note = f"weights after a step differ by at most {difference(measured.values(), 1e-5):.0e}"
        for peer in list(measured)[1:]:
            theirs = measured[peer].median * unit
            rows.append(Figure(f"AdamW, {what}, beside {peer}", ours, theirs, name, 1.0, note=note))
    return rows


def main() -> None:
    """Print the table."""
    command(measure, __doc__)


if __name__ == "__main__":
    main()
