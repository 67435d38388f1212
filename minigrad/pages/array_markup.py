"""An array as markup that stands by itself, without a script: for notebooks.

arrays.js shows the same data where scripts run, with more cells and by keys; arrays.css is of both.
"""

import itertools
from typing import Any

from minigrad.pages.arrays import short
from minigrad.pages.markup import Markup, joined, markup

WRITTEN = 64  # up to this many cells of a facet are written out: ARRAY_TABLE_CELLS in arrays.js


def array_markup(data: dict[str, Any]) -> Markup:
    """What `array_data` gives as a figure: facets, each a table of few numbers or of many coloured cells."""
    notes = " · ".join(filter(None, (data["range"], data["note"], data["omitted"])))
    return markup(
        "figure",
        markup("figcaption", data["form"]),
        markup("div", joined(*_facets(data)), class_="array-facets"),
        markup("p", notes, class_="array-notes") if notes else None,
        class_="array",
    )


def _facets(data: dict[str, Any]) -> list[Markup]:
    """The last two axes are rows and columns; each index along those before them is a facet."""
    *outer, rows, columns = [[0], [0], *data["kept"]][-max(len(data["kept"]), 2) :]
    size = len(rows) * len(columns)
    facets = []
    for i, index in enumerate(itertools.product(*outer) if size else ()):
        caption = _caption(data["axes"], index)
        table = _table(data, index, rows, columns, data["values"][i * size : (i + 1) * size])
        facets.append(
            markup("figure", markup("figcaption", caption) if caption else None, table, class_="array-facet")
        )
    return facets


def _caption(axes: list[str] | None, outer: tuple[int, ...]) -> str:
    """Which facet it is: batch 0, head 1; without names [0, 1, :, :]; "" for the only one."""
    if axes is not None:
        return ", ".join(f"{name} {at}" for name, at in zip(axes, outer, strict=False))
    return f"[{', '.join(map(str, outer))}, :, :]" if outer else ""


def _table(
    data: dict[str, Any], outer: tuple[int, ...], rows: list[int], columns: list[int], values: list[Any]
) -> Markup:
    rank, written = len(data["shape"]), len(values) <= WRITTEN
    cells = iter(values)
    headed = written and rank > 1
    lines = []
    if seam := _seam(columns):
        lines.append(Markup(f'<col span="{seam + headed}"><col class="array-seam">'))
    if written and rank:
        corner = [markup("td", _axes(data), class_="array-axis")] if headed else []
        heads = [markup("th", str(column), scope="col") for column in columns]
        lines.append(markup("tr", *corner, *heads))
    for i, row in enumerate(rows):
        head = [markup("th", str(row), scope="row")] if headed else []
        index = [(*outer, row, column)[-rank:] if rank else () for column in columns]
        line = (_cell(data, at, next(cells), written) for at in index)
        lines.append(markup("tr", *head, *line, class_="array-seam" if i and i == _seam(rows) else None))
    if written:
        return markup("table", *lines, class_="array-table")
    # A picture to who cannot see it, and not hundreds of empty cells.
    label = ", ".join(filter(None, ("heat map", _caption(data["axes"], outer), data["form"], data["range"])))
    return markup("table", *lines, class_="array-cells", role="img", aria_label=label)


def _seam(indices: list[int]) -> int:
    """Where something is omitted between two indices: the place of the second, or 0."""
    return next((i for i, index in enumerate(indices) if index != indices[0] + i), 0)


def _axes(data: dict[str, Any]) -> str:
    return "{} ↓ {} →".format(*data["axes"][-2:]) if data["axes"] else ""


def _cell(data: dict[str, Any], index: tuple[int, ...], value: Any, written: bool) -> Markup:
    place = f"[{', '.join(map(str, index))}] = " if index else ""
    title = place + ("masked" if value is None else str(value))
    shown = short(value) if written else ""
    if value is None or value in ("nan", "inf", "-inf"):
        return markup("td", shown, title=title, class_="array-masked" if value is None else "array-wrong")
    largest = max(abs(float(data["low"])), abs(float(data["high"])))
    share = abs(float(value)) / largest if largest else 0.0
    sign = "array-negative" if float(value) < 0 else "array-positive"
    return markup("td", shown, title=title, class_=sign, style=f"--share:{share:.2g}")
