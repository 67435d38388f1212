"""What is classified: generated votes, sentences of a real text, and a lookup that only attention can do."""

import re
from dataclasses import dataclass
from importlib import import_module
from typing import NamedTuple

import numpy as np

import nn

Rng = np.random.Generator

GOOD = "good great bright kind warm clever honest lively gentle splendid brave merry".split()
BAD = "bad poor dull cruel cold stupid false weary harsh dreadful timid gloomy".split()
FILLER = (
    "the a this that was is it he she they we one day and then with for on in at by of to as there here "
    "house street river table window book road garden morning evening"
).split()

TOPICS = ("specialnames", "compound", "string-methods", "debugger")  # of pydoc_data.topics
KEYS, VALUES = "abcdefgh", "PQRSTU"
FEWEST, MOST = 6, 24  # words of a text


class Texts(NamedTuple):
    """Texts, padded, and their classes."""

    ids: np.ndarray  # (N, S)
    lengths: np.ndarray  # (N,)
    labels: np.ndarray  # (N,)


@dataclass(frozen=True)
class Task:
    """What to learn from and to be tested on, and what is known of it."""

    name: str
    says: str
    words: tuple[str, ...]  # by id; 0 is padding
    classes: int
    train: Texts
    test: Texts

    @property
    def fool(self) -> float:
        """Right answers, %, of who always says the commonest class."""
        common = np.bincount(self.train.labels).argmax()
        return 100 * float((self.test.labels == common).mean())


def votes(rng: Rng) -> Task:
    """Words vote for or against; "not" turns the next one round; the class is what the most vote for."""
    vocabulary = nn.data.Vocabulary.of_words([" ".join([*GOOD, *BAD, *FILLER, "not"])], specials=("<pad>",))

    def text() -> tuple[list[str], int]:
        words: list[str] = []
        total = 0
        for _ in range(rng.integers(FEWEST, MOST // 2)):
            vote = int(rng.choice([0, 1, -1], p=[0.5, 0.25, 0.25]))
            turned = vote != 0 and rng.random() < 0.2
            words += ["not"] if turned else []
            words.append(str(rng.choice([FILLER, GOOD, BAD][vote])))
            total += -vote if turned else vote
        return (words, int(total > 0)) if total else text()

    drawn = [text() for _ in range(4200)]
    says = 'generated: words vote for or against, "not" turns the next vote round'
    return _split(
        "votes", says, vocabulary, [" ".join(words) for words, _ in drawn], [c for _, c in drawn], 2
    )


def topics(rng: Rng) -> Task:
    """Sentences of the documentation inside every CPython: which of four topics they are from."""
    known: dict[str, str] = import_module("pydoc_data.topics").topics
    sentences: dict[str, int] = {}
    for label, topic in enumerate(TOPICS):
        for part in re.split(r"\n\s*\n|(?<=[.:])\s+(?=[A-Z])", known[topic]):
            words = re.findall(r"[A-Za-z_]+", part.lower())
            if FEWEST <= len(words) <= MOST:
                sentences[" ".join(words)] = label
    texts = [list(sentences)[i] for i in rng.permutation(len(sentences))]
    vocabulary = nn.data.Vocabulary.of_words(texts, specials=("<pad>", "<unk>"), least=3)
    says = "real: sentences of CPython's documentation, which of four topics they are from"
    return _split("topics", says, vocabulary, texts, [sentences[text] for text in texts], len(TOPICS))


def lookup(rng: Rng) -> Task:
    """A key is asked, then come all keys, each with a value: the class is the value of the one asked."""
    count, pairs = 3200, len(KEYS)
    asked = rng.integers(0, pairs, count)
    keys = np.argsort(rng.random((count, pairs)), axis=1)
    values = rng.integers(0, len(VALUES), (count, pairs))
    ids = np.concatenate([1 + asked[:, None], 1 + pairs + keys * len(VALUES) + values], axis=1)
    labels = values[keys == asked[:, None]]
    words = ("<pad>", *(f"{k}?" for k in KEYS), *(f"{k}={v}" for k in KEYS for v in VALUES))
    texts = Texts(ids, np.full(count, 1 + pairs), labels)
    cut = count - 200
    train, test = Texts(*(x[:cut] for x in texts)), Texts(*(x[cut:] for x in texts))
    says = "control: the value of the key that is asked, which only attention brings to the answer"
    return Task("lookup", says, words, len(VALUES), train, test)


def _split(
    name: str, says: str, vocabulary: nn.data.Vocabulary, texts: list[str], labels: list[int], classes: int
) -> Task:
    ids, lengths = nn.data.pad([vocabulary.encode(text) for text in texts], vocabulary.pad)
    whole = Texts(ids, lengths, np.array(labels))
    cut = len(texts) - 200
    train, test = Texts(*(x[:cut] for x in whole)), Texts(*(x[cut:] for x in whole))
    return Task(name, says, vocabulary.specials + vocabulary.tokens, classes, train, test)
