"""An encoder and a decoder."""

from typing import Any

import numpy as np

import minigrad as mg
from nn.decoding.decoders import Stepped
from nn.evaluating import evaluating
from nn.module import Module
from nn.seq2seq.decoder import RecurrentDecoder
from nn.seq2seq.encoder import RecurrentEncoder


class Seq2Seq(Module):
    """source ids (B, S) and the target so far, ids (B, T) -> scores (B, T, V) of each next token.

    That is teacher forcing: the true target, moved one place to the right, is what is read.
    """

    def __init__(self, encoder: RecurrentEncoder, decoder: RecurrentDecoder) -> None:
        if encoder.memory_dim != decoder.memory_dim:
            raise ValueError(
                f"the encoder gives annotations of {encoder.memory_dim} channels, and the decoder takes "
                f"{decoder.memory_dim}: build it with memory_dim=encoder.memory_dim"
            )
        self.encoder = encoder
        self.decoder = decoder

    def forward(self, source: Any, source_lengths: np.ndarray | None, target: Any) -> mg.Tensor:
        annotations, last = self.encoder(source, source_lengths)
        return self.decoder(target, annotations, last, source_lengths)

    def decoder_for(self, source: Any, source_lengths: np.ndarray | None = None) -> Stepped:
        """For nn.decoding: what writes the target of each source by itself, after a prompt (B, 1)."""
        with mg.no_grad(), evaluating(self):
            annotations, last = self.encoder(source, source_lengths)
            state = self.decoder.begin(annotations, last, source_lengths)
        return Stepped(self.decoder.step, state, self)
