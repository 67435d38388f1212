"""Labels as Graphviz has them: a kind of HTML, and what stands in a tooltip."""

from html import escape

from minigrad.drawing.blocks import Table
from minigrad.drawing.grouping import Box, Cluster
from minigrad.drawing.labels import Facts, Line, frame_heading, lines, table_of
from minigrad.drawing.scale import TINTS, Scale

GREY = "#57606a"
ALARM = "#cf222e"
GRADIENT = "#8250df"
_COLOURS = {"value": "#0550ae", "grad": GRADIENT, "time": "#953800", "kept": "#1a7f37"}


def label(box: Box, facts: Facts) -> str:
    """The lines of a box as a label of Graphviz."""
    first, *rest = lines(box, facts)
    if box.source is not None:
        return f"<{_small(first.text)}>"
    rows = [f'<tr><td colspan="2"><b>{in_label(first.text)}</b></td></tr>', *map(_row, rest)]
    table = table_of(box.module, facts) if box.kind == "module" else None
    rows += [f'<tr><td colspan="2">{_table(table)}</td></tr>'] if table is not None and table.rows else []
    return f'<<table border="0" cellborder="0" cellspacing="0" cellpadding="0">{"".join(rows)}</table>>'


def page_label(facts: Facts) -> str:
    """What stands above the whole picture."""
    rows = [f'<b><font point-size="16">{in_label(facts.title)}</font></b>'] if facts.title else []
    rows += map(_small, facts.notes)
    if facts.scale is None:
        return "<br/>".join(rows)
    rows = [f"<tr><td>{row}</td></tr>" for row in (*rows, _small(facts.scale.meaning), _legend(facts.scale))]
    return f'<table border="0" cellspacing="0" cellpadding="2">{"".join(rows)}</table>'


def _legend(scale: Scale) -> str:
    """The tints between their bounds."""
    bounds = [f"<td>{_small(bound)}</td>" for bound in scale.bounds]
    tints = [f'<td bgcolor="{tint}" width="28"> </td>' for tint in TINTS]
    cells = "".join(bound + tint for bound, tint in zip(bounds, tints, strict=False)) + bounds[-1]
    return f'<table border="0" cellborder="0" cellspacing="2" cellpadding="2"><tr>{cells}</tr></table>'


def frame_label(frame: Cluster, facts: Facts) -> str:
    """What stands on the frame around a module; of blocks that repeat, with their table."""
    name, table = in_label(frame_heading(frame, facts)), table_of(frame.module, facts)
    if table is None or not (table.said or table.rows):
        return name
    rows = [name, *([_small(table.said)] if table.said else []), *([_table(table)] if table.rows else [])]
    cells = "".join(f'<tr><td align="left">{row}</td></tr>' for row in rows)
    return f'<table border="0" cellborder="0" cellspacing="0" cellpadding="1">{cells}</table>'


def _table(table: Table) -> str:
    rows = [
        "".join(f'<td align="right">{_small(cell or " ")}</td>' for cell in row)
        for row in (table.heads, *table.rows)
    ]
    written = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<table border="0" cellborder="0" cellspacing="0" cellpadding="2">{written}</table>'


def _row(line: Line) -> str:
    if not line.name:
        return f'<tr><td colspan="2">{_small(line.text)}</td></tr>'
    colour = _COLOURS[line.name]
    shown = _small(line.text, ALARM if line.wrong else colour, bold=line.wrong)
    name = _small(line.name + "  ", colour, bold=line.wrong)  # both, so that they stand in line
    return f'<tr><td align="left">{name}</td><td align="right">{shown}</td></tr>'


def _small(said: str, colour: str = GREY, bold: bool = False) -> str:
    written = '<br align="left"/>'.join(map(in_label, said.split("\n")))
    written = f"<b>{written}</b>" if bold else written
    return f'<font point-size="10" color="{colour}">{written}</font>'


def in_label(said: str) -> str:
    """Text to stand in a label, which is HTML in which backslashes still mean something."""
    return escape(_printable(said)).replace("\\", "\\\\")


def in_tooltip(said: str) -> str:
    """Text to stand in a tooltip, which is not HTML, but whose entities and backslashes mean something."""
    return "\\n".join(
        _printable(line).replace("\\", "\\\\").replace("&", "&amp;") for line in said.split("\n")
    )


def _printable(said: str) -> str:
    if said.isprintable():
        return said
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in said)
