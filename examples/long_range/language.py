"""A generated language in which every distance, chance level and optimum is known.

56 characters: `=` `?` `;` space, a-z, A-Z.  Two kinds of text:

- **recall**: pairs are assigned, `=kV` (key a-z, value A-Z), and later asked for, `?k`, which the
  value V must follow; filler of a-z and spaces lies between.  Keys and values are drawn without
  replacement and each key is asked once, so that "some value that occurred" is right in 1 of N.
- **copy**: `;S;S` with S of random letters: every letter of the second S stands n + 1 after its
  first.

Only the answers count: the value after `?k`, and the second S.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Flags = NDArray[np.bool_]

KEYS = "abcdefghijklmnopqrstuvwxyz"
VALUES = KEYS.upper()
ALPHABET = "=?; " + KEYS + VALUES
ASSIGN, ASK, SEPARATE, SPACE = range(4)
FIRST_KEY, FIRST_VALUE = 4, 30
SIZE = len(ALPHABET)

CHANCE = 1 / len(VALUES)
EVENT = 3  # characters of `=kV`, and of `?kV`


@dataclass(frozen=True)
class Batch:
    """Texts (B, L) and which of their characters are answers (B, L)."""

    ids: Ids
    answers: Flags

    @property
    def inputs(self) -> Ids:
        """(B, L - 1)."""
        return self.ids[:, :-1]

    def targets(self, ignored: int = -100) -> Ids:
        """(B, L - 1): the next character where it is an answer, else `ignored`."""
        return np.where(self.answers[:, 1:], self.ids[:, 1:], ignored)


@dataclass(frozen=True)
class Probes:
    """Texts (P, T) that end in `?k`, the answers (P,), and where each one's value stands (P,)."""

    ids: Ids
    answers: Ids
    sources: Ids
    other_sources: Ids  # the place of another pair's value in each text, -1 where there is none
    other_answers: Ids


class Filler:
    """What lies between the events: random letters and spaces, or prose squeezed into them."""

    def __init__(self, text: str | None = None) -> None:
        self.prose: Ids | None = None
        if text is not None:
            letters = (c if c in KEYS else " " for c in text.lower())
            squeezed = " ".join("".join(letters).split())
            self.prose = np.array([ALPHABET.index(c) for c in squeezed], np.int64)

    def draw(self, rng: np.random.Generator, length: int) -> Ids:
        """`length` characters of filler."""
        if self.prose is None:
            return rng.integers(SPACE, FIRST_VALUE, length)
        start = rng.integers(0, len(self.prose) - length)
        return self.prose[start : start + length]


def recall_batch(rng: np.random.Generator, batch: int, length: int, pairs: int, filler: Filler) -> Batch:
    """`batch` recall texts of `length` + 1 characters with `pairs` pairs each."""
    ids = np.empty((batch, length + 1), np.int64)
    answers = np.zeros((batch, length + 1), bool)
    for row in range(batch):
        ids[row], answers[row] = _recall_text(rng, length + 1, pairs, filler)
    return Batch(ids, answers)


def _recall_text(rng: np.random.Generator, length: int, pairs: int, filler: Filler) -> tuple[Ids, Flags]:
    events = 2 * pairs
    free = length - EVENT * events
    keys = FIRST_KEY + rng.permutation(len(KEYS))[:pairs]
    values = FIRST_VALUE + rng.permutation(len(VALUES))[:pairs]
    order = rng.permutation(np.repeat(np.arange(pairs), 2))
    first = np.zeros(events, bool)
    first[np.unique(order, return_index=True)[1]] = True
    # The filler is cut at random into the gaps before events and the end.
    cuts = np.sort(rng.integers(0, free + 1, events))
    starts = cuts + EVENT * np.arange(events)
    text = np.empty(length, np.int64)
    is_event = np.zeros(length, bool)
    is_event[(starts[:, None] + np.arange(EVENT)).ravel()] = True
    text[~is_event] = filler.draw(rng, free)
    text[starts] = np.where(first, ASSIGN, ASK)
    text[starts + 1] = keys[order]
    text[starts + 2] = values[order]
    answers = np.zeros(length, bool)
    answers[starts[~first] + 2] = True
    return text, answers


def copy_batch(rng: np.random.Generator, batch: int, n: int) -> Batch:
    """`batch` copy texts `;S;S` with S of `n` letters: (B, 2n + 2)."""
    letters = rng.integers(FIRST_KEY, SIZE, (batch, n))
    mark = np.full((batch, 1), SEPARATE)
    ids = np.concatenate([mark, letters, mark, letters], axis=1)
    answers = np.zeros(ids.shape, bool)
    answers[:, n + 2 :] = True
    return Batch(ids, answers)


def recall_probes(
    rng: np.random.Generator, count: int, distance: int, pairs: int, filler: Filler, length: int = 576
) -> Probes:
    """`count` texts of `length` characters that end in `?k`, the value of k standing `distance` before it.

    Only the place of that value depends on the distance: length, number of pairs and filler do not.
    Raises ValueError for a distance that does not fit.
    """
    value_at = length - 1 - distance
    if value_at - 2 < 0 or distance < EVENT:
        raise ValueError(
            f"a text of {length} characters that ends in ?k has room for distances from {EVENT} to "
            f"{length - EVENT}, not {distance}"
        )
    ids = np.empty((count, length), np.int64)
    answers = np.empty(count, np.int64)
    others = np.full(count, -1)
    other_answers = np.full(count, -1)
    for row in range(count):
        starts = _places(rng, pairs - 1, length - 2, value_at - 2)
        keys = FIRST_KEY + rng.permutation(len(KEYS))[:pairs]
        values = FIRST_VALUE + rng.permutation(len(VALUES))[:pairs]
        text = filler.draw(rng, length).copy()
        for start, key, value in zip([value_at - 2, *starts], keys, values, strict=True):
            text[start : start + EVENT] = ASSIGN, key, value
        text[-2:] = ASK, keys[0]
        ids[row], answers[row] = text, values[0]
        if pairs > 1:
            others[row], other_answers[row] = starts[0] + 2, values[1]
    return Probes(ids, answers, np.full(count, value_at), others, other_answers)


def _places(rng: np.random.Generator, count: int, end: int, taken: int) -> Ids:
    """`count` random starts of events in [0, end) that overlap neither each other nor the one at `taken`."""
    while True:
        starts = rng.integers(0, end - EVENT + 1, count)
        ordered = np.sort(np.append(starts, taken))
        if (np.diff(ordered) >= EVENT).all():
            return starts


def encode(text: str) -> Ids:
    """The ids (N,) of a text of the language."""
    return np.array([ALPHABET.index(c) for c in text], np.int64)


def decode(ids: Ids) -> str:
    """The text of ids."""
    return "".join(ALPHABET[i] for i in ids)


class LanguageError(ValueError):
    """A text that is not of the language.  The message is one sentence, for a person."""


def check_question(text: str, longest: int = 576) -> int:
    """Where in `text` the value stands that its final `?k` asks for.

    Raises LanguageError that says what is wrong, and where.
    """
    for place, character in enumerate(text):
        if character not in ALPHABET:
            raise LanguageError(
                f"the character {character!r} at position {place} is not of the language, which has "
                "a-z, A-Z, space and = ? ;"
            )
    if len(text) > longest:
        raise LanguageError(f"the text has {len(text)} characters, and the model has learned up to {longest}")
    if len(text) < 2 or text[-2] != "?" or text[-1] not in KEYS:
        raise LanguageError("the text must end in a question, `?` and a key from a-z, such as ?a")
    pairs: dict[str, int] = {}
    for place, character in enumerate(text[:-2]):
        if character == "=":
            key, value = text[place + 1 : place + 2], text[place + 2 : place + 3]
            if key not in KEYS or not key or value not in VALUES or not value:
                raise LanguageError(
                    f"the `=` at position {place} is followed by {text[place + 1 : place + 3]!r}: an "
                    "assignment is = with a key from a-z and a value from A-Z, such as =aK"
                )
            if key in pairs:
                raise LanguageError(
                    f"the key {key!r} is assigned twice, at positions {pairs[key] - 2} and {place}: the "
                    "language assigns each key once"
                )
            pairs[key] = place + 2
    key = text[-1]
    if key not in pairs:
        known = ", ".join(sorted(pairs)) or "none"
        raise LanguageError(f"the question is for {key!r}, which was never assigned (assigned: {known})")
    return pairs[key]
