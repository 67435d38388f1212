"""What counting makes of it: the hidden word from its neighbours, and the topic from its words."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from nn.data import NGram

COMMONEST = "the commonest word"
Ids = np.ndarray


class Neighbours:
    """Guesses at a word from one or two of its neighbours on either side.

    Left and right are taken as independent given the word: p(w|l, r) ∝ p(w|l)·p(w|r)/p(w), with l and r the
    nearest one (bigrams) or two (trigrams), smoothed as NGram does.  "The words between" are counted with
    both neighbours at once, and go back to the trigrams in Witten and Bell's way where those are rare.
    """

    def __init__(self, sentences: Sequence[Ids], size: int) -> None:
        """Count in `sentences`, each ids (T,) with the marks at its ends, of a vocabulary of `size`."""
        self.left = [NGram(np.concatenate(sentences), size, order) for order in (2, 3)]
        self.right = [NGram(np.concatenate([s[::-1] for s in sentences]), size, order) for order in (2, 3)]
        self.alone = self.left[0].probabilities([])  # (V,)
        self.between: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
        for s in sentences:
            for left, word, right in zip(s, s[1:], s[2:], strict=False):
                self.between[int(left), int(right)][int(word)] += 1

    def probabilities(self, sentence: Ids, place: int) -> dict[str, np.ndarray]:
        """By each way of counting p (V,) of the word at `place`, which is not looked at."""
        found = {COMMONEST: self.alone}
        before, after = sentence[:place], sentence[:place:-1]
        for name, left, right in zip(("bigrams", "trigrams"), self.left, self.right, strict=True):
            product = left.probabilities(before) * right.probabilities(after) / self.alone
            found[f"{name} of both sides"] = product / product.sum()
        counts = self.between.get((int(sentence[place - 1]), int(sentence[place + 1])), Counter())
        mixed = len(counts) * product / product.sum()
        mixed[list(counts)] += list(counts.values())
        found["the words between"] = mixed / mixed.sum() if counts else found["trigrams of both sides"]
        return found

    def guesses(
        self, sentences: Sequence[Ids], places: Sequence[int], words: np.ndarray
    ) -> dict[str, np.ndarray]:
        """The likeliest of `words`, which are ids, for each pair of sentence and place (N,), by each way."""
        every = [self.probabilities(s, place) for s, place in zip(sentences, places, strict=True)]
        return {name: words[[p[name][words].argmax() for p in every]] for name in every[0]}


def naive_bayes(train: Sequence[Ids], labels: np.ndarray, test: Sequence[Ids]) -> np.ndarray:
    """The likeliest topic of each of `test` (N,), from the words of the sentences in any order.

    p(c|s) ∝ p(c)·Π p(w|c), each word once more than it was counted.  McCallum and Nigam (1998), multinomial.
    """
    classes = int(labels.max()) + 1
    counts = np.ones((classes, 1 + max(ids.max() for ids in (*train, *test))))
    for ids, label in zip(train, labels, strict=True):
        np.add.at(counts[label], ids, 1)
    of_words = np.log(counts / counts.sum(axis=1, keepdims=True))  # (classes, V)
    prior = np.log(np.bincount(labels, minlength=classes) / len(labels))
    return np.array([(prior + of_words[:, ids].sum(axis=1)).argmax() for ids in test])
