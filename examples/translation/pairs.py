"""What a task is made of: a source, its target, and which of its places each character comes from."""

import zlib
from typing import NamedTuple, Protocol

import numpy as np

Rng = np.random.Generator


class Pair(NamedTuple):
    source: str
    target: str
    comes_from: tuple[frozenset[int], ...]  # of each character of the target its places; none for some
    kind: str  # the row of the table that it counts for


class Task(Protocol):
    """Pairs to train on and others to test with."""

    per: str  # what a row of the table is: "letters", "digits", "spelling"
    fool: str  # what somebody does who has understood nothing
    beyond: frozenset[str]  # rows with longer sources than any of training

    def draw(self, rng: Rng) -> Pair:
        """A pair to train on."""

    def tests(self, rng: Rng, count: int) -> dict[str, list[Pair]]:
        """For each row of the table `count` pairs that training does not have."""

    def guess(self, pair: Pair) -> float:
        """The probability that the fool is right."""


def held_out(what: str) -> bool:
    """Whether `what`, one in ten by its checksum, is for tests alone."""
    return zlib.crc32(what.encode()) % 10 == 0
