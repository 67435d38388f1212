"""Pairs as arrays of ids, those of about one length together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

import nn
from examples.translation.pairs import Pair, Rng


class Batch(NamedTuple):
    source: np.ndarray  # (B, S), "<eos>" at its end
    lengths: np.ndarray  # (B,)
    before: np.ndarray  # (B, T): the target behind "<bos>", which the decoder reads
    after: np.ndarray  # (B, T): the target and "<eos>", which it is to write


@dataclass(frozen=True)
class Vocabularies:
    source: nn.data.Vocabulary
    target: nn.data.Vocabulary

    @classmethod
    def of(cls, pairs: Sequence[Pair]) -> "Vocabularies":
        return cls(
            nn.data.Vocabulary.of_characters((pair.source for pair in pairs), specials=("<pad>", "<eos>")),
            nn.data.Vocabulary.of_characters(pair.target for pair in pairs),
        )

    def batch(self, pairs: Sequence[Pair]) -> Batch:
        source, lengths = nn.data.pad(
            [self.source.encode(pair.source, eos=True) for pair in pairs], self.source.pad
        )
        target, _ = nn.data.pad(
            [self.target.encode(pair.target, bos=True, eos=True) for pair in pairs], self.target.pad
        )
        return Batch(source, lengths, target[:, :-1], target[:, 1:])


def batches(pairs: Sequence[Pair], vocabularies: Vocabularies, size: int, rng: Rng) -> nn.data.Batches:
    """Sources of about one length in a batch, with little padding; the batches in random order."""
    by_length = sorted(pairs, key=lambda pair: len(pair.source))
    buckets = [by_length[i : i + size] for i in range(0, len(pairs), size)]
    return nn.data.Batches(buckets, 1, rng, collate=lambda one: vocabularies.batch(one[0]))
