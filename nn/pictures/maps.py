"""Maps of attention, drawn: one of cells, or one over an image, for each head."""

from typing import Any, NamedTuple

import numpy as np

from nn.pictures.figures import new_figure
from nn.pictures.given import pale

_WIDTH = 20.0  # inches, at most
_CELL = 0.14  # inches, of one place with its label


class Panel(NamedTuple):
    """One map of the picture."""

    title: str
    weights: np.ndarray  # (T, S)
    heads: int  # of its layer


class Labels(NamedTuple):
    """What is written at one side of every map."""

    texts: list[str]
    fonts: list[str]
    shown: slice
    total: int  # with those that are not shown

    def left_out(self, name: str) -> str | None:
        """Which of all are shown, where it is not all of them."""
        if len(self.texts) == self.total:
            return None
        return f"{name} {self.shown.start} to {self.shown.stop - 1} of {self.total}"


def draw_maps(
    panels: list[Panel],
    rows: Labels,
    columns: Labels,
    marks: np.ndarray | None,
    black: float,
    beside: dict[str, np.ndarray],
) -> Any:
    """A map for each head, and under it a row for each measure `beside`, (S,)."""
    count = len(rows.texts)
    below = range(count + 1, count + 1 + len(beside))  # after a gap
    beside = {name: measure[columns.shown] for name, measure in beside.items()}
    names = [f"{name} ≤ {np.abs(measure).max():.2g}" for name, measure in beside.items()]
    rows = rows._replace(texts=[*rows.texts, *names])
    places = [*range(count), *below], range(len(columns.texts))
    high, wide = (max(1.0, _CELL * len(side)) for side in places)
    longest = [max(map(len, side.texts)) for side in (rows, columns)]
    size = wide + 0.35 + 0.06 * longest[0], high + 0.5 + 0.06 * longest[1]
    heads = panels[-1].heads
    figure, grid = _grid(len(panels), *size, heads if heads > 1 else len(panels))
    for panel, axes in zip(panels, grid, strict=True):
        axes.imshow(panel.weights[rows.shown, columns.shown], cmap="Greys", vmin=0, vmax=black)
        for top, measure in zip(below, beside.values(), strict=True):
            _strip(axes, top, measure)
        axes.set_title(panel.title, fontsize=7, parse_math=False)
        for side, put, at, turned in (
            (rows, axes.set_yticks, places[0], 0),
            (columns, axes.set_xticks, places[1], 90 if longest[1] > 2 else 0),
        ):
            put(
                at,
                side.texts,
                rotation=turned,
                fontfamily=side.fonts,
                fontsize=7,
                parse_math=False,
            )
        axes.tick_params(length=0, pad=1)
        axes.set_xlabel("keys", fontsize=7)
        if axes.get_subplotspec().is_first_col():
            axes.set_ylabel("queries", fontsize=7)
        if marks is not None:
            for row, column in np.argwhere(marks[rows.shown, columns.shown]):
                _frame(axes, row - 0.5, column - 0.5, 1, 1)
    return figure


def draw_images(
    panels: list[Panel],
    rows: Labels,
    image: np.ndarray,
    grid: tuple[int, int],
    marks: np.ndarray | None,
    black: float,
) -> Any:
    """A row of images for each head, an image for each query."""
    extra = panels[0].weights.shape[1] - grid[0] * grid[1]
    high, wide = (size / parts for size, parts in zip(image.shape, grid, strict=False))
    below = pale(image)
    shown = [(panel, place) for panel in panels for place in range(rows.shown.start, rows.shown.stop)]
    figure, cells = _grid(len(shown), 1.3, 1.6, len(rows.texts))
    for (panel, place), axes in zip(shown, cells, strict=True):
        weights = panel.weights[place]
        axes.imshow(below, cmap="gray", vmin=0, vmax=1)
        over = np.zeros((*grid, 4))
        over[..., 0], over[..., 3] = 0.9, np.clip(weights[extra:].reshape(grid) / black, 0, 1) * 0.8
        box = (-0.5, image.shape[1] - 0.5, image.shape[0] - 0.5, -0.5)
        axes.imshow(over, extent=box, interpolation="nearest")
        label = rows.texts[place - rows.shown.start]
        apart = f"\nbefore the image {weights[:extra].sum():.2f}" if extra else ""
        of_panel = f"{panel.title}\n" if panel.title else ""
        axes.set_title(f"{of_panel}{label}{apart}", fontsize=7, parse_math=False, fontfamily=rows.fonts)
        axes.set_xticks([])
        axes.set_yticks([])
        if marks is not None:
            for row, column in np.argwhere(marks[place, extra:].reshape(grid)):
                _frame(axes, row * high - 0.5, column * wide - 0.5, high, wide)
    return figure


def _grid(count: int, width: float, height: float, together: int) -> tuple[Any, list[Any]]:
    """A figure of `count` axes of this size: `together` in a row, or where that is too wide in a few."""
    fit = max(1, int(_WIDTH // width))
    columns = -(-together // -(-together // fit))  # in as few rows, evenly
    lines = -(-count // columns)
    figure = new_figure(max(4.2, columns * width + 0.3), lines * height + 0.8)
    cells = list(figure.subplots(lines, columns, squeeze=False).flat)
    for spare in cells[count:]:
        spare.remove()
    return figure, cells[:count]


def _strip(axes: Any, top: int, measure: np.ndarray) -> None:
    """A row of cells in place `top`: red what is positive, blue what is negative, white 0."""
    most = float(np.abs(measure).max()) or 1.0
    edges = (-0.5, len(measure) - 0.5, top + 0.5, top - 0.5)
    axes.imshow(measure[None], cmap="RdBu_r", vmin=-most, vmax=most, extent=edges, interpolation="nearest")
    axes.set_ylim(top + 0.5, -0.5)


def _frame(axes: Any, top: float, left: float, height: float, width: float) -> None:
    """Within these edges, so that neighbours do not share a line."""
    x = np.array([0.06, 0.94, 0.94, 0.06, 0.06]) * width + left
    y = np.array([0.06, 0.06, 0.94, 0.94, 0.06]) * height + top
    axes.plot(x, y, color="tab:orange", lw=1.2, solid_joinstyle="miter")
