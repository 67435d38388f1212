"""How much each place of the source weighs for one step of the target."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import minigrad as mg
from nn import init
from nn.attending.attended import Attended
from nn.attending.scores import Score
from nn.module import Module
from nn.seq2seq.choices import check_choice
from nn.seq2seq.reach import Global, LocalMonotonic, LocalPredictive


class Memory(NamedTuple):
    """What a decoder has of its sources, a row for each."""

    annotations: mg.Tensor  # (B, S, M)
    prepared: mg.Tensor  # (B, S, ·): what the score can compute of them beforehand
    lengths: np.ndarray  # (B,)


class Alignment(Module):
    """The weights (B, 1, S) of the annotations for queries (B, H): softmax of the scores, within reach."""

    def __init__(
        self, score: Score, reach: str, window: int, query_dim: int, *, rng: init.Rng = None
    ) -> None:
        reaches: dict[str, Callable[[], Module]] = {
            "global": Global,
            "local-m": lambda: LocalMonotonic(window),
            "local-p": lambda: LocalPredictive(window, query_dim, rng=rng),
        }
        check_choice("reach", reach, reaches)
        self.score = score
        self.reach = reaches[reach]()

    def remember(self, annotations: mg.Tensor, lengths: np.ndarray) -> Memory:
        """What is the same at every step, computed once."""
        return Memory(annotations, self.score.prepare(annotations), lengths)

    def forward(self, query: mg.Tensor, memory: Memory, place: np.ndarray) -> Attended:
        """`place` (B,) counts the steps from 0."""
        size = memory.annotations.shape[1]
        reached, factor = self.reach(query, place, memory.lengths, size)
        mask = _both(reached, None if (memory.lengths == size).all() else _inside(memory.lengths, size))
        scores = self.score.compare(query[:, None], memory.prepared)  # (B, 1, S)
        weights = mg.masked_softmax(scores, mask)
        return Attended(None, weights if factor is None else weights * factor, scores, mask)


def all_steps(looks: list[Any]) -> Attended:
    """The arrays of all steps, (B, 1, 1, S) each, as those of one call: (B, 1, T, S)."""
    weights, scores = (
        np.stack([getattr(look, name).data for look in looks], axis=2) for name in ("weights", "scores")
    )
    masks = [True if look.mask is None else look.mask for look in looks]
    everywhere = all(mask is True for mask in masks)
    shape = looks[0].weights.shape
    mask = None if everywhere else np.stack([np.broadcast_to(mask, shape) for mask in masks], axis=2)
    return Attended(None, weights, scores, mask)


def _inside(lengths: np.ndarray, size: int) -> np.ndarray:
    """(B, 1, S), True = no padding."""
    return np.arange(size) < lengths[:, None, None]


def _both(mask: np.ndarray | None, other: np.ndarray | None) -> np.ndarray | None:
    return mask if other is None else other if mask is None else mask & other
