"""The whole training step of a char Transformer, beside PyTorch eager and its own bare matrix products.

    python -m benchmarks.train_step [--quick]

Forward, backward, clipping and AdamW at two sizes: with compiled kernels, with the batch shared out to
threads besides (`mg.data_parallel`), and with nothing but NumPy; the same weights and batch everywhere, the
loss of the first step compared.  The contestants run in turn, each in a process of its own; figures are
medians.  Memory is what a process holds at its peak beyond model and batch: activations, gradients, the
optimiser's moments and whatever its allocator keeps.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

import minigrad as mg
import nn
from benchmarks.command import parser_for, show
from benchmarks.contest import Contestant, Measured, alone, difference, in_turn
from benchmarks.figures import NOT_INSTALLED, Figure
from benchmarks.machine import cpus, is_installed
from benchmarks.profile import op_times
from benchmarks.timing import table
from examples.char.model import CharTransformer, ModelConfig

VOCABULARY = 103  # distinct characters of the default corpus
CONFIG = ModelConfig(VOCABULARY, context=64, layers=4, heads=4, channels=128, positions="learned")
OURS, THREADS, NUMPY = "compiled kernels", "kernels and threads", "NumPy alone"
TORCH, BARE = "PyTorch eager", "bare matrix products"


@dataclass(frozen=True)
class Setting:
    """A model, its batch, and how often a contestant's turn comes and how many steps it has."""

    config: ModelConfig
    batch: int
    rounds: int
    repeats: int

    @property
    def title(self) -> str:
        """Its sizes."""
        c = self.config
        return f"{c.layers} layers, {c.channels} channels, context {c.context}, batch {self.batch}"

    def problem(self) -> tuple[CharTransformer, np.ndarray, np.ndarray]:
        """The model, characters and those that follow them, always the same."""
        rng = np.random.default_rng(0)
        shape = (self.batch, self.config.context)
        ids, targets = (rng.integers(0, self.config.vocabulary, shape) for _ in range(2))
        return CharTransformer(self.config, rng), ids, targets

    @property
    def tiny(self) -> "Setting":
        """One to load with what a library loads when first used."""
        return replace(self, config=replace(self.config, layers=1, channels=16, context=8), batch=2)


NANO = Setting(CONFIG, batch=12, rounds=20, repeats=5)  # nanoGPT's setting for a CPU
LARGER = Setting(replace(CONFIG, context=128, heads=8, channels=256), batch=32, rounds=6, repeats=2)


def our_step(setting: Setting, threads: int = 1) -> Callable[[], float]:
    """One step of this framework, giving the loss."""
    model, ids, targets = setting.problem()
    of_batch = partial(mg.data_parallel, model.loss, threads=threads) if threads > 1 else model.loss
    parameters = list(model.parameters())
    optimizer = nn.optim.AdamW(parameters, lr=1e-3)

    def step() -> float:
        optimizer.zero_grad()
        loss = of_batch(ids, targets)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        return loss.item()

    return step


def torch_step(setting: Setting) -> Callable[[], float]:
    """The same step in PyTorch eager, from the same weights."""
    import torch

    from examples.char.torch_twin import TorchCharTransformer

    model, ids, targets = setting.problem()
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


def bare_products(setting: Setting) -> Callable[[], None]:
    """Every matrix product of the step, forward and backward, and nothing else, in NumPy."""
    rng = np.random.default_rng(0)
    config, batch = setting.config, setting.batch
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


def our_contestant(setting: Setting, threads: int = 1) -> Callable[[], float]:
    """`our_step` as a program takes it: memory is kept, and the kernels are loaded."""
    mg.kernels.keep_heap()
    our_step(setting.tiny, threads)()
    return our_step(setting, threads)


def torch_contestant(setting: Setting) -> Callable[[], float]:
    """`torch_step`, PyTorch's own libraries loaded."""
    torch_step(setting.tiny)()
    return torch_step(setting)


def race(setting: Setting) -> dict[str, Measured]:
    """All that are installed.  Raises ContestError where their first losses differ."""
    contestants = {}
    if is_installed("numba"):
        contestants[OURS] = Contestant(our_contestant, setting, env={"MINIGRAD_KERNELS": "1"})
        contestants[THREADS] = Contestant(our_contestant, setting, cpus(), env={"MINIGRAD_KERNELS": "1"})
    contestants[NUMPY] = Contestant(our_contestant, setting, env={"MINIGRAD_KERNELS": "0"})
    if is_installed("torch"):
        contestants[TORCH] = Contestant(torch_contestant, setting)
    contestants[BARE] = Contestant(bare_products, setting)
    measured = in_turn(contestants, setting.rounds, setting.repeats, warm_up=min(2, setting.repeats))
    losses = [one for name, one in measured.items() if name != BARE]
    if len(losses) > 1:
        difference(losses, 1e-4)
    return measured


def figures(setting: Setting, measured: dict[str, Measured]) -> list[Figure]:
    """The rows of one setting."""
    title = f"step, {setting.config.channels} channels"
    torch, none = measured.get(TORCH), Measured(seconds=[float("nan")])
    never = Measured(seconds=[float("inf")])
    compiled, threads, numpy = measured.get(OURS, none), measured.get(THREADS, none), measured[NUMPY]
    no_torch = "" if torch else f"PyTorch is {NOT_INSTALLED}"
    no_numba = no_torch if OURS in measured else f"Numba is {NOT_INSTALLED}"
    steps, bytes_ = (None, None) if torch is None else (torch.median * 1e3, torch.peak_bytes / 1e6)
    fastest = min((OURS, THREADS, NUMPY), key=lambda name: measured.get(name, never).median)
    return [
        Figure(f"{title}, {OURS}", compiled.median * 1e3, steps, "ms", 1.0, note=no_numba or setting.title),
        Figure(f"{title}, {THREADS}", threads.median * 1e3, steps, "ms", 1.0, note=no_numba),
        Figure(f"{title}, {NUMPY}", numpy.median * 1e3, steps, "ms", 1.4, note=no_torch),
        Figure(
            f"{title}, against its {BARE}",
            measured[fastest].median * 1e3,
            measured[BARE].median * 1e3,
            "ms",
            1.5,
            note=f"the fastest: {fastest}",
        ),
        Figure(f"{title}, peak memory, {OURS}", compiled.peak_bytes / 1e6, bytes_, "MB", 1.0, note=no_numba),
        Figure(f"{title}, peak memory, {THREADS}", threads.peak_bytes / 1e6, bytes_, "MB", note=no_numba),
        Figure(f"{title}, peak memory, {NUMPY}", numpy.peak_bytes / 1e6, bytes_, "MB", note=no_torch),
    ]


def settings(quick: bool) -> list[Setting]:
    """Both sizes; quick ones have few rounds."""
    if quick:
        return [replace(NANO, rounds=2, repeats=2), replace(LARGER, rounds=1, repeats=1)]
    return [NANO, LARGER]


def measure(quick: bool) -> list[Figure]:
    """The rows of both sizes."""
    return [row for setting in settings(quick) for row in figures(setting, race(setting))]


def profile(setting: Setting, steps: int, keep_heap: bool) -> str:
    """Where a step's time goes, op by op."""
    if keep_heap:
        mg.kernels.keep_heap()
    step = our_step(setting)
    step()
    with op_times() as times:
        start = time.perf_counter()
        for _ in range(steps):
            step()
        total = time.perf_counter() - start
    return times.table(total, steps)


def main() -> None:
    """Print the tables."""
    quick = parser_for(__doc__).parse_args().quick
    rows = []
    for setting in settings(quick):
        measured = race(setting)
        baseline = TORCH if TORCH in measured else NUMPY
        print(f"{setting.title}:\n{table(measured, baseline, memory=True)}")
        losses = ", ".join(f"{name} {one.first:.6f}" for name, one in measured.items() if name != BARE)
        print(f"loss of the first step: {losses}\n", flush=True)
        rows += figures(setting, measured)
    show(rows)
    steps = 2 if quick else 20
    print("\nWhere the smaller step's time goes, in ms: NumPy alone, and memory given back after each step")
    print(alone(profile, NANO, steps, False, env={"MINIGRAD_KERNELS": "0"}))
    print("\nThe same with compiled kernels, and memory kept")
    print(alone(profile, NANO, steps, True, env={"MINIGRAD_KERNELS": "1"}))


if __name__ == "__main__":
    main()
