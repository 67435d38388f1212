"""What pictures with a line for each model share: axes, curves, and names beside their ends."""

import math
from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes

from examples.long_range.measure import DISTANCES
from examples.long_range.report.figures.canvas import STYLES
from examples.long_range.report.figures.words import label
from examples.long_range.results import interval

End = tuple[str, float, float]  # of a model's line: its name and the last point


def distance_axis(axes: Axes, low: float = 7) -> None:
    """Distances as x, on a scale of doublings from `low`."""
    axes.set_xscale("log", base=2)
    axes.set_xticks(DISTANCES, [str(d) for d in DISTANCES])
    axes.set_xticks([], minor=True)
    axes.set_xlim(low, 640)
    axes.tick_params(labelbottom=True)


def percent_axis(axes: Axes) -> None:
    """Accuracies as y."""
    axes.set_ylim(-0.03, 1.08)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])


def model_curve(axes: Axes, name: str, xs: Iterable[float], columns: list[list[float]]) -> End:
    """A model's line through the means of `columns`, with a bar where its seeds give an interval."""
    color, marker, dash = STYLES[name]
    points = [(x, *interval(values)) for x, values in zip(xs, columns, strict=True) if values]
    x, mean, low, high = (np.array(column) for column in zip(*points, strict=True))
    axes.plot(x, mean, color=color, marker=marker, ls=dash, lw=1.6, ms=5.5, mec="white", mew=0.6, zorder=3)
    if (high > low).any():
        bars = np.array([mean - np.clip(low, 0, 1), np.clip(high, 0, 1) - mean])
        axes.errorbar(x, mean, bars, fmt="none", ecolor=color, elinewidth=0.9, capsize=2.5, zorder=2)
    return name, float(x[-1]), float(mean[-1])


def label_ends(axes: Axes, ends: list[End], gap: float) -> None:
    """Each line's name beside its end, moved apart by at least `gap` of the axes' height."""
    ends = [end for end in ends if not math.isnan(end[2])]
    to_axes = axes.transData + axes.transAxes.inverted()
    wanted = [float(to_axes.transform((x, y))[1]) for _, x, y in ends]
    for (name, x, y), place in zip(ends, spread(wanted, gap), strict=True):
        axes.annotate(
            label.of_model(name),
            (x, y),
            (1.05, place),
            xycoords="data",
            textcoords="axes fraction",
            va="center",
            color=STYLES[name][0],
            arrowprops={"arrowstyle": "-", "color": "0.6", "lw": 0.6, "shrinkB": 4, "relpos": (0, 0.5)},
            annotation_clip=False,
        )


def spread(wanted: list[float], gap: float) -> list[float]:
    """Places nearest to `wanted`, in its order, at least `gap` apart and within 0 and 1 if there is room."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    places = [min(max(wanted[i], 0.0), 1.0) for i in order]
    for i in range(1, len(places)):
        places[i] = max(places[i], places[i - 1] + gap)
    if places:
        places[-1] = min(places[-1], max(1.0, gap * (len(places) - 1)))
    for i in range(len(places) - 2, -1, -1):
        places[i] = min(places[i], places[i + 1] - gap)
    found = [0.0] * len(wanted)
    for i, place in zip(order, places, strict=True):
        found[i] = place
    return found
