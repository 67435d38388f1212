"""Results as a table with one figure a line, so that every seed of every model can be seen.

model, seed, learning_rate   which run
measure                      what was measured: recall, copy, gradient-trained, ...
argument, pairs              the distance or length, and how many pairs the text had
value, probes                the figure, and from how many probes
"""

import csv
import io
import math
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from examples.long_range.measure import PAIRS
from nn.saving.whole_files import read_whole, write_whole

MOST = 1e15  # greater than any figure


class Row(NamedTuple):
    """One figure."""

    model: str
    seed: int
    learning_rate: float
    measure: str
    argument: str
    pairs: int
    value: float
    probes: int


class Results:
    """The figures in one CSV file.  Rows are only ever added, a run's all at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[Row] = []
        if path.exists():
            table = csv.DictReader(read_whole(path).decode().splitlines())
            if tuple(table.fieldnames or ()) != Row._fields:
                raise ValueError(f"its columns are not {', '.join(Row._fields)}")
            self.rows = [_row(line) for line in table]
            self._check()

    def _check(self) -> None:
        """Raise ValueError where figures are none, or the runs of a model have not the same ones."""
        found: dict[str, dict[int, set[tuple[str, str, int]]]] = {}
        for row in self.rows:
            known = abs(row.value) < MOST or row.measure == "solved-at-step"  # NaN: it never was
            if not known or row.probes < 1 or row.seed < 0 or not f"{row.argument or 0}".isdecimal():
                raise ValueError(f"a line of {row.model} is {', '.join(map(str, row[1:]))}")
            if row.seed < 100:
                figures = found.setdefault(row.model, {}).setdefault(row.seed, set())
                figures.add((row.measure, row.argument, row.pairs))
        for model, runs in found.items():
            first = next(iter(runs.values()))
            recalled = any((measure, pairs) == ("recall", PAIRS) for measure, _, pairs in first)
            if not recalled or any(figures != first for figures in runs.values()):
                raise ValueError(f"lines of {model} are missing")

    def add(self, rows: Iterable[Row]) -> None:
        """More rows, on disk before this returns."""
        self.rows.extend(rows)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(Row._fields)
        writer.writerows(row._replace(value=float(f"{row.value:.6g}")) for row in self.rows)
        write_whole(self.path, out.getvalue().encode())

    def has(self, model: str, seed: int, learning_rate: float) -> bool:
        """Whether that run is in."""
        wanted = (model, seed, learning_rate)
        return any((row.model, row.seed, row.learning_rate) == wanted for row in self.rows)

    def seeds(self, model: str) -> list[int]:
        """The reported seeds of a model (those from 100 on are for tuning)."""
        return sorted({row.seed for row in self.rows if row.model == model and row.seed < 100})

    def values(self, model: str, measure: str, argument: object, pairs: int = 0) -> list[float]:
        """The figure of each reported seed, in the order of seeds."""
        found = {
            row.seed: row.value
            for row in self.rows
            if (row.model, row.measure, row.argument, row.pairs) == (model, measure, str(argument), pairs)
            and row.seed < 100
        }
        return [found[seed] for seed in sorted(found)]


def interval(values: list[float]) -> tuple[float, float, float]:
    """Mean, and a 95 % interval of it over seeds by Student's t (the mean itself for one seed)."""
    mean = float(np.mean(values))
    if len(values) < 2:
        return mean, mean, mean
    t = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)[min(len(values), 10) - 2]
    half = t * float(np.std(values, ddof=1)) / math.sqrt(len(values))
    return mean, mean - half, mean + half


def _row(line: dict[str, str]) -> Row:
    if len(line) != len(Row._fields):
        raise ValueError(f"the line of {line['model']} has more columns than there are")
    return Row(
        line["model"],
        int(line["seed"]),
        float(line["learning_rate"]),
        line["measure"],
        line["argument"],
        int(line["pairs"]),
        float(line["value"]),
        int(line["probes"]),
    )
