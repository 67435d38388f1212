"""What one op costs, forward and backward, beside PyTorch eager, HIPS autograd, MyGrad and bare NumPy.

    python -m benchmarks.engine

Each op is applied 50 times in a row to its own result, with a gradient to both operands, and pulled
back once: the time of that, divided by 50, is the cost of one op.  On 4 elements it is what the engine
itself costs; on 256 × 256, mostly memory.  All run in turn in one process, on one thread; the figures
are medians, and the last line is the median over the ops of the ratios to PyTorch.
"""

import argparse
import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import platform
import statistics
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.timing import in_turn

CHAIN = 50
SIZES = {"4 elements": (2, 2), "256 × 256": (256, 256)}
# An op: a function of (the library's namespace, x, w), and the same of x again.
OPS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "add": lambda lib, x, w: x + w,
    "multiply": lambda lib, x, w: x * w,
    "divide": lambda lib, x, w: x / w,
    "multiply by a number": lambda lib, x, w: x * 1.01,
    "exp": lambda lib, x, w: lib.exp(x),
    "tanh": lambda lib, x, w: lib.tanh(x),
    "maximum": lambda lib, x, w: lib.maximum(x, w),
    "matmul": lambda lib, x, w: x @ w,
    "sum of rows": lambda lib, x, w: w + lib.sum(x, 0),
    "transpose": lambda lib, x, w: x.T,
    "reshape": lambda lib, x, w: x.reshape(w.shape),
    "where": lambda lib, x, w: lib.where(x > w, x, w),
}

Run = Callable[[], object]
Contestant = Callable[[Callable[..., Any], np.ndarray, np.ndarray], tuple[Run, Run]]


def chain(op: Callable[..., Any], lib: Any, x: Any, w: Any) -> Any:
    """op(op(...op(x, w)..., w), w)."""
    for _ in range(CHAIN):
        x = op(lib, x, w)
    return x


def _minigrad(op: Callable[..., Any], a: np.ndarray, b: np.ndarray) -> tuple[Run, Run]:
    import minigrad as mg

    x, w = mg.tensor(a, requires_grad=True), mg.tensor(b, requires_grad=True)
    g = np.ones_like(a)

    def both() -> None:
        x.grad = w.grad = None
        chain(op, mg, x, w).backward(g)

    return lambda: chain(op, mg, x, w), both


def _torch(op: Callable[..., Any], a: np.ndarray, b: np.ndarray) -> tuple[Run, Run]:
    import torch

    torch.set_num_threads(1)
    x, w = torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True)
    g = torch.ones_like(x)

    def both() -> None:
        x.grad = w.grad = None
        chain(op, torch, x, w).backward(g)

    return lambda: chain(op, torch, x, w), both


def _hips(op: Callable[..., Any], a: np.ndarray, b: np.ndarray) -> tuple[Run, Run]:
    import autograd.numpy as anp
    from autograd import make_vjp

    def forward() -> Any:
        return make_vjp(lambda xw: chain(op, anp, xw[0], xw[1]))((a, b))

    g = np.ones_like(a)
    return forward, lambda: forward()[0](g)


def _mygrad(op: Callable[..., Any], a: np.ndarray, b: np.ndarray) -> tuple[Run, Run]:
    import mygrad

    x, w = mygrad.tensor(a), mygrad.tensor(b)
    g = np.ones_like(a)

    def forward() -> None:
        chain(op, mygrad, x, w).clear_graph()

    return forward, lambda: chain(op, mygrad, x, w).backward(g)


def _numpy(op: Callable[..., Any], a: np.ndarray, b: np.ndarray) -> tuple[Run, Run]:
    def forward() -> Any:
        return chain(op, np, a, b)

    return forward, forward  # it has no backward: the forward is what nothing can be under


CONTESTANTS: dict[str, Contestant] = {
    "minigrad": _minigrad,
    "PyTorch": _torch,
    "HIPS autograd": _hips,
    "MyGrad": _mygrad,
    "NumPy (forward)": _numpy,
}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9, help="turns of each contestant (default 9)")
    rounds = parser.parse_args().rounds
    present = {name: make for name, make in CONTESTANTS.items() if _is_installed(name)}
    print(f"{platform.machine()}, {os.cpu_count()} CPUs; Python {platform.python_version()}, ", end="")
    print(f"NumPy {np.__version__}; float32, one thread; microseconds per op, chains of {CHAIN}")
    for size, shape in SIZES.items():
        for direction in (0, 1):
            _table(size, shape, direction, present, rounds)


def _table(
    size: str, shape: tuple[int, ...], direction: int, present: dict[str, Contestant], rounds: int
) -> None:
    title = f"{size}, {('forward, recorded', 'forward and backward')[direction]}"
    print(f"\n{title:<36}" + "".join(f"{name:>17}" for name in present) + f"{'ours / PyTorch':>16}")
    ratios = []
    for label, op in OPS.items():
        rng = np.random.default_rng(0)
        a, b = (rng.uniform(0.001, 0.002, shape).astype(np.float32) for _ in range(2))
        runs = {name: make(op, a, b)[direction] for name, make in present.items()}
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            seconds = in_turn(runs, rounds, warm_up=2, repeats=5 if size == "4 elements" else 2)
        cost = {name: statistics.median(values) / CHAIN * 1e6 for name, values in seconds.items()}
        line = f"{label:<36}" + "".join(f"{cost[name]:17.2f}" for name in present)
        if "PyTorch" in cost:
            ratios.append(cost["minigrad"] / cost["PyTorch"])
            line += f"{ratios[-1]:16.2f}"
        print(line, flush=True)
    if ratios:
        print(f"{'median of the ratios':<36}{statistics.median(ratios):{17 * len(present) + 16}.2f}")


def _is_installed(name: str) -> bool:
    module = {"PyTorch": "torch", "HIPS autograd": "autograd", "MyGrad": "mygrad"}.get(name)
    if module is None:
        return True
    try:
        __import__(module)
    except ImportError:
        print(f"{name} is not installed, so it is not measured: pip install -e '.[bench]'")
        return False
    return True


if __name__ == "__main__":
    main()
