"""The pictures of the report, one function each.

They are drawn on figures of their own, without pyplot, so that nothing global changes; nothing in them
is told by colour alone; and their few words are the same in every language, captions say the rest.
"""

import math
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from examples.long_range.folder import Moment
from examples.long_range.language import CHANCE
from examples.long_range.measure import DISTANCES, PAIRS, shortcut
from examples.long_range.model import MODELS
from examples.long_range.results import Results, interval
from examples.long_range.training import LEVELS

WIDTH = 6.6  # inches, of every figure: the page shows them a little larger
GREY = "0.45"
LOOK: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same everywhere
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "legend.fontsize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "hatch.linewidth": 0.8,
    "svg.fonttype": "path",
    "svg.hashsalt": "minigrad long_range",  # the same figures give the same bytes
}
# Colour, marker and dash of each model: any two differ in marker, so that black and white is enough.
STYLES = {
    "attention": ("#0b5394", "o", "-"),
    "window": ("#c0392b", "s", "--"),
    "one-layer": ("#7d3c98", "^", ":"),
    "learned": ("#8a6d00", "P", (0, (5, 1, 1, 1))),
    "sinusoidal": ("#117a65", "X", (0, (1, 1))),
    "alibi": ("#d35400", "D", "-."),
    "no-positions": ("#555555", "v", (0, (3, 2))),
    "lstm": ("#117a65", "<", "-."),
    "gru": ("#d35400", ">", "--"),
    "elman": ("#7d3c98", "p", ":"),
    "ngram": ("#555555", "*", (0, (3, 2))),
}
CAUSES = {
    "base": "nothing done",
    "source_hidden": "source hidden",
    "other_hidden": "other value hidden",
    "filler_hidden": "filler hidden",
    "edge_cut": "edge to source cut",
    "other_edge_cut": "edge to filler cut",
    "swap_followed": "swap followed",
}
CAUSE_DISTANCES = (16, 512)
LOAD_PAIRS = (1, 2, 4, 8, 24)
TINY = 1e-30  # gradients below share a line


def save(folder: Path, name: str, draw: Callable[..., Figure], *arguments: object) -> str:
    """Draw into folder/name.svg and .png; the SVG as an element to stand in a page."""
    folder.mkdir(parents=True, exist_ok=True)
    with rc_context(LOOK):
        figure = draw(*arguments)
        figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
        figure.savefig(folder / f"{name}.png", dpi=150)
    return inline((folder / f"{name}.svg").read_text("utf-8"), name)


def inline(svg: str, name: str) -> str:
    """An SVG file as an element of a page: no prolog, no outside names, ids of its own."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>", "", body, flags=re.DOTALL)
    body = re.sub(r'\s(?:xmlns(?::\w+)?|version)="[^"]*"', "", body)
    body = re.sub(r'(<svg[^>]*?)\swidth="[^"]*"', r"\1", body, count=1)
    body = re.sub(r'(<svg[^>]*?)\sheight="[^"]*"', r"\1", body, count=1)
    body = re.sub(r'\bid="', f'id="{name}-', body)
    body = body.replace("url(#", f"url(#{name}-").replace('xlink:href="#', f'href="#{name}-')
    body = body.replace("xlink:href=", "href=")
    return re.sub(r"\n\s*", "\n", body).strip()


# -- accuracies ------------------------------------------------------------------------------------


def recall(results: Results, groups: list[list[str]]) -> Figure:
    """Accuracy against distance, a panel for each group of models."""
    figure = Figure(figsize=(WIDTH, 0.5 + 3.1 * len(groups)), layout="constrained")
    panels = figure.subplots(len(groups), 1, sharex=True, squeeze=False)[:, 0]
    for axes, names in zip(panels, groups, strict=True):
        _distance_axis(axes, low=3.2)
        _percent_axis(axes)
        levels = (("optimum 100 %", 1.0), ("shortcut 1/8", shortcut(PAIRS)), ("chance 1/26", CHANCE))
        for title, level in levels:
            axes.axhline(level, color=GREY, lw=0.8, ls=(0, (1, 2)), zorder=1)
            axes.text(3.3, level + 0.006, title, fontsize=8, color="0.25", va="bottom")
        ends = []
        several = any(len(results.seeds(name)) > 1 for name in names)
        for i, name in enumerate(names):
            columns = [results.values(name, "recall", d, PAIRS) for d in DISTANCES]
            # Bars beside each other, so that none hides another.
            aside = 2 ** (0.07 * (i - (len(names) - 1) / 2)) if several else 1
            ends.append(_curve(axes, name, [d * aside for d in DISTANCES], columns))
        _label_ends(axes, ends, 0.075)
    panels[-1].set_xlabel("distance d (characters)")
    return figure


def load(results: Results, names: list[str], distance: int) -> Figure:
    """Accuracy against the number of pairs at one distance."""
    figure = Figure(figsize=(WIDTH, 3.4), layout="constrained")
    axes = figure.add_subplot()
    _percent_axis(axes)
    axes.set_xscale("log", base=2)
    axes.set_xticks(LOAD_PAIRS, [str(n) for n in LOAD_PAIRS])
    axes.set_xticks([], minor=True)
    axes.set_xlim(0.9, 26)
    axes.set_xlabel(f"pairs N, at d = {distance}")
    many = np.linspace(1, 24, 100)
    axes.plot(many, 1 / many, color=GREY, lw=1, ls=(0, (1, 2)))
    axes.text(2.55, 0.425, "shortcut 1/N", fontsize=8, color="0.25")
    ends = []
    for name in names:
        found = {n: results.values(name, "recall", distance, n) for n in LOAD_PAIRS}
        measured = [n for n in LOAD_PAIRS if found[n]]
        ends.append(_curve(axes, name, measured, [found[n] for n in measured]))
    _label_ends(axes, ends, 0.075)
    return figure


def causes(results: Results, name: str) -> Figure:
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
            label = f"d = {distance}" if measure == "base" else None
            axes.barh(place, mean, 0.36, label=label, **look)
            if len(values) > 1:
                axes.plot([min(values), max(values)], [place, place], "k|-", lw=1, ms=5)
            axes.text(max([mean, *values]) + 0.012, place, f"{mean:.0%}", va="center", fontsize=8)
    axes.set_yticks(range(len(CAUSES)), list(CAUSES.values()))
    axes.invert_yaxis()
    axes.set_xlim(0, 1.1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.axvline(CHANCE, color=GREY, lw=0.8, ls=(0, (1, 2)), zorder=0)
    axes.set_xlabel("accuracy (dotted: chance)")
    figure.legend(loc="outside upper right", ncols=2, frameon=False, handlelength=1.6)
    return figure


# -- gradients -------------------------------------------------------------------------------------


def gradients(results: Results, names: list[str]) -> Figure:
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
        _distance_axis(axes)
        axes.set_title(state, loc="left", fontweight="bold")
        axes.set_yscale("log")
        axes.set_ylim(zero_line / 10 ** (0.5 * gap), 10**top)
        _gradient_ticks(axes, bottom, top, zero_line, tiny_line if tiny else None)
        ends = []
        for name in names:
            drawn = [zero_line if g == 0 else tiny_line if g < TINY else g for g in means[state, name]]
            ends.append(_gradient_curve(axes, name, drawn, means[state, name]))
        _label_ends(axes, ends, 0.062)
    figure.supylabel("‖∂ answer / ∂ character d back‖", fontsize=9)
    axes.set_xlabel("distance d (characters)")
    return figure


def _gradient_curve(
    axes: Axes, name: str, drawn: list[float], values: list[float]
) -> tuple[str, float, float]:
    color, marker, dash = STYLES[name]
    real = [(d, y) for d, y, g in zip(DISTANCES, drawn, values, strict=True) if g >= TINY]
    axes.plot(*zip(*real, strict=True) if real else ([], []), color=color, ls=dash, lw=1.4)
    for d, y, g in zip(DISTANCES, drawn, values, strict=True):
        if not math.isnan(g):
            face = "white" if g < TINY else color
            axes.plot([d], [y], marker, ms=5.5, color=color, mfc=face, clip_on=False, zorder=3)
    return name, DISTANCES[-1], drawn[-1]


def _gradient_ticks(axes: Axes, bottom: float, top: float, zero: float, tiny: float | None) -> None:
    step = max(1, math.ceil((top - bottom) / 7))
    powers = range(math.floor(top), math.ceil(bottom) - 1, -step)
    ticks, labels = [10.0**p for p in powers], [f"$10^{{{p}}}$" for p in powers]
    if tiny is not None:
        ticks, labels = [*ticks, tiny], [*labels, f"< $10^{{{round(math.log10(TINY))}}}$"]
    axes.set_yticks([*ticks, zero], [*labels, "exactly 0"])
    axes.set_yticks([], minor=True)
    for line in (zero, *([] if tiny is None else [tiny])):
        axes.axhline(line, color=GREY, lw=0.8, ls=(0, (1, 2)), zorder=1)


# -- attention and training ------------------------------------------------------------------------


def attention_map(weights: np.ndarray, text: str, title: str, mark: tuple[int, int] | None) -> Figure:
    """One head's weights (T, T) on a text; `mark` frames (row, column), none shows the character before."""
    figure = Figure(figsize=(WIDTH, WIDTH), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(weights, cmap="Greys", vmin=0, vmax=1, interpolation="none")
    letters = [c if c != " " else "·" for c in text]
    axes.set_xticks(range(len(text)), letters, fontfamily="DejaVu Sans Mono", fontsize=8.5)
    axes.set_yticks(range(len(text)), letters, fontfamily="DejaVu Sans Mono", fontsize=8.5)
    axes.tick_params(length=0, pad=2)
    axes.spines[:].set_visible(True)
    axes.set_xlabel("attended to (key, value)")
    axes.set_ylabel("reading at (query)")
    axes.set_title(title, loc="left", fontweight="bold")
    if mark is None:
        axes.plot([-0.5, len(text) - 2], [0.5, len(text) - 1], color="#c0392b", lw=0.8, ls="--")
        axes.set_xlim(-0.5, len(text) - 0.5)
    else:
        row, column = mark
        axes.add_patch(Rectangle((column - 1, row - 1), 2, 2, fill=False, ec="#c0392b", lw=1.6))
        axes.annotate(
            f"? → value, {weights[row, column]:.2f}",
            (column + 0.6, row - 1),
            (column + 6, row - 7),
            arrowprops={"arrowstyle": "-", "color": "#c0392b", "lw": 1},
        )
    return figure


def training(own: list[Moment], others: list[list[Moment]], twin: list[Moment]) -> Figure:
    """Running accuracies and loss of one run, new levels marked; below the accuracies of the twin."""
    rows = 3 if twin else 2
    figure = Figure(figsize=(WIDTH, 1.0 + 2.0 * rows), layout="constrained")
    panels = figure.subplots(rows, 1, sharex=True)
    for history in others:
        panels[0].plot(*_course(history, "recall"), color="0.75", lw=0.8, zorder=1)
    _accuracies(panels[0], own, "attention: running accuracy")
    panels[1].plot(*_course(own, "loss"), color="0.25", lw=0.9)
    panels[1].set_title("attention: loss", loc="left", fontweight="bold")
    panels[1].set_ylim(bottom=0)
    panels[1].set_ylabel("nats")
    _mark_levels(panels[1], own, named=False)
    if twin:
        _accuracies(panels[2], twin, "window of 16: running accuracy")
    panels[-1].set_xlabel("step")
    panels[-1].set_xlim(left=0)
    return figure


def _accuracies(axes: Axes, history: list[Moment], title: str) -> None:
    axes.plot(*_course(history, "recall"), color=STYLES["attention"][0], lw=1.6, label="recall")
    axes.plot(*_course(history, "copy"), color=STYLES["window"][0], lw=1.2, ls="--", label="copy")
    _percent_axis(axes)
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
            label = f"≤ {LEVELS[level].length}"
            axes.annotate(
                label, (x, 0.5), (4, 0), textcoords="offset points", fontsize=8, zorder=4, bbox=paper
            )


def _course(history: list[Moment], what: str) -> tuple[list[int], list[float]]:
    return [moment.step for moment in history], [getattr(moment, what) for moment in history]


# -- parts -----------------------------------------------------------------------------------------


def _curve(
    axes: Axes, name: str, xs: Iterable[float], columns: list[list[float]]
) -> tuple[str, float, float]:
    color, marker, dash = STYLES[name]
    points = [(x, *interval(values)) for x, values in zip(xs, columns, strict=True) if values]
    x, mean, low, high = (np.array(column) for column in zip(*points, strict=True))
    axes.plot(x, mean, color=color, marker=marker, ls=dash, lw=1.6, ms=5.5, mec="white", mew=0.6, zorder=3)
    if (high > low).any():
        bars = np.array([mean - np.clip(low, 0, 1), np.clip(high, 0, 1) - mean])
        axes.errorbar(x, mean, bars, fmt="none", ecolor=color, elinewidth=0.9, capsize=2.5, zorder=2)
    return name, float(x[-1]), float(mean[-1])


def _label_ends(axes: Axes, ends: list[tuple[str, float, float]], gap: float) -> None:
    """Each line's name beside its end, moved apart by at least `gap` of the axes' height."""
    ends = [end for end in ends if not math.isnan(end[2])]
    to_axes = axes.transData + axes.transAxes.inverted()
    wanted = [float(to_axes.transform((x, y))[1]) for _, x, y in ends]
    for (name, x, y), place in zip(ends, spread(wanted, gap), strict=True):
        axes.annotate(
            MODELS[name].title,
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


def _distance_axis(axes: Axes, low: float = 7) -> None:
    axes.set_xscale("log", base=2)
    axes.set_xticks(DISTANCES, [str(d) for d in DISTANCES])
    axes.set_xticks([], minor=True)
    axes.set_xlim(low, 640)
    axes.tick_params(labelbottom=True)


def _percent_axis(axes: Axes) -> None:
    axes.set_ylim(-0.03, 1.08)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else math.nan
