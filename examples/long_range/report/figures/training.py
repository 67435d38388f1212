"""The course of training."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from examples.long_range.folder import Moment
from examples.long_range.report.figures.canvas import GREY, STYLES, WIDTH
from examples.long_range.report.figures.lines import percent_axis
from examples.long_range.report.figures.words import label
from examples.long_range.report.names import model_name
from examples.long_range.training import LEVELS


def training_course(own: list[Moment], others: list[list[Moment]], twin: list[Moment]) -> Figure:
    """Running accuracies and loss of one run, new levels marked; below the accuracies of the twin."""
    rows = 3 if twin else 2
    figure = Figure(figsize=(WIDTH, 1.0 + 2.0 * rows), layout="constrained")
    panels = figure.subplots(rows, 1, sharex=True)
    for history in others:
        panels[0].plot(*_course(history, "recall"), color="0.75", lw=0.8, zorder=1)
    _accuracies(panels[0], own, label("running", model=model_name("attention")))
    panels[1].plot(*_course(own, "loss"), color="0.25", lw=0.9)
    panels[1].set_title(label("loss", model=model_name("attention")), loc="left", fontweight="bold")
    panels[1].set_ylim(bottom=0)
    panels[1].set_ylabel(label("nats"))
    _mark_levels(panels[1], own, named=False)
    if twin:
        _accuracies(panels[2], twin, label("running", model=model_name("window")))
    panels[-1].set_xlabel(label("step"))
    panels[-1].set_xlim(left=0)
    return figure


def _accuracies(axes: Axes, history: list[Moment], title: str) -> None:
    axes.plot(*_course(history, "recall"), color=STYLES["attention"][0], lw=1.6, label=label("recall"))
    axes.plot(*_course(history, "copy"), color=STYLES["window"][0], lw=1.2, ls="--", label=label("copy"))
    percent_axis(axes)
    axes.set_title(title, loc="left", fontweight="bold")
    axes.legend(loc="lower right", frameon=False, bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0)
    _mark_levels(axes, history, named=True)


def _mark_levels(axes: Axes, history: list[Moment], named: bool) -> None:
    levels = {moment.level: moment.step for moment in reversed(history)}  # the first step of each
    for level, step in sorted(levels.items()):
        if step > history[0].step:
            axes.axvline(step, color=GREY, lw=0.9, ls=(0, (4, 2)), zorder=1)
        if named:
            x = step if step > history[0].step else 0
            paper = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1}
            text = f"≤ {LEVELS[level].length}"
            axes.annotate(
                text,
                (x, 0.62 - 0.13 * level),
                (4, 0),
                textcoords="offset points",
                fontsize=9,
                zorder=4,
                bbox=paper,
            )


def _course(history: list[Moment], what: str) -> tuple[list[int], list[float]]:
    return [moment.step for moment in history], [getattr(moment, what) for moment in history]
