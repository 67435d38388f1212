"""Handwritten digits of 8 × 8 points by a small net of convolutions, and the digits that it gets wrong.

python -m examples.read_digits        trains it, and draws its mistakes into runs/read_digits

The digits are scikit-learn's (pip install -e '.[systems]'): 1,797, of which 500, drawn at random, are held
out; the same people wrote both parts. examples.vision tests on people who wrote none of the others.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import minigrad as mg
import nn
from examples.command import main
from examples.digits import Digits
from examples.outcome import Measure


@dataclass(frozen=True)
class Config:
    channels: int = 16
    steps: int = 400
    rate: float = 3e-3
    seed: int = 0


def work(config: Config, folder: Path) -> list[Measure]:
    rng, c = np.random.default_rng(config.seed), config.channels
    digits = Digits.load("random")
    (x, y), (unseen, wanted) = ((part.images[:, None], part.labels) for part in (digits.train, digits.test))
    model = nn.Sequential(
        *(nn.Conv2d(1, c, 3, padding=1, rng=rng), nn.ReLU(), nn.MaxPool2d(2)),  # (N, C, 4, 4)
        *(nn.Conv2d(c, 2 * c, 3, padding=1, rng=rng), nn.ReLU(), nn.MaxPool2d(2)),  # (N, 2C, 2, 2)
        *(nn.Flatten(), nn.Linear(8 * c, 10, rng=rng)),
    )
    nn.Training(
        model,
        nn.optim.AdamW(model.parameters(), lr=config.rate),
        loss=lambda batch: nn.functional.cross_entropy(model(batch[0]), batch[1]),
        batches=nn.data.Batches((x, y), 64, rng=rng),
        steps=config.steps,
        progress="digits",
    ).run()
    with mg.no_grad():
        found = model(unseen).numpy().argmax(axis=1)
    apart = ((unseen.reshape(-1, 1, 64) - x.reshape(1, -1, 64)) ** 2).sum(axis=2)
    nearest = y[apart.argmin(axis=1)]
    picture(unseen, wanted, found, folder / "mistakes.png")
    right = {"the nearest digit": 100 * float(np.mean(nearest == wanted))}
    return [Measure("digits", "right", 100 * float(np.mean(found == wanted)), "%", right, wanted=95)]


def picture(images: np.ndarray, wanted: np.ndarray, found: np.ndarray, path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 1.6), layout="constrained")
    for axes, i in zip(figure.subplots(1, 10), [*np.flatnonzero(wanted != found)], strict=False):
        axes.imshow(images[i, 0], cmap="gray_r")
        axes.set_title(f"{wanted[i]} as {found[i]}", fontsize=8)
    for axes in figure.axes:
        axes.axis("off")
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    sys.exit(main("read_digits", __doc__, Config(), work))
