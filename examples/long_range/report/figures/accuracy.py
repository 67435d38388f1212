"""Accuracies: against distance, against load, and under interventions."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from examples.long_range.language import CHANCE
from examples.long_range.measure import CAUSE_DISTANCES, DISTANCES, PAIRS, shortcut
from examples.long_range.report.figures.canvas import GREY, WIDTH
from examples.long_range.report.figures.lines import distance_axis, label_ends, model_curve, percent_axis
from examples.long_range.report.figures.words import label
from examples.long_range.results import Results

CAUSES = (
    "base",
    "source_hidden",
    "other_hidden",
    "filler_hidden",
    "edge_cut",
    "other_edge_cut",
    "swap_followed",
)
LOAD_PAIRS = (1, 2, 4, 8, 24)


def recall_curves(results: Results, groups: list[list[str]]) -> Figure:
    """Accuracy against distance, a panel for each group of models."""
    figure = Figure(figsize=(WIDTH, 0.5 + 3.1 * len(groups)), layout="constrained")
    panels = figure.subplots(len(groups), 1, sharex=True, squeeze=False)[:, 0]
    for axes, names in zip(panels, groups, strict=True):
        distance_axis(axes, low=1.3)
        percent_axis(axes)
        levels = (("optimum", 1.0), ("shortcut", shortcut(PAIRS)), ("chance", CHANCE))
        for title, level in levels:
            axes.axhline(level, color=GREY, lw=0.8, ls=(0, (1, 2)), zorder=1)
            axes.text(1.36, level + 0.006, label(title), fontsize=9, color="0.25", va="bottom")
        ends = []
        several = any(len(results.seeds(name)) > 1 for name in names)
        for i, name in enumerate(names):
            columns = [results.values(name, "recall", d, PAIRS) for d in DISTANCES]
            # Bars beside each other, so that none hides another.
            aside = 2 ** (0.07 * (i - (len(names) - 1) / 2)) if several else 1
            ends.append(model_curve(axes, name, [d * aside for d in DISTANCES], columns))
        label_ends(axes, ends, 0.075)
    panels[-1].set_xlabel(label("distance"))
    return figure


def load_curves(results: Results, names: list[str], distance: int) -> Figure:
    """Accuracy against the number of pairs at one distance."""
    figure = Figure(figsize=(WIDTH, 3.4), layout="constrained")
    axes = figure.add_subplot()
    percent_axis(axes)
    axes.set_xscale("log", base=2)
    axes.set_xticks(LOAD_PAIRS, [str(n) for n in LOAD_PAIRS])
    axes.set_xticks([], minor=True)
    axes.set_xlim(0.9, 26)
    axes.set_xlabel(label("pairs", distance=distance))
    many = np.linspace(1, 24, 100)
    axes.plot(many, 1 / many, color=GREY, lw=1, ls=(0, (1, 2)))
    axes.text(2.55, 0.425, label("shortcut.n"), fontsize=9, color="0.25")
    ends = []
    for name in names:
        found = {n: results.values(name, "recall", distance, n) for n in LOAD_PAIRS}
        measured = [n for n in LOAD_PAIRS if found[n]]
        ends.append(model_curve(axes, name, measured, [found[n] for n in measured]))
    label_ends(axes, ends, 0.075)
    return figure


def cause_bars(results: Results, name: str) -> Figure:
    """Bars: accuracy under each intervention at the near and the far distance."""
    figure = Figure(figsize=(WIDTH, 4.3), layout="constrained")
    axes = figure.add_subplot()
    looks: tuple[dict[str, Any], ...] = (
        {"color": "0.35"},
        {"color": "white", "edgecolor": "0.2", "hatch": "////"},
    )
    for i, (distance, look) in enumerate(zip(CAUSE_DISTANCES, looks, strict=True)):
        for row, measure in enumerate(CAUSES):
            values = results.values(name, measure, distance, PAIRS)
            if not values:
                continue
            place, mean = row + 0.4 * i - 0.2, float(np.mean(values))
            which = f"d = {distance}" if measure == "base" else None
            axes.barh(place, mean, 0.36, label=which, **look)
            if len(values) > 1:
                axes.plot([min(values), max(values)], [place, place], "k|-", lw=1, ms=5)
            axes.text(max([mean, *values]) + 0.012, place, f"{mean:.0%}", va="center", fontsize=9)
    axes.set_yticks(range(len(CAUSES)), [label(cause) for cause in CAUSES])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.axvline(CHANCE, color=GREY, lw=0.8, ls=(0, (1, 2)), zorder=0)
    axes.set_xlabel(label("accuracy"))
    figure.legend(loc="outside upper right", ncols=2, frameon=False, handlelength=1.6)
    return figure
