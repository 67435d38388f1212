"""The whole training step of the nanogpt-cpu setting, beside PyTorch eager and the bare matrix products.

    python -m benchmarks.train_step

Forward, backward, clipping and AdamW; float32; the same weights, batches and model on both sides,
which is checked first.  All run in turn in one process; the figures are medians and their ratios.
"""

import argparse
import os
import platform
import time
from collections.abc import Callable

import numpy as np

import nn
from benchmarks.profile import op_times
from benchmarks.timing import in_turn, table
from examples.char.model import CharTransformer, ModelConfig

VOCABULARY = 103  # distinct characters of the default corpus
BATCH = 12
CONFIG = ModelConfig(VOCABULARY, context=64, layers=4, heads=4, channels=128, positions="learned")


def our_step(model: CharTransformer, ids: np.ndarray, targets: np.ndarray) -> Callable[[], float]:
    """One step of this framework, giving the loss."""
    parameters = list(model.parameters())
    optimizer = nn.optim.AdamW(parameters, lr=1e-3)

    def step() -> float:
        optimizer.zero_grad()
        loss = model.loss(ids, targets)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        return loss.item()

    return step


def torch_step(model: CharTransformer, ids: np.ndarray, targets: np.ndarray) -> Callable[[], float]:
    """The same step in PyTorch eager, from the same weights."""
    import torch

    from benchmarks.torch_twin import TorchCharTransformer

    twin = TorchCharTransformer(model.config, model.state_dict())
    optimizer = torch.optim.AdamW(twin.parameters(), lr=1e-3)
    torch_ids, torch_targets = torch.from_numpy(ids), torch.from_numpy(targets)

    def step() -> float:
        optimizer.zero_grad()
        loss = twin.loss(torch_ids, torch_targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(twin.parameters(), 1.0)
        optimizer.step()
        return loss.item()

    return step


def bare_products(config: ModelConfig, batch: int) -> Callable[[], None]:
    """Every matrix product of the step, forward and backward, and nothing else, in NumPy."""
    rng = np.random.default_rng(0)
    c, t, h = config.channels, config.context, config.heads
    rows = batch * t

    def random(*shape: int) -> np.ndarray:
        return rng.normal(size=shape).astype(np.float32)

    linears = [(c, 3 * c), (c, c), (c, 4 * c), (4 * c, c)] * config.layers + [(c, config.vocabulary)]
    pairs = [(random(rows, n), random(n, m), random(rows, m)) for n, m in linears]
    heads = [
        (random(batch, h, t, c // h), random(batch, h, t, c // h), random(batch, h, t, t))
        for _ in range(config.layers)
    ]

    def products() -> None:
        for x, w, g in pairs:
            x @ w, g @ w.T, x.T @ g
        for q, k, p in heads:
            # q kᵀ and p v; then ∂p, ∂v, ∂q, ∂k
            q @ k.mT, p @ k, q @ k.mT, p.mT @ q, p @ k, p.mT @ q

    return products


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15, help="turns of each contestant (default 15)")
    rounds = parser.parse_args().rounds
    rng = np.random.default_rng(0)
    ids = rng.integers(0, VOCABULARY, (BATCH, CONFIG.context))
    targets = rng.integers(0, VOCABULARY, (BATCH, CONFIG.context))
    model = CharTransformer(CONFIG, rng)
    contestants: dict[str, Callable[[], object]] = {"minigrad": our_step(model, ids, targets)}
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}"
    ruler = "minigrad"
    try:
        import torch
    except ImportError:
        print("PyTorch is not installed, so it is not measured: pip install torch==2.13.0")
    else:
        contestants["PyTorch eager"] = peer = torch_step(model, ids, targets)
        ruler = "PyTorch eager"
        versions += f", PyTorch {torch.__version__} with {torch.get_num_threads()} threads"
        ours, theirs = contestants["minigrad"](), peer()
        print(f"loss of the first step, same weights: minigrad {ours:.6f}, PyTorch {theirs:.6f}")
        if abs(ours - theirs) > 1e-4:  # type: ignore[operator]
            raise SystemExit("the two models differ, so their times say nothing")
    contestants["bare matrix products"] = bare_products(CONFIG, BATCH)
    count = sum(p.size for p in model.parameters())
    print(f"{platform.machine()}, {os.cpu_count()} CPUs; {versions}")
    print(f"{count:,} parameters, batch {BATCH}, context {CONFIG.context}, float32\n")
    seconds = in_turn(contestants, rounds)
    print(table(seconds, ruler), "\n")
    steps = 10
    with op_times() as times:
        start = time.perf_counter()
        for _ in range(steps):
            contestants["minigrad"]()
        total = time.perf_counter() - start
    print("Where the step's time goes, in ms (gradients of saved views included in their op):")
    print(times.table(total, steps))


if __name__ == "__main__":
    main()
