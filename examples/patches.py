"""A picture as a sequence of patches, and weights on patches as a picture again."""

from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import minigrad as mg
import nn


class Patches(nn.Module):
    """Images (B, side, side) -> (B, N, C): a vector for each patch, plus one for its place.

    Dosovitskiy et al. (2021), equation 1: x_p·E + E_pos, the pixels of a patch times one matrix; a
    convolution whose kernel is a patch is the same product.  There patches lie side by side, `stride` =
    `patch`; with a smaller one they overlap.  Another `embed`, (B, 1, side, side) -> (B, C, rows, columns),
    makes it their hybrid: feature maps of convolutions in the place of pixels.
    """

    def __init__(
        self,
        side: int,
        patch: int,
        stride: int,
        width: int,
        rng: np.random.Generator,
        embed: nn.Module | None = None,
    ) -> None:
        if not (1 <= patch <= side and stride >= 1):
            raise ValueError(
                f"patches of {patch}×{patch} pixels, {stride} apart, do not lie in {side}×{side}"
            )
        self.side, self.patch, self.stride = side, patch, stride
        self.along = (side - patch) // stride + 1  # patches in a row
        self.embed = embed or nn.Conv2d(1, width, patch, stride, rng=rng)
        self.position = nn.LearnedPosition(self.along**2, width, rng=rng)

    def forward(self, images: Any) -> mg.Tensor:
        x = self.embed(mg.expand_dims(images, 1))  # (B, C, along, along)
        return self.position(x.reshape(*x.shape[:2], -1).swapaxes(1, 2))  # (B, N, C)

    def over_pixels(self, weights: np.ndarray) -> np.ndarray:
        """Weights of patches (..., N) on the picture (..., side, side): a pixel has its patches' mean."""
        total, count = np.zeros((2, *weights.shape[:-1], self.side, self.side))
        for n, (row, column) in enumerate(np.ndindex(self.along, self.along)):
            rows = slice(row * self.stride, row * self.stride + self.patch)
            columns = slice(column * self.stride, column * self.stride + self.patch)
            total[..., rows, columns] += weights[..., n, None, None]
            count[..., rows, columns] += 1
        return total / np.maximum(count, 1)


def figure_of(rows: int, columns: int, size: float = 1.3) -> tuple[Figure, np.ndarray]:
    """A figure, without pyplot, and its axes (rows, columns), empty."""
    figure = Figure(figsize=(size * columns, size * 1.2 * rows), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, columns, squeeze=False)
    for each in axes.flat:
        each.set_axis_off()
    return figure, axes


def draw_over(axes: Any, image: np.ndarray, weights: np.ndarray | None = None, title: str = "") -> None:
    """An image (H, W) in ink, and over it in red, darkest at their greatest, weights (H, W)."""
    axes.imshow(image, cmap="gray_r", vmin=0, vmax=1)
    if weights is not None:
        shown = np.zeros((*weights.shape, 4))
        shown[..., 0], shown[..., 3] = 0.9, 0.75 * weights / max(float(weights.max()), 1e-12)
        axes.imshow(shown)
    axes.set_title(title, fontsize=8)
