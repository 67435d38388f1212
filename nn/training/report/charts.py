"""Curves, drawn as SVG in the colours of the page."""

from collections.abc import Mapping

import numpy as np

import minigrad as mg
from nn.training.report.scales import Scale, scale_of, short

WIDTH, HEIGHT = 480, 230
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 10, 34
POINTS = 60  # up to which each has a dot that says what it is

Curves = Mapping[str, tuple[np.ndarray, np.ndarray]]  # steps (R,) and figures (R,) by name


def chart(title: str, curves: Curves, log: bool = False) -> str:
    """A figure with the curves over the steps."""
    x = scale_of(np.concatenate([[0.0], *[steps for steps, _ in curves.values()]]))
    y = scale_of(np.concatenate([figures for _, figures in curves.values()]), log)
    drawn = [_curve(f"c{i % 4}", name, *curve, x, y) for i, (name, curve) in enumerate(curves.items())]
    said = "; ".join(f"{name} {ends(figures)}" for name, (_, figures) in curves.items())
    legend = [
        mg.markup("span", name, class_=f"key c{i % 4}") for i, name in enumerate(curves) if len(curves) > 1
    ]
    return mg.markup(
        "figure",
        mg.markup("figcaption", title, *legend),
        mg.markup(
            "svg", *_axes(x, y), *drawn,
            viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=f"{title}: {said}",
        ),
    )  # fmt: skip


def ends(figures: np.ndarray) -> str:
    """The first and the last, in words."""
    some = figures[np.isfinite(figures)]
    return f"from {short(some[0])} to {short(some[-1])}" if some.size else "without a figure"


def path_of(x: np.ndarray, y: np.ndarray) -> str:
    """Lines from point to point, for `d`; NaN is a gap."""
    is_there = np.isfinite(x) & np.isfinite(y)
    begins = is_there & ~np.concatenate([[False], is_there[:-1]])
    points = zip(begins[is_there], x[is_there], y[is_there], strict=True)
    return "".join(f"{'M' if begin else 'L'}{a:.1f} {b:.1f}" for begin, a, b in points)


def _curve(class_: str, name: str, steps: np.ndarray, figures: np.ndarray, x: Scale, y: Scale) -> str:
    across = LEFT + x(steps) * (WIDTH - LEFT - RIGHT)
    up = HEIGHT - BOTTOM - y(figures) * (HEIGHT - TOP - BOTTOM)
    dots = [
        mg.markup(
            "circle",
            mg.markup("title", f"{name} {figure:.4g} at step {step:.0f}"),
            cx=f"{a:.1f}",
            cy=f"{b:.1f}",
            r="3",
        )
        for a, b, step, figure in zip(across, up, steps, figures, strict=True)
        if np.isfinite(b)
    ]
    shown = dots if len(dots) <= POINTS else []
    return mg.markup("g", mg.markup("path", d=path_of(across, up)), *shown, class_=f"curve {class_}")


def _axes(x: Scale, y: Scale) -> list[str]:
    parts: list[str] = []
    right, floor = WIDTH - RIGHT, HEIGHT - BOTTOM
    for tick in y.ticks():
        up = f"{floor - float(y(np.array(tick))) * (floor - TOP):.1f}"
        parts.append(mg.markup("path", d=f"M{LEFT} {up}H{right}", class_="grid"))
        parts.append(mg.markup("text", short(tick), x=str(LEFT - 6), y=up, dy="0.35em", text_anchor="end"))
    for tick in x.ticks():
        across = f"{LEFT + float(x(np.array(tick))) * (right - LEFT):.1f}"
        parts.append(mg.markup("path", d=f"M{across} {floor}v4", class_="grid"))
        parts.append(mg.markup("text", short(tick), x=across, y=str(floor + 18), text_anchor="middle"))
    parts.append(mg.markup("text", "step", x=str(right), y=str(HEIGHT - 5), text_anchor="end"))
    return parts
