"""The training of examples.long_range's default run, beside the same training in PyTorch eager.

    python -m benchmarks.long_range [--quick]
    python -m benchmarks.long_range --count      find STEPS again: the default run, some minutes

Timed is a whole training step as the example does it: drawing the batch, forward, backward, clipping, AdamW,
the schedule, the running accuracy; not the start, nor the measuring and the report after the training.  On
either side are the attention model and its windowed twin, with the same weights, batches and schedule, and
the losses of the first steps at each level are compared.

The curriculum makes texts longer at five levels.  At each one a block of 24 steps is timed, always the same
batches; its median times the steps that the default run takes at that level, summed over the levels, is the
time of the training.  Contestants run in turn, each in a process of its own.  As in the run itself a model
has one process and one thread; ours have the run's settings of the heap, PyTorch runs as it comes.  Where
there are two CPUs the run trains its two models side by side; here each is timed by itself, and what `both
models` says is the sum.
"""

import itertools
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from benchmarks.command import parser_for, show
from benchmarks.contest import ONE_THREAD, Contestant, Measured, difference, in_turn
from benchmarks.figures import NOT_INSTALLED, Figure
from benchmarks.machine import is_installed
from examples.long_range.language import Filler
from examples.long_range.model import MODELS
from examples.long_range.plans import QUICK
from examples.long_range.runs import ENVIRONMENT
from examples.long_range.training import LEVELS, State, Trainer

BLOCK = 24  # steps of a timed call; even, since copy and recall alternate
# How many steps of the default run each level has: see --count.
STEPS = {"attention": (363, 92, 118, 116, 811), "window": (600, 300, 150, 150, 300)}


def laps(trainer: Trainer, length: int) -> Iterator[list[float]]:
    """Losses: of two steps at every level, a copy and a recall; then of `length` steps, level after level."""

    def block(level: int, steps: int) -> Iterator[float]:
        trainer.data = np.random.default_rng(level)
        trainer.state = State(level=level)
        for _ in range(steps):
            trainer.step()
            yield trainer.state.loss

    yield [loss for level in range(len(LEVELS)) for loss in block(level, 2)]
    for level in itertools.cycle(range(len(LEVELS))):
        yield list(block(level, length))


def our_laps(name: str, length: int) -> Callable[[], list[float]]:
    """The laps of this framework, one a call, as the example trains."""
    return partial(next, laps(Trainer(MODELS[name], QUICK, Filler()), length))


def torch_laps(name: str, length: int) -> Callable[[], list[float]]:
    """The same in PyTorch eager."""
    import torch

    from benchmarks.long_range_twin import TorchTrainer

    torch.set_num_threads(1)
    return partial(next, laps(TorchTrainer(MODELS[name], QUICK, Filler()), length))


def race(name: str, rounds: int, length: int) -> dict[str, Measured]:
    """Laps of one model on each side, one level after another.  Raises ContestError where losses differ."""
    contestants = {"minigrad": Contestant(our_laps, name, length, env=ENVIRONMENT)}
    if is_installed("torch"):
        contestants["PyTorch"] = Contestant(torch_laps, name, length, env=ONE_THREAD)
    measured = in_turn(contestants, rounds, repeats=len(LEVELS), warm_up=0)
    if len(measured) > 1:
        difference(measured.values(), 1e-4)
    return measured


def seconds_of(name: str, one: Measured, length: int) -> float:
    """Of the whole training of a model."""
    levels = [statistics.median(one.seconds[level :: len(LEVELS)]) for level in range(len(LEVELS))]
    return sum(took / length * steps for took, steps in zip(levels, STEPS[name], strict=True))


def measure(quick: bool) -> list[Figure]:
    """A row for both models together, and one for each."""
    rounds, length = (1, 2) if quick else (5, BLOCK)
    seconds: dict[str, dict[str, float]] = {}  # of the training, by model and side
    for name in STEPS:
        measured = race(name, rounds, length)
        seconds[name] = {side: seconds_of(name, one, length) for side, one in measured.items()}
    both = {side: sum(one[side] for one in seconds.values()) for side in measured}
    rows = [_row(f"both models, {QUICK.steps:,} steps each", both, 1.0)]
    return rows + [_row(f"{name} model", seconds[name], None) for name in STEPS]


def _row(what: str, seconds: dict[str, float], aim: float | None) -> Figure:
    theirs = seconds.get("PyTorch")
    note = f"PyTorch is {NOT_INSTALLED}" if theirs is None else ""
    return Figure(f"long-range example, {what}", seconds["minigrad"], theirs, "s", aim, note=note)


def count() -> dict[str, tuple[int, ...]]:
    """The steps of the default run at each level."""
    found = {}
    for name in STEPS:
        trainer = Trainer(MODELS[name], QUICK, Filler())
        at: Counter[int] = Counter()
        while trainer.state.step < QUICK.steps:
            at[trainer.state.level] += 1
            trainer.step()
        found[name] = tuple(at[level] for level in range(len(LEVELS)))
    return found


def main() -> None:
    """Print the table."""
    parser = parser_for(__doc__)
    parser.add_argument("--count", action="store_true", help="train, and print the steps at each level")
    args = parser.parse_args()
    if args.count:
        print(count())
    else:
        show(measure(args.quick))


if __name__ == "__main__":
    main()
