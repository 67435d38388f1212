"""Generating text with the char model, with and without a cache of keys and values, beside PyTorch eager.

    python -m benchmarks.generation [--quick] [--context LENGTH]

From one character on until the context is full, the likeliest character each time, float32; the same
weights on both sides, and the logits of the whole text are compared.  The contestants run in turn, each in a
process of its own; figures are medians.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

import minigrad as mg
import nn
from benchmarks.command import parser_for, show
from benchmarks.contest import Contestant, Measured, difference, in_turn
from benchmarks.figures import NOT_INSTALLED, Figure
from benchmarks.machine import is_installed
from benchmarks.timing import table
from benchmarks.train_step import CONFIG
from examples.char.model import CharTransformer, ModelConfig

Step = Callable[[np.ndarray], np.ndarray]  # more characters (B, T) -> logits of what follows them (B, V)
Begin = Callable[[], Step]  # of a text


def our_steps(model: CharTransformer, cached: bool) -> Begin:
    """What begins a text and gives the step that continues it, in this framework."""
    mg.kernels.keep_heap()

    def begin() -> Step:
        cache = nn.KeyValueCache(model.config.context) if cached else None

        def step(ids: np.ndarray) -> np.ndarray:
            with mg.no_grad():
                return model(ids, cache).numpy()[:, -1]

        return step

    return begin


def torch_steps(model: CharTransformer, cached: bool) -> Begin:
    """The same in PyTorch eager, from the same weights."""
    import torch

    from examples.char.torch_twin import Cache, TorchCharTransformer

    twin = TorchCharTransformer(model.config, model.state_dict())

    def begin() -> Step:
        cache = Cache(model.config) if cached else None

        @torch.inference_mode()
        def step(ids: np.ndarray) -> np.ndarray:
            return twin(torch.from_numpy(ids), cache)[:, -1].numpy()

        return step

    return begin


def model_of(config: ModelConfig) -> CharTransformer:
    """Weights of the size that training gives them, so that logits differ; always the same."""
    rng = np.random.default_rng(0)
    model = CharTransformer(config, rng).eval()
    for parameter in model.parameters():
        parameter.data[...] = rng.normal(size=parameter.shape) * 0.1
    return model


def writer(
    steps: Callable[[CharTransformer, bool], Begin], config: ModelConfig, cached: bool
) -> Callable[[], np.ndarray]:
    """Write until the context is full; the logits (T - 1, V) that each new character was chosen from."""
    begin = steps(model_of(config), cached)

    def write() -> np.ndarray:
        step, ids, logits = begin(), np.zeros((1, 1), np.int64), []
        while ids.shape[1] < config.context:
            logits.append(step(ids[:, -1:] if cached else ids))
            ids = np.append(ids, logits[-1].argmax(axis=1)[:, None], axis=1)
        return np.concatenate(logits)

    return write


SIDES = {"minigrad": our_steps, "PyTorch eager": torch_steps}
WAYS = {"with a cache": True, "all again": False}


def race(config: ModelConfig, rounds: int) -> dict[str, Measured]:
    """Each framework with a cache and without.  Raises ContestError where logits differ."""
    sides = SIDES if is_installed("torch") else {"minigrad": our_steps}
    contestants = {
        f"{side}, {way}": Contestant(writer, steps, config, cached)
        for way, cached in WAYS.items()
        for side, steps in sides.items()
    }
    measured = in_turn(contestants, rounds, repeats=3)
    difference(measured.values(), 1e-4)
    return measured


def figures(config: ModelConfig, measured: dict[str, Measured]) -> list[Figure]:
    """A row for each way."""
    rows = []
    for way, cached in WAYS.items():
        speed = {
            side: (config.context - 1) / measured[f"{side}, {way}"].median
            for side in SIDES
            if f"{side}, {way}" in measured
        }
        rows.append(
            Figure(
                f"writing {config.context} characters, {way}",
                speed["minigrad"],
                speed.get("PyTorch eager"),
                "tokens/s",
                1.0 if cached else None,
                higher_is_better=True,
                note="" if "PyTorch eager" in speed else f"PyTorch is {NOT_INSTALLED}",
            )
        )
    return rows


def measure(quick: bool) -> list[Figure]:
    """A row with a cache and one without."""
    return figures(CONFIG, race(CONFIG, 2 if quick else 15))


def main() -> None:
    """Print the tables."""
    parser = parser_for(__doc__)
    parser.add_argument(
        "--context", type=int, default=CONFIG.context, help="characters to write up to (default %(default)s)"
    )
    args = parser.parse_args()
    config = replace(CONFIG, context=args.context)
    measured = race(config, 2 if args.quick else 15)
    most = difference(measured.values(), 1e-4)
    print(f"a text of {config.context} characters, {config.layers} layers, {config.channels} channels:")
    print(table(measured, next(reversed(measured))))
    print(f"logits over the whole text, same weights: they differ by at most {most:.0e}\n")
    show(figures(config, measured))


if __name__ == "__main__":
    main()
