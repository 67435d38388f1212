"""Vectors for symbols."""

from typing import Any, Self

import numpy as np

import minigrad as mg
from nn import functional as F
from nn import init
from nn.module import Module
from nn.parameter import Parameter
from nn.sizes import check_sizes


class Embedding(Module):
    """A learned row for each of `num_embeddings` symbols: integers (...) -> (..., embedding_dim).

    `weight` (num_embeddings, embedding_dim) starts as N(0, 1).  The row `padding_idx`, for symbols that
    only fill up, starts at 0 and gets no gradient.  The other options are those of nn.functional.embedding.
    Raises IndexError where there is no such row.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        *,
        rng: init.Rng = None,
    ) -> None:
        check_sizes("Embedding", 0, num_embeddings=num_embeddings, embedding_dim=embedding_dim)
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise IndexError(f"Embedding got padding_idx {padding_idx}, and has {num_embeddings} rows")
        if sparse:
            raise ValueError(
                "Embedding got sparse=True, and gradients here are arrays of all rows: leave it out"
            )
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        self.weight = Parameter(np.zeros((num_embeddings, embedding_dim), np.float32))
        self.reset_parameters(rng)

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Any,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
    ) -> Self:
        """A layer whose rows are a copy of `embeddings` (num_embeddings, embedding_dim), in its dtype.

        With `freeze` they are not learned.  Raises ValueError for other than 2 axes.
        """
        rows = mg.tensor(embeddings).data
        if rows.ndim != 2:
            raise ValueError(
                f"from_pretrained takes (num_embeddings, embedding_dim), and got an array {rows.shape}"
            )
        num_embeddings, embedding_dim = rows.shape
        layer = cls(num_embeddings, embedding_dim, padding_idx, max_norm, norm_type, scale_grad_by_freq)
        layer.weight = Parameter(rows, requires_grad=not freeze)
        return layer

    def reset_parameters(self, rng: init.Rng = None) -> None:
        """Draw `weight` again, as at first."""
        init.normal_(self.weight, rng=rng)
        if self.padding_idx is not None:
            self.weight.data[self.padding_idx] = 0

    def forward(self, input: Any) -> mg.Tensor:
        options = (self.padding_idx, self.max_norm, self.norm_type, self.scale_grad_by_freq)
        return F.embedding(input, self.weight, *options)  # (..., embedding_dim)

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
