"""Counting, the baseline that a trained model has to beat: character n-grams, smoothed.

A context is the characters before the one to predict.  Contexts of each length are numbered, and
one that is longer by a character has the key (number of the shorter one)·V + (the character in
front), V being the size of the vocabulary.  No key then exceeds V times the length of the text;
V**n would overflow 64 bits at n = 5 with the 11,172 syllables of Hangul.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

# In place of the number of a context or pair.  Keys made from it are negative, so unseen as well;
# as an index it is legal, and what it fetches is discarded.
_UNSEEN = -1


@dataclass(frozen=True, eq=False)
class _Counts:
    """What followed the contexts h of one length.  A context's number is its place in `keys`."""

    keys: Integers  # of each context, ascending
    total: Integers  # count(h) of each context
    distinct: Integers  # T(h) of each context
    pairs: Integers  # (number of h)·V + c, ascending, for every c seen after h
    count: Integers  # count(h, c) of each pair


class NGram:
    """Character n-grams of every order up to `order`, interpolated as Witten and Bell do.

    p(c|h) = (count(h, c) + T(h)·p(c|h')) / (count(h) + T(h))

    count(h) is how often the context h was followed by anything, T(h) by how many distinct
    characters; h' is h without its oldest character.  The empty context backs off to 1/V, and a
    context never seen has the distribution of h'.  The order counts the predicted character in:
    a 1-gram has no context, a 5-gram four characters.

    Source: I. H. Witten and T. C. Bell, "The zero-frequency problem: estimating the probabilities
    of novel events in adaptive text compression", IEEE Transactions on Information Theory 37(4),
    1991, method C; interpolated as in S. F. Chen and J. Goodman, "An empirical study of smoothing
    techniques for language modeling", Computer Speech & Language 13(4), 1999.
    """

    def __init__(self, ids: ArrayLike, vocabulary_size: int, order: int) -> None:
        """Count in `ids` (N,), integers from 0 to V - 1, N ≥ `order` ≥ 1.  Raises ValueError otherwise."""
        self.vocabulary_size = vocabulary_size
        self.order = order
        ids = self._checked(ids)
        if not 1 <= order <= len(ids):
            raise ValueError(
                f"the order is {order}; it must be from 1 (no context) to {len(ids)}, the number of ids "
                "to count in"
            )
        self._counts: list[_Counts] = []
        context = np.zeros_like(ids)  # the number of the one that precedes each of ids[length:]
        keys = np.zeros(1, np.int64)
        for length in range(order):
            if length:
                keys, context = np.unique(self._lengthen(context, ids), return_inverse=True)
            pairs, count = np.unique(context * vocabulary_size + ids[length:], return_counts=True)
            total = np.bincount(context)
            distinct = np.bincount(pairs // vocabulary_size)
            self._counts.append(_Counts(keys, total, distinct, pairs, count))

    def losses(self, ids: ArrayLike) -> Floats:
        """Mean of -ln p over `ids` (N,), N ≥ 1, in nats per character: one for each order from 1 (order,).

        The first characters are predicted from as much context as `ids` has before them.  Raises
        ValueError for ids that are not integers from 0 to V - 1.
        """
        ids = self._checked(ids)
        p = np.full(len(ids), 1 / self.vocabulary_size)
        context = np.zeros_like(ids)
        losses = np.empty(self.order)
        for length, counts in enumerate(self._counts):
            if length:
                context = _find(counts.keys, self._lengthen(context, ids))
            pair = _find(counts.pairs, context * self.vocabulary_size + ids[length:])
            count = np.where(pair == _UNSEEN, 0, counts.count[pair])
            total, distinct = counts.total[context], counts.distinct[context]
            shorter = p[length:]
            longer = (count + distinct * shorter) / (total + distinct)
            p[length:] = np.where(context == _UNSEEN, shorter, longer)
            losses[length] = -np.log(p).mean()
        return losses

    def probabilities(self, context: ArrayLike) -> Floats:
        """p(c|context) for every character c (V,), after the ids `context` (N,), N ≥ 0.

        No more than the last `order` - 1 ids are read.  Raises ValueError for ids that are not
        integers from 0 to V - 1.
        """
        latest_first = self._checked(context, least=0)[::-1]
        p = np.full(self.vocabulary_size, 1 / self.vocabulary_size)
        number = np.zeros(1, np.int64)
        for length, counts in enumerate(self._counts[: len(latest_first) + 1]):
            if length:
                number = _find(counts.keys, number * self.vocabulary_size + latest_first[length - 1])
            if number[0] == _UNSEEN:
                break
            first = number[0] * self.vocabulary_size
            pairs = slice(*np.searchsorted(counts.pairs, (first, first + self.vocabulary_size)))
            p *= counts.distinct[number]
            p[counts.pairs[pairs] - first] += counts.count[pairs]
            p /= counts.total[number] + counts.distinct[number]
        return p

    def _checked(self, ids: ArrayLike, least: int = 1) -> Integers:
        given: NDArray[Any] = np.asarray(ids)
        if given.ndim != 1 or given.size < least:
            raise ValueError(f"ids have the shape (N,) with N ≥ {least}, not {given.shape}")
        if given.size and given.dtype.kind not in "iu":
            raise ValueError(f"ids are integers, not {given.dtype}")
        if given.size and not 0 <= given.min() <= given.max() < self.vocabulary_size:
            raise ValueError(
                f"ids are from 0 to {self.vocabulary_size - 1}, for a vocabulary of {self.vocabulary_size}; "
                f"these are from {given.min()} to {given.max()}"
            )
        return given.astype(np.int64)

    def _lengthen(self, context: Integers, ids: Integers) -> Integers:
        """Keys of the contexts longer by a character; the first position has none before it, and goes."""
        following = context[1:]
        return following * self.vocabulary_size + ids[: len(following)]


def _find(ascending: Integers, keys: Integers) -> Integers:
    """The place of each key in `ascending`, or _UNSEEN."""
    place = np.searchsorted(ascending, keys).clip(max=len(ascending) - 1)
    return np.where(ascending[place] == keys, place, _UNSEEN)
