"""Vectors for symbols."""

from typing import Any

import numpy as np

import minigrad as mg
from nn import functional as F
from nn import init
from nn.module import Module
from nn.parameter import Parameter


class Embedding(Module):
    """A learned row for each of `num_embeddings` symbols: integers (...) -> (..., embedding_dim).

    `weight` (num_embeddings, embedding_dim) starts as N(0, 1).  The row `padding_idx`, for symbols that
    only fill up, starts at 0 and gets no gradient.  Raises IndexError where there is no such row.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        rng: init.Rng = None,
    ) -> None:
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise IndexError(f"Embedding got padding_idx {padding_idx}, and has {num_embeddings} rows")
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.weight = Parameter(np.zeros((num_embeddings, embedding_dim), np.float32))
        init.normal_(self.weight, rng=rng)
        self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
        if padding_idx is not None:
            self.weight.data[padding_idx] = 0

    def forward(self, input: Any) -> mg.Tensor:
        return F.embedding(input, self.weight, self.padding_idx)  # (..., embedding_dim)

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
