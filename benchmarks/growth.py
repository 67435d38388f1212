"""How cost grows: backward with the number of nodes, a training step with the model's sizes.

    python -m benchmarks.growth [--quick] [--out FOLDER]

Backward: a chain of small ops, and a sum of many; linear means as many microseconds a node at any number
of nodes.  The step: benchmarks.train_step's, one of width, depth, context and batch varied at a time,
beside PyTorch eager and beside what the count of operations predicts from the setting that all four share.
"""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

import minigrad as mg
from benchmarks.command import parser_for, show
from benchmarks.contest import Contestant, alone, difference, in_turn
from benchmarks.figures import NOT_INSTALLED, Figure
from benchmarks.machine import is_installed
from benchmarks.plots import RESULTS, Line, Panel, exponent, save
from benchmarks.train_step import NANO, Setting, our_contestant, torch_contestant

NODES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
NODES_QUICK = (1_000, 3_000, 10_000)
NODES_TIMED = 60_000  # altogether, at each number of them, at least
LINEAR = 1.1  # the exponent that counts as such: more nodes also lie farther apart in memory


def chain(x: mg.Tensor, nodes: int) -> mg.Tensor:
    """x·1·1·1..., each node on the one before."""
    for _ in range(nodes):
        x = x * 1.0
    return x


def wide_sum(x: mg.Tensor, nodes: int) -> mg.Tensor:
    """x·1 + x·1 + ..., summed in pairs: half of the nodes next to each other, the sums above them."""
    terms = [x * 1.0 for _ in range((nodes + 1) // 2)]
    while len(terms) > 1:
        odd = terms[-1:] if len(terms) % 2 else []
        terms = [a + b for a, b in zip(terms[::2], terms[1::2], strict=False)] + odd
    return terms[0]


SHAPES: dict[str, Callable[[mg.Tensor, int], mg.Tensor]] = {"chain": chain, "wide sum": wide_sum}


def backward_seconds(shape: str, numbers: Sequence[int]) -> list[float]:
    """One backward through a graph that was made just before, at each number of nodes."""
    mg.kernels.keep_heap()
    return [_backward_seconds(SHAPES[shape], nodes) for nodes in numbers]


def _backward_seconds(shape: Callable[[mg.Tensor, int], mg.Tensor], nodes: int) -> float:
    x, g = mg.tensor(np.ones(4, np.float32), requires_grad=True), np.ones(4, np.float32)
    seconds = []
    for _ in range(max(2, NODES_TIMED // nodes)):
        x.grad = None
        y = shape(x, nodes)
        start = time.perf_counter()
        y.backward(g)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def measure_nodes(quick: bool, out: Path | None) -> list[Figure]:
    """The rows of both shapes, and growth_of_nodes.{svg,png}."""
    numbers = NODES_QUICK if quick else NODES
    lines, figures = [], []
    print("\nbackward")
    for shape, look in zip(SHAPES, ("first", "second"), strict=True):
        seconds = alone(backward_seconds, shape, numbers)
        each = [s / nodes * 1e6 for s, nodes in zip(seconds, numbers, strict=True)]
        lines.append(Line(shape, numbers, each, look))
        note = f"{each[0]:.1f} µs a node at {numbers[0]:,}, {each[-1]:.1f} at {numbers[-1]:,}"
        what = f"backward against nodes, {shape}: exponent"
        figures.append(Figure(what, exponent(numbers, seconds), None, "exponent", LINEAR, note=note))
        print(f"{shape:<10}{note}", flush=True)
    if out is not None:
        ticks = [n for n in numbers if str(n).strip("0") == "1"]
        title = "Backward, microseconds for each node of the graph"
        save(out, "growth_of_nodes", [Panel(title, "nodes", "µs per node", lines, ticks, "linear")], 1)
    return figures


@dataclass(frozen=True)
class Sweep:
    """One size of the step, and the values it takes; the others stay as benchmarks.train_step has them."""

    name: str
    unit: str
    field: str  # of ModelConfig, or "batch"
    values: tuple[int, ...]
    quick: tuple[int, ...]

    def setting(self, value: int) -> Setting:
        """benchmarks.train_step's, with that value."""
        if self.field == "batch":
            return replace(NANO, batch=value)
        return replace(NANO, config=replace(NANO.config, **{self.field: value}))


SWEEPS = (
    Sweep("width", "channels", "channels", (64, 128, 256, 512), (64, 128)),
    Sweep("depth", "layers", "layers", (1, 2, 4, 8, 16), (1, 4)),
    Sweep("context", "characters", "context", (32, 64, 128, 256, 512), (32, 64)),
    Sweep("batch", "texts", "batch", (1, 4, 12, 32, 64), (1, 12)),
)


@dataclass(frozen=True)
class Point:
    """Seconds of a step, and those that the count of operations predicts."""

    value: int
    ours: float
    theirs: float | None
    predicted: float


def operations(setting: Setting) -> int:
    """Floating-point operations of the step's matrix products: forward, and twice that backward."""
    c, t, layers = setting.config.channels, setting.config.context, setting.config.layers
    row = layers * (12 * c * c + 2 * t * c) + c * setting.config.vocabulary  # multiplications, forward
    return 3 * 2 * row * setting.batch * t


@cache  # the sweeps meet in one setting
def step_seconds(setting: Setting, quick: bool) -> tuple[float, float | None]:
    """Ours and PyTorch's, each in a process of its own and in turn; None where PyTorch is not installed."""
    contestants = {"ours": Contestant(our_contestant, setting)}
    if is_installed("torch"):
        contestants["theirs"] = Contestant(torch_contestant, setting)
    measured = in_turn(contestants, rounds=1 if quick else 3, repeats=2, warm_up=1)
    if "theirs" not in measured:
        return measured["ours"].median, None
    difference(measured.values(), 1e-4)
    return measured["ours"].median, measured["theirs"].median


def measure_sweep(sweep: Sweep, quick: bool) -> Iterator[Point]:
    """A point for each value."""
    middle, _ = step_seconds(NANO, quick)
    for value in sweep.quick if quick else sweep.values:
        setting = sweep.setting(value)
        predicted = middle * operations(setting) / operations(NANO)
        yield Point(value, *step_seconds(setting, quick), predicted)


def measure_steps(quick: bool, out: Path | None) -> list[Figure]:
    """The rows of the four sweeps, printed point by point, and growth_of_step.{svg,png}."""
    print(f"\n{'step':<20}{'minigrad':>13}{'PyTorch':>13}{'predicted':>13}{'ratio':>8}")
    panels, figures = [], []
    for sweep in SWEEPS:
        points = []
        for point in measure_sweep(sweep, quick):
            points.append(point)
            print(_row(sweep, point), flush=True)
        panels.append(panel(sweep, points))
        figures.append(figure(sweep, points))
    if out is not None:
        save(out, "growth_of_step", panels)
    return figures


def _row(sweep: Sweep, point: Point) -> str:
    row = f"{point.value:>5} {sweep.unit:<14}{point.ours * 1e3:10.2f} ms"
    if point.theirs is None:
        return f"{row}{'-':>13}{point.predicted * 1e3:10.2f} ms{'-':>8}"
    theirs, ratio = point.theirs * 1e3, point.ours / point.theirs
    return f"{row}{theirs:10.2f} ms{point.predicted * 1e3:10.2f} ms{ratio:8.2f}"


def panel(sweep: Sweep, points: Sequence[Point]) -> Panel:
    """The sweep's lines: ours, PyTorch's, and the prediction."""
    xs = [p.value for p in points]
    lines = [
        Line("minigrad", xs, [p.ours * 1e3 for p in points]),
        Line("predicted by\noperations", xs, [p.predicted * 1e3 for p in points], "predicted"),
    ]
    theirs = [p.theirs * 1e3 for p in points if p.theirs is not None]
    if theirs:
        lines.insert(1, Line("PyTorch eager", xs, theirs, "second"))
    return Panel(f"A training step against {sweep.name}", sweep.unit, "ms per step", lines)


def figure(sweep: Sweep, points: Sequence[Point]) -> Figure:
    """Exponents of both sides; how far apart the two are, and what the operations predict, in the note."""
    xs = [p.value for p in points]
    ours, predicted = exponent(xs, [p.ours for p in points]), exponent(xs, [p.predicted for p in points])
    theirs = [p.theirs for p in points if p.theirs is not None]
    note = f"the operations predict {predicted:.2f}"
    if not theirs:
        note += f"; PyTorch is {NOT_INSTALLED}"
    else:
        ratios = [p.ours / p.theirs for p in points if p.theirs is not None]
        note += f"; ours takes {min(ratios):.2f} to {max(ratios):.2f} of PyTorch's time"
    what = f"step against {sweep.name}, {xs[0]} to {xs[-1]} {sweep.unit}: exponent"
    return Figure(what, ours, exponent(xs, theirs) if theirs else None, "exponent", None, note=note)


def measure(quick: bool, out: Path | None = None) -> list[Figure]:
    """The rows of both, printed point by point as well; the plots go into the folder `out`."""
    return measure_nodes(quick, out) + measure_steps(quick, out)


def main() -> None:
    """Print the tables and draw the plots."""
    parser = parser_for(__doc__)
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the plots, default %(default)s")
    args = parser.parse_args()
    show(measure(args.quick, args.out))


if __name__ == "__main__":
    main()
