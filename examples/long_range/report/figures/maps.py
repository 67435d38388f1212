"""An attention map."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from examples.long_range.report.figures.canvas import WIDTH
from examples.long_range.report.figures.words import label


def attention_map(weights: np.ndarray, text: str, title: str, mark: tuple[int, int] | None) -> Figure:
    """One head's weights (T, T) on a text; `mark` frames (row, column), none shows the character before."""
    figure = Figure(figsize=(WIDTH, WIDTH), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(weights, cmap="Greys", vmin=0, vmax=1, interpolation="none")
    letters = [c if c != " " else "·" for c in text]
    axes.set_xticks(range(len(text)), letters, fontfamily="DejaVu Sans Mono", fontsize=7.5)
    axes.set_yticks(range(len(text)), letters, fontfamily="DejaVu Sans Mono", fontsize=7.5)
    axes.tick_params(length=0, pad=2)
    axes.spines[:].set_visible(True)
    axes.set_xlabel(label("keys"))
    axes.set_ylabel(label("queries"))
    axes.set_title(title, loc="left", fontweight="bold")
    if mark is None:
        axes.plot([-0.5, len(text) - 2], [0.5, len(text) - 1], color="#c0392b", lw=0.8, ls="--")
        axes.set_xlim(-0.5, len(text) - 0.5)
    else:
        row, column = mark
        axes.add_patch(Rectangle((column - 1, row - 1), 2, 2, fill=False, ec="#c0392b", lw=1.6))
        axes.annotate(
            label("value", weight=f"{weights[row, column]:.2f}"),
            (column + 0.6, row - 1),
            (column + 6, row - 7),
            arrowprops={"arrowstyle": "-", "color": "#c0392b", "lw": 1},
        )
    return figure
