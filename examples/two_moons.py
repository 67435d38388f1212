"""Two interleaved half moons, told apart by a small net: batches, a training loop, the boundary drawn.

python -m examples.two_moons        trains it, and draws the boundary into runs/two_moons
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import minigrad as mg
import nn
from examples.command import main
from examples.outcome import Measure


@dataclass(frozen=True)
class Config:
    points: int = 600
    hidden: int = 16
    steps: int = 500
    rate: float = 0.02
    seed: int = 0


def moons(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Points (N, 2), and to which moon each belongs."""
    angle, which = rng.uniform(0, np.pi, count), rng.integers(0, 2, count)
    x = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (1 - 2 * which[:, None])
    x += np.stack([which, 0.5 * which], axis=1) + rng.normal(0, 0.15, (count, 2))
    return x.astype(np.float32), which


def right(model: nn.Module, x: np.ndarray, classes: np.ndarray) -> float:
    with mg.no_grad():
        return 100 * float(np.mean(model(x).numpy().argmax(axis=1) == classes))


def train(model: nn.Module, data: tuple[np.ndarray, ...], config: Config, rng: np.random.Generator) -> None:
    nn.Training(
        model,
        nn.optim.AdamW(model.parameters(), lr=config.rate),
        loss=lambda batch: nn.functional.cross_entropy(model(batch[0]), batch[1]),
        batches=nn.data.Batches(data, min(64, len(data[0])), rng=rng),
        steps=config.steps,
        progress="two moons",
    ).run()


def work(config: Config, folder: Path) -> list[Measure]:
    rng = np.random.default_rng(config.seed)
    data, unseen = moons(config.points, rng), moons(1000, rng)
    hidden, line = nn.Linear(2, config.hidden, rng=rng), nn.Linear(2, 2, rng=rng)
    model = nn.Sequential(hidden, nn.Tanh(), nn.Linear(config.hidden, 2, rng=rng))
    train(model, data, config, rng)
    train(line, data, config, rng)
    picture(model, *data, folder / "two_moons.png")
    beside = {"a line": right(line, *unseen)}
    return [Measure("two moons", "right", right(model, *unseen), "%", beside, wanted=95)]


def picture(model: nn.Module, x: np.ndarray, classes: np.ndarray, path: Path) -> None:
    from matplotlib.figure import Figure

    across, up = np.meshgrid(np.linspace(-1.8, 2.8, 160), np.linspace(-1.3, 1.8, 110))
    with mg.no_grad():
        scores = model(np.stack([across.ravel(), up.ravel()], axis=1).astype(np.float32))
    axes = (figure := Figure(figsize=(6, 4), layout="constrained")).subplots()
    one = nn.functional.softmax(scores, dim=1).numpy()[:, 1].reshape(across.shape)
    figure.colorbar(axes.contourf(across, up, one, levels=20, cmap="RdBu"), label="probability of the second")
    axes.scatter(*x.T, c=classes, cmap="RdBu", edgecolors="k", s=14)
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    sys.exit(main("two_moons", __doc__, Config(), work))
