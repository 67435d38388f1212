"""The pictures of worked_numbers: one for each step, without pyplot, so that nothing global changes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure


def arrows(query: np.ndarray, keys: np.ndarray, path: Path) -> None:
    """A query and each key as arrows, with their product."""
    figure, panels = _figure(7, 2.6, len(keys))
    for axes, key in zip(panels, keys, strict=True):
        for end, name, color, side in ((query, "q", "tab:blue", "right"), (key, "k", "tab:red", "center")):
            options = {"arrowstyle": "-|>", "color": color, "lw": 2, "shrinkA": 0, "shrinkB": 0}
            axes.annotate("", end, (0, 0), arrowprops=options)
            axes.annotate(f"{name} = {_whole(end)}", end, (0, 6), textcoords="offset points", ha=side)
        axes.set_title(f"q·k = {_number(query @ key)}")
        axes.set(xlim=(-7, 7), ylim=(-1, 7), aspect="equal")
        axes.axhline(0, color="0.8", lw=1, zorder=0)
        axes.axvline(0, color="0.8", lw=1, zorder=0)
    figure.savefig(path, dpi=150)


def bars(scores: np.ndarray, powers: np.ndarray, weights: np.ndarray, path: Path) -> None:
    """What the scores of one query become."""
    figure, panels = _figure(8, 3, 3)
    steps = ("scores q·k", scores, 0), ("exp", powers, 2), ("weights: exp/sum", weights, 3)
    for axes, (name, heights, digits) in zip(panels, steps, strict=True):
        labels = [f"k{i + 1}" for i in range(len(heights))]
        shown = axes.bar(labels, heights, color=["tab:blue", "tab:orange", "tab:green", "tab:purple"])
        axes.bar_label(shown, [_number(x, digits) for x in heights], padding=2)
        axes.set_title(name)
        axes.margins(y=0.15)
        axes.axhline(0, color="0.5", lw=1)
    figure.savefig(path, dpi=150)


def matrices(steps: Mapping[str, np.ndarray], words: Sequence[str], path: Path) -> None:
    """Matrices one after the other, a row for each word, every number written in its place."""
    figure, panels = _figure(14, 2.6, len(steps))
    for i, (axes, (name, matrix)) in enumerate(zip(panels, steps.items(), strict=True)):
        axes.imshow(matrix, cmap="Blues", vmin=0, vmax=matrix.max() * 1.6)
        digits = 0 if (matrix == matrix.round()).all() else 2
        for (row, column), value in np.ndenumerate(matrix):
            axes.text(column, row, _number(value, digits), ha="center", va="center", fontsize=8)
        axes.set_title(name, fontsize=10)
        axes.set_xticks([])
        axes.set_yticks(range(len(words)), words if i == 0 else [""] * len(words))
        axes.tick_params(length=0)
    figure.savefig(path, dpi=150)


def variances(widths: Sequence[int], plain: Sequence[float], scaled: Sequence[float], path: Path) -> None:
    """Both variances against the width."""
    figure, (axes,) = _figure(6, 4, 1)
    axes.loglog(widths, plain, "o-", color="tab:red", label="q·k")
    axes.loglog(widths, scaled, "s-", color="tab:blue", label="q·k/√d")
    axes.loglog(widths, widths, ":", color="0.4", label="d")
    axes.set_xticks(widths, map(str, widths))
    axes.set(
        xlabel="width d of queries and keys", ylabel="variance of the scores", title="Why scores are scaled"
    )
    axes.legend(frameon=False)
    figure.savefig(path, dpi=150)


def _figure(width: float, height: float, panels: int) -> tuple[Figure, Any]:
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(1, panels, squeeze=False)[0]


def _whole(x: np.ndarray) -> str:
    return "[" + ", ".join(map(_number, x)) + "]"


def _number(x: float, digits: int = 0) -> str:
    return f"{x:.{digits}f}".replace("-", "\N{MINUS SIGN}")
