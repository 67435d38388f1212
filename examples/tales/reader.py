"""The model: it reads a story once, and each question looks into it in hops, then points."""

from collections.abc import Callable

import numpy as np

import minigrad as mg
import nn
from examples.tales.batches import Batch
from examples.tales.telling import VOCABULARY


class Hop(nn.Module):
    """A question looks into the story, and goes on from what it found: (B, Q, C), (B, S, C) -> (B, Q, C)."""

    def __init__(self, width: int, heads: int, rng: np.random.Generator) -> None:
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(width, heads, rng=rng)
        self.up = nn.Linear(width, 2 * width, rng=rng)
        self.down = nn.Linear(2 * width, width, rng=rng)

    def forward(self, x: mg.Tensor, story: mg.Tensor, seen: np.ndarray) -> mg.Tensor:
        x = x + self.attention(self.norm1(x), story, story, seen)[0]
        return x + self.down(mg.gelu(self.up(self.norm2(x))))


class Pointer(nn.Module):
    """Scores of the words for each question, whose softmax is the answer, (B, S, C) -> (B, Q, S)."""

    def __init__(self, width: int, rng: np.random.Generator) -> None:
        self.on_attention: Callable[[nn.Attended], None] | None = None  # nn.record_attention looks
        self.score = nn.GeneralScore(width, width, rng=rng)
        nn.init.normal_(self.score.weight, std=1 / width, rng=rng)  # scores of variance 1

    def forward(self, x: mg.Tensor, story: mg.Tensor, seen: np.ndarray) -> mg.Tensor:
        scores = self.score(x, story)
        if self.on_attention is not None:
            weights = mg.masked_softmax(scores, seen[:, 0]).numpy()
            self.on_attention(nn.Attended(None, weights[:, None], scores.numpy()[:, None], seen))
        return mg.where(seen[:, 0], scores, -np.inf)


class Reader(nn.Module):
    """A batch to scores of first and last words (B, Q, S) each, and of sentences (B, Q, N).

    A question is read by the same layer as each sentence, so that a name is the same in both from the start.
    """

    def __init__(self, width: int, heads: int, hops: int, rng: np.random.Generator) -> None:
        layer, sizes = nn.TransformerEncoderLayer, (width, heads, 2 * width, 0.0, "gelu")
        rotary = nn.RotaryPosition(width // heads)
        self.words = nn.Embedding(len(VOCABULARY), width, rng=rng)
        nn.init.normal_(self.words.weight, std=0.3, rng=rng)  # what is mixed to a word counts as much as it
        self.alone, self.ahead, self.back = (
            layer(*sizes, norm_first=True, rotary=rotary, rng=rng) for _ in range(3)
        )
        self.hops = nn.ModuleList(Hop(width, heads, rng) for _ in range(hops))
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.first, self.last = Pointer(width, rng), Pointer(width, rng)
        self.bears = nn.GeneralScore(width, width, rng=rng)
        self.bias = nn.Parameter(np.zeros(1, np.float32))
        nn.init.normal_(self.bears.weight, std=1 / width, rng=rng)

    def forward(self, batch: Batch) -> tuple[mg.Tensor, mg.Tensor, mg.Tensor]:
        B, Q, W = batch.questions.shape
        words = batch.questions.reshape(B * Q, W)
        x = self.alone(self.words(words), (words != VOCABULARY.pad)[:, None, None])  # (B·Q, W, C)
        x = x[:, 0].reshape(B, Q, -1)  # its first word has seen the others
        story = self.read(batch)  # after the questions: record_attention keeps the last map
        for hop in self.hops:
            x = hop(x, story, batch.seen)
        x = self.norm2(x)
        stops = story[np.arange(B)[:, None], batch.stops]  # (B, N, C)
        first, last = (point(x, story, batch.seen) for point in (self.first, self.last))
        return first, last, self.bears(x, stops) + self.bias

    def read(self, batch: Batch) -> mg.Tensor:
        """The words, each knowing its sentence, then what comes after it and what came before: (B, S, C)."""
        same = batch.numbers[:, None, :, None] == batch.numbers[:, None, None]  # (B, 1, S, S)
        past = nn.causal_mask(batch.words.shape[1])  # (S, S)
        x = self.alone(self.words(batch.words), batch.seen & same)
        x = self.ahead(x, batch.seen & past.T)
        return self.norm1(self.back(x, batch.seen & past))
