"""The smallest net that needs a hidden layer: exclusive or, by a loop of four lines.

python -m examples.xor        trains it, and draws its output over the square into runs/xor
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import minigrad as mg
import nn
from examples.command import main
from examples.outcome import Measure
from examples.terminal import say


@dataclass(frozen=True)
class Config:
    hidden: int = 8
    steps: int = 300
    rate: float = 0.05
    seed: int = 0


X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
CLASSES = np.array([0, 1, 1, 0])


def train(model: nn.Module, config: Config) -> float:
    """The last loss."""
    optimizer = nn.optim.AdamW(model.parameters(), lr=config.rate)
    for _ in range(config.steps):
        optimizer.zero_grad()  # forget the gradients of the last step
        loss = nn.functional.cross_entropy(model(X), CLASSES)
        loss.backward()  # leave a gradient on each parameter
        optimizer.step()  # move each parameter a little against its gradient
    return loss.item()


def right(model: nn.Module) -> float:
    """How many of the four, in per cent."""
    with mg.no_grad():
        return 100 * float(np.mean(model(X).numpy().argmax(axis=1) == CLASSES))


def work(config: Config, folder: Path) -> list[Measure]:
    """The net beside a single layer, which can get three of the four right at most."""
    rng = np.random.default_rng(config.seed)
    model = nn.Sequential(
        nn.Linear(2, config.hidden, rng=rng), nn.Tanh(), nn.Linear(config.hidden, 2, rng=rng)
    )
    alone = nn.Linear(2, 2, rng=rng)
    for name, each in {"two layers": model, "one layer": alone}.items():
        say(f"{name}: loss {train(each, config):.3f}, {right(each):.0f} % right")
    picture(model, folder / "xor.png")
    return [Measure("xor", "right", right(model), "%", {"one layer": right(alone)}, wanted=100)]


def picture(model: nn.Module, path: Path) -> None:
    """The probability of 1 over the square."""
    from matplotlib.figure import Figure

    across, up = np.meshgrid(np.linspace(-0.5, 1.5, 80), np.linspace(-0.5, 1.5, 80))
    points = np.stack([across.ravel(), up.ravel()], axis=1).astype(np.float32)
    with mg.no_grad():
        one = nn.functional.softmax(model(points), dim=1).numpy()[:, 1].reshape(across.shape)
    figure = Figure(figsize=(4, 3.4), layout="constrained")
    axes = figure.subplots()
    figure.colorbar(axes.contourf(across, up, one, levels=20, cmap="RdBu"), label="probability of 1")
    axes.scatter(*X.T, c=CLASSES, cmap="RdBu", edgecolors="k", s=80)
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    sys.exit(main("xor", __doc__, Config(), work))
