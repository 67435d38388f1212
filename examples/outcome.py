"""What an example found: each measure beside what a fool would guess, as a table and as a file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any

RESULTS = "results.json"


@dataclass(frozen=True)
class Measure:
    """One figure of one run.

    `beside` are the same figure of what is simpler (majority, n-gram, nearest neighbour) by name; `wanted`,
    in the measure's own unit, is what the system has to reach, at least or, with `at_most`, at most.
    """

    system: str  # as docs/systems.md lists it
    name: str
    value: float
    unit: str = "%"
    beside: Mapping[str, float] = field(default_factory=dict)
    wanted: float | None = None
    at_most: bool = False


@dataclass(frozen=True)
class Summary:
    """A measure over the seeds of a command."""

    system: str
    name: str
    unit: str
    values: list[float]  # one a seed
    beside: dict[str, float]  # means
    wanted: float | None
    at_most: bool

    @property
    def mean(self) -> float:
        return mean(self.values)

    @property
    def holds(self) -> bool | None:
        """Whether the mean reaches what is wanted; None where nothing is."""
        if self.wanted is None:
            return None
        return self.mean <= self.wanted if self.at_most else self.mean >= self.wanted

    def shown(self, value: float) -> str:
        """A value with its unit: a space before it, none before %."""
        return f"{value:.1f} %" if self.unit == "%" else f"{value:.4g} {self.unit}".rstrip()


@dataclass(frozen=True)
class Outcome:
    """All that a command measured."""

    command: str
    config: dict[str, Any]
    seeds: list[int]
    seconds: list[float]  # one a seed, on the machine that ran it
    measures: list[Summary]

    def save(self, folder: Path) -> None:
        """Write results.json into `folder`."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False, default=str)
        (folder / RESULTS).write_text(text + "\n", "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Outcome":
        """What `save` wrote."""
        facts = json.loads((folder / RESULTS).read_text("utf-8"))
        return cls(**{**facts, "measures": [Summary(**one) for one in facts["measures"]]})

    def table(self) -> str:
        """A line a measure: mean, each seed, what stands beside it, and what was wanted."""
        return "\n".join(line for one in self.measures for line in _lines(one, len(self.seeds)))


def summarised(runs: Sequence[Sequence[Measure]]) -> list[Summary]:
    """The measures of several runs, the same ones in the same order, as one list."""
    found = []
    for same in zip(*runs, strict=True):
        first = same[0]
        if any((one.system, one.name) != (first.system, first.name) for one in same):
            raise ValueError("every run of a command has the same measures in the same order")
        beside = {name: mean(one.beside[name] for one in same) for name in first.beside}
        values = [float(one.value) for one in same]
        wanted = None if first.wanted is None else mean(one.wanted for one in same)  # may be a baseline's
        found.append(Summary(first.system, first.name, first.unit, values, beside, wanted, first.at_most))
    return found


def _lines(one: Summary, seeds: int) -> list[str]:
    head = f"{one.system}, {one.name}: {one.shown(one.mean)}"
    if seeds > 1:
        head += "  (" + ", ".join(one.shown(value) for value in one.values) + ")"
    if one.wanted is not None:
        sign = "at most" if one.at_most else "at least"
        head += f"  wanted {sign} {one.shown(one.wanted)}: {'reached' if one.holds else 'not reached'}"
    return [head, *(f"    {name}: {one.shown(value)}" for name, value in one.beside.items())]
