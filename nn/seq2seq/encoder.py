"""What reads the source: an annotation for each of its places, and one vector for all of it."""

from typing import Any

import numpy as np

import minigrad as mg
from nn import init
from nn.layers.dropout import Dropout
from nn.layers.embedding import Embedding
from nn.module import Module
from nn.seq2seq.cells import hidden, kind_of


class RecurrentEncoder(Module):
    """ids (B, S) -> annotations (B, S, D·H) and the last states of the top layer, (B, D·H).

    With `bidirectional`, D = 2, annotation s holds what is read up to s beside what is read back from the
    end to s (Bahdanau et al., 2015, section 3.2); the last states are those of both directions, each where
    it ends.  With `lengths` (B,) what stands behind a source's own end is padding: its annotations are 0,
    and it changes nothing.  `cell` is "gru", "lstm" or "rnn".
    """

    def __init__(
        self,
        vocabulary_size: int,
        embedding_dim: int,
        hidden_size: int,
        cell: str = "gru",
        num_layers: int = 1,
        bidirectional: bool = True,
        dropout: float = 0.0,
        *,
        rng: init.Rng = None,
    ) -> None:
        rng = init.generator(rng)
        layer, _ = kind_of(cell)
        self.memory_dim = hidden_size * (2 if bidirectional else 1)
        self.embedding = Embedding(vocabulary_size, embedding_dim, rng=rng)
        self.dropout = Dropout(dropout, rng=rng)
        self.layers = layer(
            embedding_dim,
            hidden_size,
            num_layers,
            dropout=dropout if num_layers > 1 else 0.0,  # it acts between layers
            bidirectional=bidirectional,
            rng=rng,
        )

    def forward(self, ids: Any, lengths: np.ndarray | None = None) -> tuple[mg.Tensor, mg.Tensor]:
        return self.read(self.embedding(ids), lengths)

    def read(self, embeddings: mg.Tensor, lengths: np.ndarray | None = None) -> tuple[mg.Tensor, mg.Tensor]:
        """The same of embeddings (B, S, E): for who asks what the output has of them, as nn.explain does."""
        annotations, last = self.layers(self.dropout(embeddings), lengths=lengths)
        top = hidden(last)[-self.layers.directions :]  # (D, B, H)
        return annotations, mg.concatenate(mg.unstack(top), axis=-1)
