"""What one op costs, forward and backward, beside PyTorch eager, HIPS autograd, MyGrad and bare NumPy.

    python -m benchmarks.engine [--quick]

Each op is applied 50 times in a row to its own result, with a gradient to both operands, and pulled
back once: the time of that, divided by 50, is the cost of one op.  On 4 elements it is what the engine
itself costs; on 256 × 256, mostly memory.  All run in turn in one process, on one thread; the figures
are medians, and the last line is the median over the ops of the ratios to PyTorch.
"""

import math
import statistics
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benchmarks.command import parser_for
from benchmarks.contest import ONE_THREAD, alone
from benchmarks.figures import NOT_INSTALLED, Figure
from benchmarks.machine import description, is_installed
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
Maker = Callable[[Callable[..., Any], np.ndarray, np.ndarray], tuple[Run, Run]]


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


CONTESTANTS: dict[str, Maker] = {
    "minigrad": _minigrad,
    "PyTorch": _torch,
    "HIPS autograd": _hips,
    "MyGrad": _mygrad,
    "bare NumPy": _numpy,
}


MODULES = {"PyTorch": "torch", "HIPS autograd": "autograd", "MyGrad": "mygrad"}


def costs(size: str, direction: int, names: list[str], rounds: int) -> Iterator[tuple[str, dict[str, float]]]:
    """Each op, and its microseconds in each of the libraries `names`; direction 1 is forward and backward."""
    for label, op in OPS.items():
        rng = np.random.default_rng(0)
        a, b = (rng.uniform(0.001, 0.002, SIZES[size]).astype(np.float32) for _ in range(2))
        runs = {name: CONTESTANTS[name](op, a, b)[direction] for name in names}
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            seconds = in_turn(runs, rounds, warm_up=2, repeats=5 if size == "4 elements" else 2)
        yield label, {name: statistics.median(values) / CHAIN * 1e6 for name, values in seconds.items()}


def installed() -> list[str]:
    """Those of CONTESTANTS that can be measured here."""
    return [name for name in CONTESTANTS if name not in MODULES or is_installed(MODULES[name])]


def measure(quick: bool) -> list[Figure]:
    """Forward and backward against PyTorch: a row for each size."""
    return alone(_measure, 2 if quick else 9, env=ONE_THREAD)


def _measure(rounds: int) -> list[Figure]:
    names = [name for name in ("minigrad", "PyTorch") if name in installed()]
    return [figure(size, dict(costs(size, 1, names, rounds))) for size in SIZES]


def figure(size: str, cost: dict[str, dict[str, float]]) -> Figure:
    """The row of one size: the median over the ops of the ratios to PyTorch."""
    what = f"ops on {size}, forward and backward"
    ours = statistics.median(one["minigrad"] for one in cost.values())
    if "PyTorch" not in next(iter(cost.values())):
        note = f"the median op costs {ours:.2f} µs; PyTorch is {NOT_INSTALLED}"
        return Figure(what, math.nan, None, "×", note=note)
    ratios = {label: one["minigrad"] / one["PyTorch"] for label, one in cost.items()}
    theirs = statistics.median(one["PyTorch"] for one in cost.values())
    least, most = (pick(ratios, key=ratios.__getitem__) for pick in (min, max))
    note = (
        f"median of the ratios of {len(cost)} ops: from {ratios[least]:.2f} ({least}) to {ratios[most]:.2f} "
        f"({most}); median costs: {ours:.2f} µs, PyTorch's {theirs:.2f} µs"
    )
    aim = 0.5 if size == "4 elements" else None
    return Figure(what, statistics.median(ratios.values()), 1.0, "×", aim, note=note)


def main() -> None:
    """Print the tables."""
    quick = parser_for(__doc__).parse_args().quick
    alone(_tables, 2 if quick else 9, env=ONE_THREAD)


def _tables(rounds: int) -> None:
    names = installed()
    for name in CONTESTANTS.keys() - set(names):
        print(f"{name} is {NOT_INSTALLED}")
    print(f"{description()}\nmicroseconds per op, chains of {CHAIN}")
    for size in SIZES:
        for direction in (0, 1):
            _table(size, direction, names, rounds)


def _table(size: str, direction: int, names: list[str], rounds: int) -> None:
    title = f"{size}, {('forward, recorded', 'forward and backward')[direction]}"
    print(f"\n{title:<32}" + "".join(f"{name:>14}" for name in names) + f"{'ours / PyTorch':>16}")
    ratios = []
    for label, cost in costs(size, direction, names, rounds):
        line = f"{label:<32}" + "".join(f"{cost[name]:14.2f}" for name in names)
        if "PyTorch" in cost:
            ratios.append(cost["minigrad"] / cost["PyTorch"])
            line += f"{ratios[-1]:16.2f}"
        print(line, flush=True)
    if ratios:
        print(f"{'median of the ratios':<32}{statistics.median(ratios):{14 * len(names) + 16}.2f}")


if __name__ == "__main__":
    main()
