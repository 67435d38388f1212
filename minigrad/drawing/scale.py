"""Boxes coloured by a number of theirs: six tints, and which bounds each stands for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from minigrad.drawing.costs import Costs, in_bytes, in_time
from minigrad.drawing.grouping import Box
from minigrad.drawing.quantities import Quantities

Color = Literal["time", "memory", "value", "gradient"]
TINTS = ("#fffaf2", "#fff1dc", "#ffe7c4", "#ffdcab", "#ffd192", "#ffc57a")  # dark letters are read on each
_OF_TIME = {"time": in_time, "memory": in_bytes}
_MEANING = {
    "time": "time, forward and backward",
    "memory": "memory kept for backward",
    "value": "root mean square of the value",
    "gradient": "root mean square of the gradient",
}


@dataclass
class Scale:
    """The tint of each box, and what it means."""

    meaning: str
    bounds: list[str]  # one more than there are tints
    tints: dict[Box, str]


def scale(boxes: Sequence[Box], color: Color, shown: dict[str, Quantities], costs: Costs | None) -> Scale:
    """Equal steps from 0 for seconds and bytes; for values and gradients equal ratios from the least."""
    found = {box: number for box in boxes if (number := _number(box, color, shown, costs)) is not None}
    numbers = [number for number in found.values() if number > 0 and np.isfinite(number)] or [1.0]
    if color in _OF_TIME:
        edges = np.linspace(0, max(numbers), len(TINTS) + 1)
    else:
        edges = np.geomspace(min(numbers), max(numbers), len(TINTS) + 1)
    places = {box: int(np.searchsorted(edges[1:-1], number, side="right")) for box, number in found.items()}
    write: Callable[[float], str] = _OF_TIME.get(color, lambda number: f"{number:.2g}")
    meaning = _MEANING[color]
    if color == "time" and costs is not None and not costs.has_backward:
        meaning = "time, forward"
    return Scale(meaning, [write(edge) for edge in edges], {b: TINTS[i] for b, i in places.items()})


def _number(box: Box, color: Color, shown: dict[str, Quantities], costs: Costs | None) -> float | None:
    """The box's number; of one with several results no value or gradient."""
    if color in _OF_TIME:
        assert costs is not None
        nodes = [vertex for vertex in box.vertices if vertex in costs.forward]
        if box.source is not None or not nodes:
            return None
        return costs.time_of(nodes) if color == "time" else float(costs.kept_by(nodes))
    if len(box.outputs) != 1:
        return None
    found = shown["grad" if color == "gradient" else "value"]
    arrays = [found[vertex] for vertex in box.vertices if vertex in found and found[vertex].size]
    if not arrays:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.sqrt(np.mean([np.mean(np.square(array, dtype=np.float64)) for array in arrays])))
