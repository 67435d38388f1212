"""A Vision Transformer reads handwritten digits, and its attention is drawn over them.

Dosovitskiy et al. (2021), section 3.1: a picture is a sequence of patches, and a learned class token before
them gathers what the answer is made from.  The digits are scikit-learn's, 8×8; two settings are not the
paper's, since 1,297 pictures are few: patches overlap, and no two pictures learned from are quite the same.

    python -m examples.vision                  a minute and a half on two cores
    python -m examples.vision --split random   an easier test: by the same hands as the training digits
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: see char_transformer

from examples.program import interruptible

if __name__ == "__main__":
    interruptible()

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import minigrad as mg
import nn
from examples.command import ExampleError, main
from examples.digits import CLASSES, SIDE, Digits, Pictures, Split, nearest_labels, varied
from examples.outcome import Measure
from examples.patches import Patches, draw_over, figure_of
from examples.terminal import say
from nn import functional as F


@dataclass(frozen=True)
class Config:
    split: Split = "writers"
    patch: int = 4
    stride: int = 1
    width: int = 64
    heads: int = 4
    layers: int = 2
    dropout: float = 0.1
    steps: int = 2000
    batch: int = 64
    learning_rate: float = 3e-3
    weight_decay: float = 0.05
    seed: int = 0


class VisionTransformer(nn.Module):
    """Images (B, 8, 8) -> scores of the ten digits (B, 10)."""

    def __init__(self, config: Config, rng: np.random.Generator) -> None:
        width = config.width
        self.patches = Patches(SIDE, config.patch, config.stride, width, rng)
        self.class_token = nn.Parameter(rng.normal(0, 0.02, (1, 1, width)).astype(np.float32))
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width, config.heads, 2 * width, config.dropout, "gelu", norm_first=True, rng=rng
            )
            for _ in range(config.layers)
        )
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, CLASSES, rng=rng)

    def forward(self, images: Any) -> mg.Tensor:
        return self.read(self.patches(images))

    def read(self, x: mg.Tensor) -> mg.Tensor:
        """Patches (B, N, C) -> (B, 10)."""
        first = mg.broadcast_to(self.class_token, (len(x), *self.class_token.shape[1:]))
        x = mg.concatenate([first, x], axis=1)  # (B, 1 + N, C): z₀ of equation 1
        for layer in self.layers:
            x = layer(x)  # equations 2 and 3
        return self.head(self.norm(x[:, 0]))  # equation 4, and the head


class ConvNet(nn.Sequential):
    """Images (B, 8, 8) -> (B, 10) by two convolutions, three by three, each with the greatest of 2×2, and a
    third: what is usual for pictures."""

    def __init__(self, rng: np.random.Generator) -> None:
        super().__init__(
            nn.Unflatten(1, (1, SIDE)),
            nn.Conv2d(1, 16, 3, padding=1, rng=rng),
            nn.ReLU(),
            nn.Conv2d(16, 32, 3, padding=1, rng=rng),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 32, 3, padding=1, rng=rng),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(32 * (SIDE // 4) ** 2, CLASSES, rng=rng),
        )


def batches(train: Pictures, size: int, rng: np.random.Generator) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Images, each a little changed, and their labels, without end."""
    for images, labels in nn.data.Batches(tuple(train), size, rng=rng):
        yield varied(images, rng), labels


def training_of(model: nn.Module, digits: Digits, config: Config, rng: np.random.Generator) -> nn.Training:
    optimizer = nn.optim.AdamW(model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)
    steps = config.steps
    return nn.Training(
        model,
        optimizer,
        lambda batch: F.cross_entropy(model(batch[0]), batch[1]),
        batches(digits.train, config.batch, rng),
        steps=steps,
        schedule=nn.optim.lr_scheduler.WarmupCosineLR(optimizer, steps // 20, steps, final=0.01),
        every=max(1, steps // 8),
        progress=type(model).__name__,
    )


def predicted(model: nn.Module, images: np.ndarray) -> np.ndarray:
    """The likeliest digit of each image (B,)."""
    model.eval()
    with mg.no_grad():
        return model(images).numpy().argmax(axis=-1)


def percent(found: Any, right: np.ndarray) -> float:
    return 100 * float(np.mean(found == right))


def looked_at(model: VisionTransformer, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the class token looked: last layer, each head (B, H, 8, 8), and rolled out (B, 8, 8).

    Rollout (Abnar and Zuidema, 2020, section 3) multiplies the layers' weights, half of each being the
    residual; it says how tokens were mixed if nothing else were done to them, not what the answer is due to.
    """
    model.eval()
    with mg.no_grad(), nn.record_attention(model) as maps:
        model(images)
    layers = [maps[f"layers.{i}.self_attn"] for i in range(len(model.layers))]  # (B, H, 1 + N, 1 + N)
    rolled = np.eye(layers[0].shape[-1])
    for weights in layers:
        rolled = (weights.mean(axis=1) + np.eye(weights.shape[-1])) / 2 @ rolled
    over = model.patches.over_pixels
    return over(layers[-1][:, :, 0, 1:]), over(rolled[:, 0, 1:])


def emptied(images: np.ndarray, order: np.ndarray) -> np.ndarray:
    """The images (B, H, W) without ink at the quarter of the pixels where `order`, likewise, is greatest."""
    flat = images.reshape(len(images), -1).copy()
    first = np.argsort(-order.reshape(flat.shape), axis=1, kind="stable")[:, : flat.shape[1] // 4]
    np.put_along_axis(flat, first, 0, axis=1)
    return flat.reshape(images.shape)


def what_it_needs(model: VisionTransformer, test: Pictures, rng: np.random.Generator) -> Measure:
    """What a map is worth: how many are still read right without the pixels where it is greatest."""
    by_gradient = nn.explain.gradient_times_input(model.read, model.patches(test.images))  # (B, N)
    orders = {
        "most looked at": looked_at(model, test.images)[1],
        "of the greatest gradient × input": model.patches.over_pixels(abs(by_gradient)),
        "with the most ink": test.images,
        "drawn by lot": rng.random(test.images.shape),
    }
    right = {
        f"those {name}": percent(predicted(model, emptied(test.images, order)), test.labels)
        for name, order in orders.items()
    }
    value = right.pop("those most looked at")
    name = "digits right with the 16 pixels emptied that were most looked at"
    return Measure("Vision Transformer", name, value, beside=right, at_most=True)


def draw(model: VisionTransformer, test: Pictures, path: Path) -> None:
    """Test digits, the misread ones first, with what each head of the last layer looked at."""
    found = predicted(model, test.images)
    wrong = np.flatnonzero(found != test.labels)[:4]
    rows = np.concatenate([wrong, [np.flatnonzero(test.labels == c)[0] for c in range(CLASSES)]])
    heads, rolled = looked_at(model, test.images[rows])
    figure, axes = figure_of(len(heads[0]) + 2, len(rows))
    for column, row in enumerate(rows):
        image, label, answer = test.images[row], test.labels[row], found[row]
        title = f"{label}" if answer == label else f"{label}, read as {answer}"
        draw_over(axes[0, column], image, title=title)
        draw_over(axes[1, column], image, rolled[column], "all layers" if column == 0 else "")
        for head, weights in enumerate(heads[column]):
            draw_over(axes[head + 2, column], image, weights, f"head {head}" if column == 0 else "")
    figure.suptitle(
        "Weights of the class token: rolled out over all layers, and of the last one's heads", fontsize=10
    )
    figure.savefig(path, dpi=100)


def trained(make: Callable[[np.random.Generator], nn.Module], digits: Digits, config: Config) -> nn.Module:
    """A model of the configuration's seed, after its steps."""
    rng = np.random.default_rng(config.seed)
    try:
        model = make(rng)
    except ValueError as error:  # of sizes that do not go together
        raise ExampleError(str(error)) from None
    training_of(model, digits, config, rng).run()
    return model


def work(config: Config, folder: Path) -> list[Measure]:
    digits = Digits.load(config.split)
    train, test = digits.train, digits.test
    say(f"{len(train.labels):,} digits to learn from, {len(test.labels)} to be tested on")
    model: Any = trained(lambda rng: VisionTransformer(config, rng), digits, config)
    draw(model, test, folder / "attention.png")
    usual = trained(ConvNet, digits, config)
    beside = {
        "a small conv net": percent(predicted(usual, test.images), test.labels),
        "3 nearest neighbours": percent(nearest_labels(train, test.images), test.labels),
        "the commonest digit": percent(np.bincount(train.labels).argmax(), test.labels),
    }
    with nn.explain.with_weights(model, "uniform"):
        beside["itself, attending to all alike"] = percent(predicted(model, test.images), test.labels)
    value = percent(predicted(model, test.images), test.labels)
    return [
        Measure("Vision Transformer", "test digits right", value, beside=beside, wanted=97),
        what_it_needs(model, test, np.random.default_rng(config.seed)),
    ]


if __name__ == "__main__":
    mg.kernels.keep_heap()
    sys.exit(main("vision", __doc__, Config(), work))
