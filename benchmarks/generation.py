"""Writing text with the char model, with and without a cache of keys and values, beside PyTorch eager.

    python -m benchmarks.generation

From one character on until the context is full, the likeliest character each time, float32; the same
weights on both sides, and their logits compared first.  All run in turn in one process; the figures are
medians and their ratios.
"""

import argparse
import os
import platform
import statistics
from collections.abc import Callable
from dataclasses import replace

import numpy as np

import minigrad as mg
import nn
from benchmarks.timing import in_turn, table
from benchmarks.train_step import CONFIG, VOCABULARY
from examples.char.model import CharTransformer, ModelConfig

Step = Callable[[np.ndarray], np.ndarray]  # more characters (B, T) -> logits of what follows them (B, V)


def our_steps(model: CharTransformer, cached: bool) -> Callable[[], Step]:
    """What begins a text and gives a step that goes on with it, in this framework."""

    def begin() -> Step:
        cache = nn.KeyValueCache(model.config.context) if cached else None

        def step(ids: np.ndarray) -> np.ndarray:
            with mg.no_grad():
                return model(ids, cache).numpy()[:, -1]

        return step

    return begin


def torch_steps(model: CharTransformer, cached: bool) -> Callable[[], Step]:
    """The same in PyTorch eager, from the same weights."""
    import torch

    from benchmarks.torch_twin import Cache, TorchCharTransformer

    twin = TorchCharTransformer(model.config, model.state_dict())

    def begin() -> Step:
        cache = Cache(model.config) if cached else None

        @torch.inference_mode()
        def step(ids: np.ndarray) -> np.ndarray:
            return twin(torch.from_numpy(ids), cache)[:, -1].numpy()

        return step

    return begin


def writer(begin: Callable[[], Step], cached: bool, length: int) -> Callable[[], list[np.ndarray]]:
    """Write until there are `length` characters; the logits that each new one was chosen from."""

    def write() -> list[np.ndarray]:
        step, ids, logits = begin(), np.zeros((1, 1), np.int64), []
        while ids.shape[1] < length:
            logits.append(step(ids[:, -1:] if cached else ids))
            ids = np.append(ids, logits[-1].argmax(axis=1)[:, None], axis=1)
        return logits

    return write


def contestants_for(config: ModelConfig) -> dict[str, Callable[[], list[np.ndarray]]]:
    """Each framework with a cache and without, PyTorch only where it is installed."""
    rng = np.random.default_rng(0)
    model = CharTransformer(config, rng).eval()
    for parameter in model.parameters():  # of the size that training gives them, so that logits differ
        parameter.data[...] = rng.normal(size=parameter.shape) * 0.1
    sides = {"minigrad": our_steps}
    try:
        import torch  # noqa: F401
    except ImportError:
        print("PyTorch is not installed, so it is not measured: pip install torch==2.13.0")
    else:
        sides["PyTorch eager"] = torch_steps
    return {
        f"{name}, {'cached' if cached else 'all again'}": writer(steps(model, cached), cached, config.context)
        for cached in (True, False)
        for name, steps in sides.items()
    }


def compare(contestants: dict[str, Callable[[], list[np.ndarray]]]) -> None:
    """Print the largest difference of logits; stop where it is more than rounding."""
    (first, *others) = (np.concatenate(write()) for write in contestants.values())  # (T, V) each
    difference = max(float(np.abs(first - other).max()) for other in others)
    scale = float(np.abs(first).max())
    print(f"logits over the whole text, same weights: they differ by at most {difference:.1e} of {scale:.1f}")
    if not difference < 1e-4 * max(scale, 1):
        raise SystemExit("the contestants compute different things, so their times say nothing")


def versions() -> str:
    """What the figures depend on."""
    words = f"Python {platform.python_version()}, NumPy {np.__version__}"
    try:
        import torch
    except ImportError:
        return words
    return f"{words}, PyTorch {torch.__version__} with {torch.get_num_threads()} threads"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15, help="turns of each contestant (default 15)")
    parser.add_argument(
        "--context", type=int, default=CONFIG.context, help="characters to write up to (default %(default)s)"
    )
    args = parser.parse_args()
    config = replace(CONFIG, context=args.context)
    contestants = contestants_for(config)
    compare(contestants)
    print(f"{platform.machine()}, {os.cpu_count()} CPUs; {versions()}")
    print(f"{VOCABULARY} characters, context {config.context}, {config.layers} layers, float32\n")
    seconds = in_turn(contestants, args.rounds)
    ruler = "PyTorch eager, cached"
    print(table(seconds, ruler if ruler in seconds else "minigrad, cached"), "\n")
    for name, values in seconds.items():
        print(f"{name:<25} {(config.context - 1) / statistics.median(values):7,.0f} characters/s")


if __name__ == "__main__":
    main()
