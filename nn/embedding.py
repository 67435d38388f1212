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

    `weight` (num_embeddings, embedding_dim) starts as N(0, 1).
    """

    def __init__(self, num_embeddings: int, embedding_dim: int, *, rng: init.Rng = None) -> None:
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.weight = Parameter(np.zeros((num_embeddings, embedding_dim), np.float32))
        init.normal_(self.weight, rng=rng)

    def forward(self, x: Any) -> mg.Tensor:
        return F.embedding(x, self.weight)  # (..., embedding_dim)

    def extra_repr(self) -> str:
        return f"{self.num_embeddings}, {self.embedding_dim}"
