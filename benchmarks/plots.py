"""Pictures of how a cost grows: panels of lines, each named at its end, and the exponent of a line."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RESULTS = Path(__file__).parent / "results"  # where plots go unless told
# Colour, marker and dash: any two differ in all three, so that black and white is enough.
LOOKS = {
    "first": ("#0b5394", "o", "-"),
    "second": ("#c0392b", "s", "--"),
    "third": ("#117a65", "D", "-"),
    "predicted": ("0.45", "", ":"),
}
NAME_HEIGHT = 0.085  # of a name and its gap, as a part of the height of the axes


@dataclass(frozen=True)
class Line:
    """A name, and points."""

    name: str
    xs: Sequence[float]
    ys: Sequence[float]
    look: str = "first"


@dataclass(frozen=True)
class Panel:
    """One pair of axes, x logarithmic, y as `y_scale` says ("log", or "linear" from 0)."""

    title: str
    x_label: str
    y_label: str
    lines: Sequence[Line]
    x_ticks: Sequence[float] = ()  # those of the lines' points unless given
    y_scale: str = "log"


def exponent(xs: Sequence[float], ys: Sequence[float], whole: bool = False) -> float:
    """The p of y = c·xᵖ: slope of log y over log x by least squares, over the upper half of the points.

    Small things cost what a call costs, whatever it does: the lower half would tell of that.  `whole`
    takes all points.  NaN where one of them is not positive.
    """
    if len(xs) < 2:
        raise ValueError(f"an exponent needs two points, and got {len(xs)}: measure another size as well")
    if not all(value > 0 for value in (*xs, *ys)):
        return math.nan
    first = 0 if whole else min(len(xs) // 2, len(xs) - 2)
    order = np.argsort(xs)[first:]
    return float(np.polyfit(np.log(np.take(xs, order)), np.log(np.take(ys, order)), 1)[0])


def save(folder: Path, name: str, panels: Sequence[Panel], columns: int = 2) -> list[Path]:
    """Draw the panels, `columns` in a row, into folder/name.svg and .png; the two paths."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    from examples.long_range.report.figures.canvas import LOOK

    rows = -(-len(panels) // columns)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.svg", folder / f"{name}.png"]
    layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12, wspace=0.06, hspace=0.06)
    with rc_context(LOOK):
        figure = Figure(figsize=(5.6 * columns, 3.5 * rows), layout=layout)
        for axes, panel in zip(figure.subplots(rows, columns, squeeze=False).flat, panels, strict=False):
            draw(axes, panel)
        figure.savefig(paths[0], metadata={"Date": None})
        figure.savefig(paths[1], dpi=150)
    return paths


def draw(axes: "Axes", panel: Panel) -> None:
    """One panel into `axes`."""
    for line in panel.lines:
        color, marker, dash = LOOKS[line.look]
        axes.plot(line.xs, line.ys, color=color, marker=marker, ls=dash, lw=1.6, ms=5, mec="white", mew=0.6)
    axes.set_title(panel.title, loc="left", fontweight="bold")
    axes.set_xlabel(panel.x_label)
    axes.set_ylabel(panel.y_label)
    axes.grid(color="0.9", lw=0.6)
    axes.set_axisbelow(True)
    points = sorted({x for line in panel.lines for x in line.xs})
    ticks = list(panel.x_ticks) or points
    axes.set_xscale("log")
    axes.set_xticks(ticks, [f"{x:,}" for x in ticks])
    axes.set_xticks([], minor=True)
    _scale_y(axes, panel)
    _name_ends(axes, panel.lines, points[-1])


def _scale_y(axes: "Axes", panel: Panel) -> None:
    """Ticks at 1, 10, 100 ..., or at 1, 2, 5, 10 ... where those would be few."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    if panel.y_scale == "linear":
        axes.set_ylim(0, 1.25 * max(y for line in panel.lines for y in line.ys))
    else:
        axes.set_yscale("log")
        low, high = axes.get_ylim()
        last = max(line.xs[-1] for line in panel.lines)
        if any(line.xs[-1] < last for line in panel.lines):  # room for a name above its end
            axes.set_ylim(low, high * (high / low) ** 0.2)
        steps = (1.0,) if high / low > 300 else (1.0, 2.0, 5.0)
        axes.yaxis.set_major_locator(LogLocator(base=10, subs=steps))
        axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:,.10g}"))


def _name_ends(axes: "Axes", lines: Sequence[Line], last: float) -> None:
    """Names in the lines' colours: right of the axes, apart, or above the end of a line that stops before."""
    from examples.long_range.report.figures.lines import spread

    to_axes = axes.transData + axes.transAxes.inverted()
    full = [line for line in lines if line.xs[-1] == last]
    wanted = [float(to_axes.transform((line.xs[-1], line.ys[-1]))[1]) for line in full]
    height = NAME_HEIGHT * max(line.name.count("\n") + 1 for line in lines)
    for line, place in zip(full, spread(wanted, height), strict=True):
        axes.annotate(
            line.name,
            (line.xs[-1], line.ys[-1]),
            (1.04, place),
            textcoords="axes fraction",
            va="center",
            color=LOOKS[line.look][0],
            arrowprops={"arrowstyle": "-", "color": "0.6", "lw": 0.6, "shrinkB": 4, "relpos": (0, 0.5)},
            annotation_clip=False,
        )
    for line in lines:
        if line not in full:
            axes.annotate(
                line.name,
                (line.xs[-1], line.ys[-1]),
                (-4, 6),
                textcoords="offset points",
                ha="right",
                va="bottom",
                color=LOOKS[line.look][0],
            )
