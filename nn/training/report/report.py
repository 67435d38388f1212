"""The report of a run, from what its newest checkpoint holds."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import minigrad as mg
from nn.saving.checkpoints import Checkpoints
from nn.saving.whole_files import FileError, write_whole
from nn.training.health.table import Table
from nn.training.report.charts import chart
from nn.training.report.facts import facts_table
from nn.training.report.film import strips, texts
from nn.training.report.layers import layers_table, units_table, wide
from nn.training.snapshots import taken_of

FOREIGN = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)


def write_report(folder: str | os.PathLike[str]) -> Path:
    """Write report.html into the `folder` of an nn.Training, from its newest checkpoint; its path.

    Curves, gradients and steps by layer, dead units, warnings, texts and attention over time (see
    `snapshot` there), configuration and machine, in one file that opens without a network.  nn.Training
    does so at its end.  Raises FileError where there is no whole checkpoint, or one of something else.
    """
    checkpoints = Checkpoints(folder)
    step, state = checkpoints.load()
    try:
        document = report_of(state)
    except FOREIGN as error:
        raise FileError(
            f"{checkpoints.path(step)} is not of an nn.Training ({error!r}): give the folder of one"
        ) from None
    path = checkpoints.folder / "report.html"
    write_whole(path, document.encode())
    return path


def report_of(state: Mapping[str, Any]) -> str:
    """The page, of what nn.Training.state_dict gives."""
    table = Table()
    table.load_state_dict(state["health"]["table"])
    about, rows = state["about"], state["evaluations"]["rows"]
    body = [
        *_head(about, state["number"], rows, state["evaluations"]["best"]),
        *_warnings(state["health"]["symptoms"]["told"], table),
        *_curves(rows, table),
        *_layers(table),
        *_snapshots(state["snapshots"]),
        mg.markup("h2", "Settings"),
        wide("Configuration", facts_table("Configuration", state["config"])),
        wide("Machine", facts_table("Machine", about["machine"])),
    ]
    style = Path(__file__).with_name("report.css").read_text("utf-8")
    return mg.page(f"{about['model']}: a training", "\n".join(body), styles=[style])


def _head(about: Mapping[str, Any], number: int, rows: list[Mapping[str, float]], best: Any) -> list[str]:
    what = (
        f"{about['parameters']:,} parameters, by {about['optimizer']}; {number:,} of {about['steps']:,} steps"
    )
    parts: list[str] = [mg.markup("h1", about["model"]), mg.markup("p", what, class_="note")]
    if best is not None:
        judge = next(iter(list(rows[0])[2:]), "train_loss")
        said = f"Best {judge}: {best[0][judge]:.4g}, after step {best[0]['step']:,}."
        parts.append(mg.markup("p", said))
    return parts


def _warnings(told: Mapping[str, str], table: Table) -> list[str]:
    if not table.rows:
        return []
    if not told:
        return [mg.markup("p", "Nothing looked ill.")]
    return [mg.markup("p", text, class_="ill") for text in told.values()]


def _curves(rows: list[Mapping[str, float]], table: Table) -> list[str]:
    steps = np.array([row["step"] for row in rows], np.float64)
    of = {name: (steps, np.array([row[name] for row in rows])) for name in (rows[0] if rows else ())}
    losses = {name: curve for name, curve in of.items() if name.endswith("loss")}
    others = {name: curve for name, curve in of.items() if name not in losses and name not in table.names}
    charts = [chart("loss", losses)] if losses else []
    charts += [chart(name, {name: curve}) for name, curve in others.items()]
    charts += [
        chart(title, {title: (table.column("step"), table.column(name))}, log)
        for name, title, log in (
            ("loss", "loss of the batches of measured steps", False),
            ("gradient_norm", "norm of the gradient, before clipping", True),
            ("learning_rate", "learning rate", False),
        )
        if table.rows
    ]
    return [mg.markup("h2", "Curves"), mg.markup("div", *charts, class_="charts")] if charts else []


def _layers(table: Table) -> list[str]:
    if not table.rows:
        return []
    steps, figures = table.column("step"), {kind: table.of(kind) for kind in ("gradient", "update", "weight")}
    note = (
        f"At {len(steps):,} steps, {steps[0]:.0f} to {steps[-1]:.0f}, from left to right; from bottom to top "
        "the same logarithmic scale for all layers of a column. The figure is that of the last step."
    )
    parts = [mg.markup("h2", "Layers"), mg.markup("p", note, class_="note"), layers_table(steps, figures)]
    dead = table.of("dead")
    return [*parts, units_table(dead, steps)] if dead else parts


def _snapshots(state: Mapping[str, Any]) -> list[str]:
    snapshots = taken_of(state)
    if not snapshots:
        return []
    written, films = texts(snapshots), strips(snapshots)
    parts = [mg.markup("h2", "What it wrote"), *written] if written else []
    return [*parts, mg.markup("h2", "Where it looked"), *films] if films else parts
