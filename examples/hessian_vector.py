"""Newton's method without a matrix: Hessian times vector, and conjugate gradients over it.

python -m examples.hessian_vector        the valley, and both ways down, in runs/hessian_vector

Newton's step p solves H p = -g. Conjugate gradients (Hestenes and Stiefel, 1952) need only products H v, and
mg.hvp gives one for a few evaluations of f, whatever the size of H.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import minigrad as mg
from examples.command import main
from examples.outcome import Measure


@dataclass(frozen=True)
class Config:
    steps: int = 20
    rate: float = 1e-3  # of plain descent
    seed: int = 0  # of where both begin


def valley(x):  # Rosenbrock's (1960); its floor is 0 at (1, 1)
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def newton_step(x: np.ndarray, iterations: int = 10) -> np.ndarray:
    p, residual = np.zeros_like(x), -mg.grad(valley)(x).numpy()  # H p = -g
    direction = residual
    for _ in range(iterations):
        product = mg.hvp(valley, (x,), (direction,))[0].numpy()  # H · direction
        bend = direction @ product
        if bend <= 0 or residual @ residual < 1e-20:  # it bends down there, or is done
            break
        length = residual @ residual / bend
        p, after = p + length * direction, residual - length * product
        direction = after + after @ after / (residual @ residual) * direction
        residual = after
    return p if p.any() else residual


def way_down(x: np.ndarray, steps: int, step: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    way = [x]
    for _ in range(steps):
        p = step(way[-1])
        while valley(way[-1] + p) > valley(way[-1]) and p @ p > 1e-20:  # too far
            p = p / 2
        way.append(way[-1] + p)
    return np.array(way)


def work(config: Config, folder: Path) -> list[Measure]:
    start = np.array([-1.2, 1.0]) + np.random.default_rng(config.seed).normal(0, 0.1, 2)
    steps = {"Newton": newton_step, "descent": lambda x: -config.rate * mg.grad(valley)(x).numpy()}
    ways = {name: way_down(start, config.steps, step) for name, step in steps.items()}
    picture(ways, folder / "valley.png")
    left, beside = (float(valley(way[-1])) for way in ways.values())
    return [Measure("Hessian times vector", "left of f", left, "", {"descent": beside}, 1e-6, at_most=True)]


def picture(ways: dict[str, np.ndarray], path: Path) -> None:
    from matplotlib.figure import Figure

    axes = (figure := Figure(figsize=(6, 4), layout="constrained")).subplots()
    grid = np.meshgrid(np.linspace(-1.6, 1.5, 200), np.linspace(-0.6, 1.8, 150))
    axes.contour(*grid, np.log(valley(grid) + 1e-3), levels=20, cmap="Greys")
    for name, way in ways.items():
        axes.plot(*way.T, "o-", ms=3, label=name)
    axes.legend()
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    sys.exit(main("hessian_vector", __doc__, Config(), work))
