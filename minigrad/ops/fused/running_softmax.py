"""Softmax over rows that come in pieces."""

import numpy as np


class RunningSoftmax:
    """Σ exp(score - top)·value over the tiles of a block of rows, `top` the greatest score so far.

    Milakov and Gimelshein (2018), algorithm 3, applied to attention by Dao et al. (2022), algorithm 1.
    """

    def __init__(self) -> None:
        self.mixed: np.ndarray | None = None

    def add(self, mixed: np.ndarray, top: np.ndarray, total: np.ndarray) -> None:
        """Take in a tile: its own sum, the greatest score that it was taken with, and the sum of weights."""
        if self.mixed is None:
            self.mixed, self.top, self.total = mixed, top, total
            return
        greatest = np.maximum(self.top, top)
        shift = np.where(np.isneginf(greatest), 0, greatest)
        before, now = np.exp(self.top - shift), np.exp(top - shift)
        self.mixed *= before
        self.mixed += mixed * now
        self.total = self.total * before + total * now
        self.top = greatest

    def finish(self, out: np.ndarray, top: np.ndarray, inverse: np.ndarray) -> None:
        """Write the quotient, and what backward needs; a row that saw nothing gives 0."""
        if self.mixed is None:
            out[...], top[...], inverse[...] = 0, 0, 1
            return
        self.total += self.total == 0
        np.reciprocal(self.total, out=inverse)
        np.multiply(self.mixed, inverse, out=out)
        np.maximum(self.top, np.finfo(top.dtype).min, out=top)  # since -inf from -inf is not a number
