"""What a benchmark found, as rows of a table: ours, the peer's, their ratio, whether an aim is reached."""

import json
import math
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

NOT_INSTALLED = "not installed: pip install -e '.[bench]'"
HEADINGS = ("", "ours", "peer", "ratio", "aim", "reached")
TEXT, NOTE = 54, 112  # the greatest widths of a row's text and of its note, on a terminal


@dataclass(frozen=True)
class Figure:
    """A quantity of ours, and of a peer where there is one.

    `aim` bounds the ratio ours / peer: from above, or from below where `higher_is_better`.  Exponents have
    no ratio; there it bounds the exponent itself.
    """

    what: str
    ours: float
    peer: float | None
    unit: str  # "ms", "MB", "µs", "tokens/s", "exponent"
    aim: float | None = None
    higher_is_better: bool = False
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """ours / peer; None without a peer, and of exponents."""
        if self.peer is None or self.unit == "exponent":
            return None
        return self.ours / self.peer if self.peer else math.nan

    @property
    def reached(self) -> bool | None:
        """Whether the aim is reached; None without an aim, or without what it is about."""
        missed = self._missed
        return None if missed is None else missed <= 0

    @property
    def verdict(self) -> str:
        """`reached` for a person: "yes", or "no, by 8 %", or nothing."""
        missed = self._missed
        if missed is None:
            return ""
        return "yes" if missed <= 0 else f"no, by {100 * missed:.{0 if missed >= 0.1 else 1}f} %"

    @property
    def _missed(self) -> float | None:
        """The share of the aim by which it is missed, negative where it is more than reached."""
        bounded = self.ours if self.unit == "exponent" else self.ratio
        if self.aim is None or bounded is None or math.isnan(bounded):
            return None
        return 1 - bounded / self.aim if self.higher_is_better else bounded / self.aim - 1


def failed(what: str, reason: str) -> Figure:
    """The row of something that could not be measured."""
    return Figure(what, math.nan, None, "", note=f"failed: {reason}")


def table(figures: Sequence[Figure], heading: bool = True, width: int = 0) -> str:
    """The rows for a terminal, a note under its row.  `width` is at least that of the first column."""
    width = min(TEXT, max([width, *(len(figure.what) for figure in figures)]))
    lines = [_line(HEADINGS, width)] if heading else []
    for figure in figures:
        what, *cells = _cells(figure)
        first, *more = textwrap.wrap(what, width) or [""]
        lines += [_line((first, *cells), width), *(f"  {line}" for line in more)]
        lines += [f"    {line}" for line in textwrap.wrap(figure.note, NOTE)]
    return "\n".join(lines)


def markdown(figures: Sequence[Figure]) -> str:
    """The rows as a table of Markdown, notes in a last column."""
    lines = ["| " + " | ".join((*HEADINGS, "")) + " |", "|---|--:|--:|--:|--:|:--|:--|"]
    lines += ["| " + " | ".join((*_cells(figure), figure.note)) + " |" for figure in figures]
    return "\n".join(lines)


def to_json(figures: Iterable[Figure]) -> str:
    """The figures as a JSON array; ratio and verdict are told too, for those who read it."""
    return json.dumps([_plain(figure) for figure in figures], indent=1, ensure_ascii=False)


def from_json(text: str) -> list[Figure]:
    """What `to_json` wrote."""
    fields = Figure.__dataclass_fields__
    found = [{name: value for name, value in row.items() if name in fields} for row in json.loads(text)]
    return [Figure(**{**row, "ours": math.nan if row["ours"] is None else row["ours"]}) for row in found]


def _plain(figure: Figure) -> dict[str, Any]:
    facts = {**asdict(figure), "ratio": figure.ratio, "reached": figure.reached}
    return {name: None if value != value else value for name, value in facts.items()}  # NaN is not JSON


def _cells(figure: Figure) -> tuple[str, ...]:
    sign = "≥" if figure.higher_is_better else "≤"
    return (
        figure.what,
        _amount(figure.ours, figure.unit),
        _amount(figure.peer, figure.unit),
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        "" if figure.aim is None else f"{sign} {figure.aim:.2f}",
        figure.verdict,
    )


def _line(cells: Sequence[str], width: int) -> str:
    what, ours, peer, ratio, aim, reached = cells
    return f"{what:<{width}}  {ours:>15}  {peer:>15}  {ratio:>6}  {aim:>7}  {reached}".rstrip()


def _amount(value: float | None, unit: str) -> str:
    if value is None or math.isnan(value):
        return "-"
    decimals = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2
    return f"{value:,.{decimals}f}" + ("" if unit == "exponent" else f" {unit}")
