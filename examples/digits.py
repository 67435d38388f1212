"""scikit-learn's handwritten digits, 1,797 of 8×8: a fixed split, small changes of hand, and what is simpler.

They are the test part of the UCI set (Alpaydin and Kaynak, 1998): bitmaps of 32×32, normalised by NIST's
programs, counted in blocks of 4×4.  13 people wrote them, and nobody noted who; but the file keeps the order
of writing, so the last 500 are mostly by people who wrote none of the first 1,297.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from examples.command import ExampleError

SIDE, CLASSES, TEST = 8, 10, 500
Split = Literal["writers", "random"]


class Pictures(NamedTuple):
    images: np.ndarray  # (N, 8, 8), float32 in [0, 1]
    labels: np.ndarray  # (N,), int64

    def at(self, rows: np.ndarray | slice) -> "Pictures":
        return Pictures(self.images[rows], self.labels[rows])


@dataclass(frozen=True)
class Digits:
    """The digits in two parts: `split` "writers" tests on the last 500, "random" on 500 drawn by one seed."""

    train: Pictures  # 1,297
    test: Pictures  # 500

    @classmethod
    def load(cls, split: Split = "writers") -> "Digits":
        try:
            from sklearn.datasets import load_digits
        except ImportError:
            raise ExampleError(
                "the digits are scikit-learn's, which is not installed: pip install scikit-learn"
            ) from None
        found = load_digits()
        images = (found.images / found.images.max()).astype(np.float32)
        every = Pictures(images, found.target.astype(np.int64))
        order = (
            np.random.default_rng(0).permutation(len(images)) if split == "random" else np.arange(len(images))
        )
        return cls(every.at(order[:-TEST]), every.at(order[-TEST:]))


def varied(
    images: np.ndarray,
    rng: np.random.Generator,
    turn: float = 12,
    shift: float = 1,
    scale: float = 0.15,
    slant: float = 0.25,
) -> np.ndarray:
    """Images (N, H, W) as other hands might have written them, each changed by a map of its own.

    It is turned by up to `turn` degrees, moved by `shift` pixels, grown by 1 ± `scale` in height and in
    width, and slanted by `slant` pixels a row.  A pixel of the new picture lies between four old ones.
    """
    n, height, width = images.shape
    angle = np.radians(rng.uniform(-turn, turn, (n, 1, 1)))
    tall, wide = 1 + rng.uniform(-scale, scale, (2, n, 1, 1))
    down, right = rng.uniform(-shift, shift, (2, n, 1, 1))
    y = np.arange(height)[:, None] - (height - 1) / 2 - down  # from the middle
    x = np.arange(width) - (width - 1) / 2 - right
    cos, sin = np.cos(angle), np.sin(angle)
    y, x = (cos * y - sin * x) / tall, (sin * y + cos * x) / wide  # (N, H, W): where it was before
    x = x + rng.uniform(-slant, slant, (n, 1, 1)) * y
    return sampled(images, y + (height - 1) / 2, x + (width - 1) / 2)


def sampled(images: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Images (N, H, W) at places between pixels, y and x (N, H', W'): bilinear, and 0 outside."""
    framed = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    y = np.clip(y + 1, 0, framed.shape[1] - 1.001)
    x = np.clip(x + 1, 0, framed.shape[2] - 1.001)
    top, left = y.astype(int), x.astype(int)
    down, right = (y - top).astype(np.float32), (x - left).astype(np.float32)
    n = np.arange(len(images))[:, None, None]
    above = framed[n, top, left] * (1 - right) + framed[n, top, left + 1] * right
    below = framed[n, top + 1, left] * (1 - right) + framed[n, top + 1, left + 1] * right
    return above * (1 - down) + below * down  # (N, H', W')


def nearest(known: np.ndarray, asked: np.ndarray, k: int = 1) -> np.ndarray:
    """For each image asked (M, H, W) the rows of the k nearest known ones (N, H, W), by pixels: (M, k)."""
    a, b = asked.reshape(len(asked), -1), known.reshape(len(known), -1)
    squares = (b**2).sum(axis=1) - 2 * a @ b.T  # (M, N), but for |a|², the same for all
    return np.argsort(squares, axis=1, kind="stable")[:, :k]


def nearest_labels(train: Pictures, asked: np.ndarray, k: int = 3) -> np.ndarray:
    """The label that most of the k nearest have (M,); the lower one where two are as many."""
    votes = train.labels[nearest(train.images, asked, k)]  # (M, k)
    return (votes[:, :, None] == np.arange(CLASSES)).sum(axis=1).argmax(axis=1)
