"""nn.attention as a layer."""

from collections.abc import Callable
from typing import Any

import numpy as np

import minigrad as mg
from nn.attending.attended import Attended, show, watched
from nn.attending.scored_attention import ScoreFunction, attention
from nn.inputs import plain
from nn.module import Module


class Attention(Module):
    """`nn.attention` with a score of its own, which can be recorded, and its weights changed.

    query (B, T, D), key (B, S, K), value (B, S, V) -> (B, T, V); `score` and `mask` as nn.attention takes
    them.  It has one head: what it shows is (B, 1, T, S).
    """

    def __init__(self, score: str | ScoreFunction = "scaled_dot") -> None:
        self.score = score
        self.on_attention: Callable[[Attended], None] | None = None
        self.reweigh: Callable[[Attended], np.ndarray] | None = None

    def forward(self, query: mg.Tensor, key: mg.Tensor, value: mg.Tensor, mask: Any = None) -> mg.Tensor:
        if not watched(self):
            return attention(query, key, value, self.score, mask)
        context, *shown, mask = attention(query, key, value, self.score, mask, return_weights=True)
        weights, scores = (plain(x)[:, None] for x in shown)  # (B, 1, T, S)
        mask = mask[:, None] if mask is not None and mask.ndim == 3 else mask
        changed = show(self, Attended(plain(context), weights, scores, mask))
        return context if changed is None else mg.tensor(changed[:, 0]) @ value

    def extra_repr(self) -> str:
        return repr(self.score) if isinstance(self.score, str) else ""
