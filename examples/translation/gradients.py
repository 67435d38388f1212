"""How much of the gradient reaches each place of the source, before any training."""

import numpy as np

import nn
from examples.translation.pairs import Rng
from nn import functional as F

MODELS = 10  # drawn anew, of which the geometric mean is taken


def first_against_last(preset: str, length: int, seed: int) -> float:
    """‖∂L/∂x_1‖/‖∂L/∂x_n‖: what reaches the first word of the source, against what reaches the last.

    L is the loss of a target as long as the source, n; the encoder reads from left to right, so that the
    first word is the furthest from its end.
    """
    rng = np.random.default_rng([seed, length])
    by_place = [gradient_by_place(left_to_right(preset, length, rng), length, rng) for _ in range(MODELS)]
    return float(np.exp(np.mean([np.log(g[0] / g[-1]) for g in by_place])))


def left_to_right(preset: str, words: int, rng: Rng) -> nn.Seq2Seq:
    """A GRU that reads once, and a decoder."""
    encoder = nn.RecurrentEncoder(words, 32, 96, bidirectional=False, rng=rng)
    make = nn.RecurrentDecoder.fixed if preset == "none" else nn.RecurrentDecoder.bahdanau
    return nn.Seq2Seq(encoder, make(words, 32, 96, encoder.memory_dim, start="last", rng=rng))


def gradient_by_place(model: nn.Seq2Seq, length: int, rng: Rng) -> np.ndarray:
    """‖∂L/∂x_s‖ for s = 1 ... n, in float64.

    Every word of the source stands in it once, so that the gradient of its row of the embedding is that of
    its place.
    """
    model = model.astype(np.float64)
    source, target = rng.permutation(length)[None], rng.integers(0, length, (1, length + 1))
    scores = model(source, None, target[:, :-1])
    F.cross_entropy(scores.swapaxes(1, 2), target[:, 1:]).backward()
    return np.linalg.norm(model.encoder.embedding.weight.grad.data[source[0]], axis=-1)
