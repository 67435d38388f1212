"""Each kernel in NumPy and in loops, beside PyTorch's function, at the sizes of the training step.

    python -m benchmarks.kernels

Forward and backward in microseconds: the least of many short runs, in turn in one process and on one
thread, so that what else the machine does counts as little as can be.  PyTorch's backward is the time of
both less that of the forward.
"""

import argparse
import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad import kernels
from minigrad.kernels.dispatch import compiled_module

Run = Callable[[], object]
BACKWARD = ", backward"
RNG = np.random.default_rng(0)


def random(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype(np.float32)


def calls() -> dict[str, tuple[str, tuple[Any, ...], dict[str, Any]]]:
    """What each kernel is called with: 12 texts of 64 characters, 128 channels, 4 heads."""
    x, g = random(12, 64, 512), random(12, 64, 512)
    rows, g_rows, weight, bias = random(12, 64, 128), random(12, 64, 128), random(128), random(128)
    _, mean, scale = kernels.layer_norm(rows, weight, bias, -1, 1e-5)
    scores, shift = random(12, 4, 64, 64), random(12, 4, 64, 1)
    weights = np.abs(random(12, 4, 64, 64)) / 64  # small, since the call is in place, again and again
    p, m = random(512, 128), random(512, 128)
    settings = {"keep": 1.0, "decay": 0.0, "rate": 1e-3, "root": 1.0, "eps": 1e-8}
    return {
        "gelu tanh": ("gelu", (x, "tanh"), {}),
        "gelu tanh, backward": ("gelu_backward", (g, x, kernels.gelu(x, "tanh")[1], "tanh"), {}),
        "gelu erf": ("gelu", (x, "none"), {}),
        "gelu erf, backward": ("gelu_backward", (g, x, kernels.gelu(x, "none")[1], "none"), {}),
        "layer_norm": ("layer_norm", (rows, weight, bias, -1, 1e-5), {}),
        "layer_norm, backward": ("layer_norm_backward", (g_rows, rows, mean, scale, weight, bias, -1), {}),
        "causal softmax": ("exp_scores", (scores, -64, 0), {}),
        "causal softmax, backward": ("scores_backward", (scores, shift, weights), {}),
        "adam, 512 × 128": ("adam", (p, random(512, 128), m, m * m, (0.9, 0.999)), settings),
    }


def torch_calls() -> dict[str, Run]:
    """The same of PyTorch; a name with ", backward" does both ways."""
    import torch
    from torch.nn import functional as F

    torch.set_num_threads(1)
    tensor = lambda *shape: torch.from_numpy(random(*shape)).requires_grad_()
    x, rows, weight, bias, scores = (
        tensor(12, 64, 512), tensor(12, 64, 128), tensor(128), tensor(128), tensor(12, 4, 64, 64)
    )  # fmt: skip
    hidden = torch.ones(64, 64, dtype=torch.bool).triu(1)
    functions: dict[str, tuple[Callable[[], Any], Any]] = {
        "gelu tanh": (lambda: F.gelu(x, approximate="tanh"), x),
        "gelu erf": (lambda: F.gelu(x), x),
        "layer_norm": (lambda: F.layer_norm(rows, (128,), weight, bias), rows),
        "causal softmax": (lambda: scores.masked_fill(hidden, -torch.inf).softmax(-1), scores),
    }
    found: dict[str, Run] = {}
    for name, (forward, leaf) in functions.items():
        g = torch.ones_like(leaf)
        found[name] = forward
        found[name + BACKWARD] = lambda forward=forward, g=g: forward().backward(g)
    p = torch.nn.Parameter(torch.from_numpy(random(512, 128)))
    p.grad = torch.from_numpy(random(512, 128))
    found["adam, 512 × 128"] = torch.optim.Adam([p]).step
    return found


def least(contestants: dict[str, Run], rounds: int) -> dict[str, float]:
    """Microseconds of the fastest run of each, in turn."""
    best = dict.fromkeys(contestants, float("inf"))
    for _ in range(rounds):
        for name, call in contestants.items():
            start = time.perf_counter()
            call()
            best[name] = min(best[name], (time.perf_counter() - start) * 1e6)
    return best


def contestants_of(name: str, args: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Run]:
    """The twin and, where there are any, the loops, each on operands of its own."""
    compiled = compiled_module()
    functions = {"NumPy": getattr(kernels, name).twin}
    if compiled is not None:
        functions["loops"] = getattr(compiled, name)

    def bind(function: Callable[..., Any]) -> Run:
        own = tuple(np.copy(x) if isinstance(x, np.ndarray) else x for x in args)
        return lambda: function(*own, **options)

    return {label: bind(function) for label, function in functions.items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=500, help="runs of each contestant (default 500)")
    rounds = parser.parse_args().rounds
    kernels.keep_heap()
    try:
        peers = torch_calls()
    except ImportError:
        peers = {}
        print("PyTorch is not installed, so it is not measured: pip install torch==2.13.0")
    print(f"{'microseconds':<24}  {'NumPy':>8}  {'loops':>8}  {'PyTorch':>8}")
    for label, (name, args, options) in calls().items():
        contestants = contestants_of(name, args, options)
        if label in peers:
            contestants["PyTorch"] = peers[label]
            if label.endswith(BACKWARD):
                contestants["forward"] = peers[label.removesuffix(BACKWARD)]
        best = least(contestants, rounds)
        if "forward" in best:
            best["PyTorch"] -= best["forward"]
        figures = "  ".join(f"{best.get(who, float('nan')):8.1f}" for who in ("NumPy", "loops", "PyTorch"))
        print(f"{label:<24}  {figures}", flush=True)


if __name__ == "__main__":
    main()
