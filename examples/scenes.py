"""Pictures of one or two written digits, and what they show in words: "a 5", "a 3 above a 7".

The upper digit is named first, and of two side by side the left one, so that each picture has one caption.
Of the 400 ways to choose two digits and how they stand, every fifth is kept from training (`held_out`):
each digit is met at each place and in each relation, but never these together.
"""

from typing import NamedTuple

import numpy as np

from examples.digits import CLASSES, Pictures, varied
from examples.digits import SIDE as DIGIT

SIDE = 20
RELATIONS = ("left of", "above", "above and left of", "above and right of")
NEAR, FAR = DIGIT, 11  # pixels from one digit to the other, along the direction that is named
SLACK = 2  # and at most so many across it
ALONE = 0.1  # of the pictures have one digit
NONE = -1  # in the place of a second digit, and of a relation


class Scenes(NamedTuple):
    images: np.ndarray  # (N, 20, 20), float32 in [0, 1]
    what: np.ndarray  # (N, 3): first digit, relation, second digit; NONE where there is one digit
    corners: np.ndarray  # (N, 2, 2): the upper left pixel of each digit's 8×8, row and column

    @property
    def captions(self) -> list[str]:
        return [in_words(*one) for one in self.what.tolist()]


def in_words(first: int, relation: int, second: int) -> str:
    return f"a {first}" if second == NONE else f"a {first} {RELATIONS[relation]} a {second}"


def combinations() -> np.ndarray:
    """All of two digits: (400, 3)."""
    return np.stack(np.meshgrid(range(CLASSES), range(len(RELATIONS)), range(CLASSES)), axis=-1).reshape(
        -1, 3
    )


def every_caption() -> list[str]:
    """Of one digit and of two: 410."""
    alone = [in_words(digit, NONE, NONE) for digit in range(CLASSES)]
    return alone + [in_words(*one) for one in combinations().tolist()]


def held_out(what: np.ndarray) -> np.ndarray:
    """Which of the combinations (N, 3) training never shows: booleans (N,), one of five."""
    first, relation, second = what.T
    return (second != NONE) & ((first + 2 * second + relation) % 5 == 0)


def draw(
    digits: Pictures, count: int, rng: np.random.Generator, unseen: bool = False, vary: bool = False
) -> Scenes:
    """Scenes of `digits`, of combinations that are held out or of all others, and digits `vary`-ed or not."""
    every = combinations()
    what = rng.choice(every[held_out(every) == unseen], count)  # (N, 3)
    if not unseen:
        what[rng.random(count) < ALONE, 1:] = NONE
    pictures = pick(digits, what[:, ::2], rng)  # (N, 2, 8, 8)
    if vary:
        pictures = varied(pictures.reshape(-1, DIGIT, DIGIT), rng, shift=0.5).reshape(pictures.shape)
    corners = places(what, rng)
    images = np.zeros((count, SIDE, SIDE), np.float32)
    for image, two, each in zip(images, pictures, corners, strict=True):
        for picture, (row, column) in zip(two, each, strict=True):
            window = image[row : row + DIGIT, column : column + DIGIT]
            np.maximum(window, picture, out=window)
    return Scenes(images, what, corners)


def pick(digits: Pictures, labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each label an image of that digit, drawn: (..., 8, 8), empty for NONE."""
    order = np.argsort(digits.labels, kind="stable")
    first, count = np.searchsorted(digits.labels[order], [range(CLASSES), range(1, CLASSES + 1)])
    count = count - first
    rows = order[first[labels] + (rng.random(labels.shape) * count[labels]).astype(int)]
    return digits.images[rows] * (labels != NONE)[..., None, None]


def places(what: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Where the digits stand, the whole scene anywhere on the picture: corners (N, 2, 2)."""
    n, relation = len(what), what[:, 1]
    far, slack = rng.integers(NEAR, FAR + 1, (2, n)), rng.integers(-SLACK, SLACK + 1, (2, n))
    down = np.choose(relation % len(RELATIONS), [slack[0], far[0], far[0], far[0]])
    right = np.choose(relation % len(RELATIONS), [far[1], slack[1], far[1], -far[1]])
    step = np.stack([down, right], axis=1) * (relation != NONE)[:, None]  # (N, 2), from first to second
    low, high = np.maximum(0, -step), SIDE - DIGIT - np.maximum(0, step)
    corner = rng.integers(low, high + 1)  # (N, 2)
    return np.stack([corner, corner + step], axis=1)
