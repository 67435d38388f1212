"""Norms of gradients against distance."""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from examples.long_range.measure import DISTANCES, PAIRS
from examples.long_range.report.figures.canvas import GREY, STYLES, WIDTH
from examples.long_range.report.figures.lines import End, distance_axis, label_ends
from examples.long_range.report.figures.words import label
from examples.long_range.report.text import power_of_ten, scientific
from examples.long_range.results import Results

TINY = 1e-30  # gradients below share a line


def gradient_curves(results: Results, names: list[str]) -> Figure:
    """Norms against distance, untrained and trained; exact zeros on a line of their own."""
    means = {
        (state, name): [_mean(results.values(name, f"gradient-{state}", d, PAIRS)) for d in DISTANCES]
        for state in ("untrained", "trained")
        for name in names
    }
    shown = [g for row in means.values() for g in row if g >= TINY]
    top, bottom = math.log10(max(shown, default=1)) + 1, math.log10(min(shown, default=0.1))
    tiny = any(0 < g < TINY for row in means.values() for g in row)
    gap = max(1.0, 0.09 * (top - bottom))
    tiny_line = 10 ** (bottom - gap)
    zero_line = 10 ** (bottom - gap * (2 if tiny else 1))
    figure = Figure(figsize=(WIDTH, 7.4), layout="constrained")
    for axes, state in zip(figure.subplots(2, 1, sharex=True), ("untrained", "trained"), strict=True):
        distance_axis(axes)
        axes.set_title(label(state), loc="left", fontweight="bold")
        axes.set_yscale("log")
        axes.set_ylim(zero_line / 10 ** (0.5 * gap), 10**top)
        _ticks(axes, bottom, top, zero_line, tiny_line if tiny else None)
        ends = []
        for name in names:
            drawn = [zero_line if g == 0 else tiny_line if g < TINY else g for g in means[state, name]]
            ends.append(_curve(axes, name, drawn, means[state, name]))
        label_ends(axes, ends, 0.062)
    figure.supylabel(label("gradient"), fontsize=10)
    axes.set_xlabel(label("distance"))
    return figure


def _curve(axes: Axes, name: str, drawn: list[float], values: list[float]) -> End:
    color, marker, dash = STYLES[name]
    real = [(d, y) for d, y, g in zip(DISTANCES, drawn, values, strict=True) if g >= TINY]
    axes.plot(*zip(*real, strict=True) if real else ([], []), color=color, ls=dash, lw=1.4)
    for d, y, g in zip(DISTANCES, drawn, values, strict=True):
        if not math.isnan(g):
            face = "white" if g < TINY else color
            axes.plot([d], [y], marker, ms=5.5, color=color, mfc=face, clip_on=False, zorder=3)
    return name, DISTANCES[-1], drawn[-1]


def _ticks(axes: Axes, bottom: float, top: float, zero: float, tiny: float | None) -> None:
    step = max(1, math.ceil((top - bottom) / 7))
    powers = range(math.floor(top), math.ceil(bottom) - 1, -step)
    ticks, labels = [10.0**p for p in powers], [power_of_ten(p) for p in powers]
    if tiny is not None:
        ticks, labels = [*ticks, tiny], [*labels, f"< {scientific(TINY)}"]
    axes.set_yticks([*ticks, zero], [*labels, label("zero")])
    axes.set_yticks([], minor=True)
    for line in (zero, *([] if tiny is None else [tiny])):
        axes.axhline(line, color=GREY, lw=0.8, ls=(0, (1, 2)), zorder=1)


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else math.nan
