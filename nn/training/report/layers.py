"""A line for each layer: how large its gradients and its steps were over time."""

from collections.abc import Mapping

import numpy as np

import minigrad as mg
from nn.training.report.charts import ends, path_of
from nn.training.report.scales import Scale, range_of, short

WIDTH, HEIGHT = 150, 36
KINDS = {"gradient": "gradient ‖g‖", "update": "step ‖Δ‖/‖θ‖", "weight": "weights ‖θ‖"}


def layers_table(steps: np.ndarray, figures: Mapping[str, Mapping[str, np.ndarray]]) -> str:
    """Columns of `figures` by kind and layer, each of a kind on one logarithmic scale."""
    shown = {kind: figures[kind] for kind in KINDS if figures.get(kind)}
    scales = {kind: range_of(np.concatenate([*of.values()])) for kind, of in shown.items()}
    head = [
        mg.markup("th", KINDS[kind], mg.markup("small", f"{short(s.low)} to {short(s.high)}"), scope="col")
        for kind, s in scales.items()
    ]
    rows = [
        mg.markup(
            "tr",
            mg.markup("th", mg.markup("code", layer), scope="row"),
            *[_cell(steps, of[layer], scales[kind]) for kind, of in shown.items()],
        )
        for layer in shown["weight"]
    ]
    return wide(
        "Layers",
        mg.markup(
            "table",
            mg.markup("thead", mg.markup("tr", mg.markup("th", "layer", scope="col"), *head)),
            mg.markup("tbody", *rows),
            class_="layers",
        ),
    )


def units_table(dead: Mapping[str, np.ndarray], steps: np.ndarray) -> str:
    """The share of dead units of each activation."""
    rows = [
        mg.markup(
            "tr",
            mg.markup("th", mg.markup("code", name), scope="row"),
            _cell(steps, shares, Scale(0.0, 1.0), "{:.0%}"),
        )
        for name, shares in dead.items()
    ]
    head = mg.markup("tr", mg.markup("th", "activation", scope="col"), mg.markup("th", "dead", scope="col"))
    return wide(
        "Dead units", mg.markup("table", mg.markup("thead", head), mg.markup("tbody", *rows), class_="layers")
    )


def wide(label: str, content: str) -> str:
    """What may be wider than the window: it is scrolled by itself, with the keys as well."""
    return mg.markup("div", content, class_="wide", tabindex="0", role="region", aria_label=label)


def _cell(steps: np.ndarray, figures: np.ndarray, scale: Scale, form: str = "{:.2g}") -> str:
    apart = max(1, len(steps) // WIDTH)  # of the points drawn
    across = (WIDTH - 4) * Scale(0.0, float(steps[-1]))(steps) + 2
    up = HEIGHT - 2 - (HEIGHT - 4) * scale(figures)
    strip = mg.markup(
        "svg",
        mg.markup("title", ends(figures)),
        mg.markup("path", d=path_of(across[::apart], up[::apart])),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        class_="strip",
    )
    some = figures[np.isfinite(figures)]
    return mg.markup("td", strip, mg.markup("span", form.format(some[-1]) if some.size else "none"))
