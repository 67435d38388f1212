"""Numbers in words and in digits, English and Korean: real words, of the package num2words."""

import re
from collections.abc import Iterator
from typing import Any

from examples.command import ExampleError
from examples.translation.pairs import Pair, Rng, held_out

Places = list[frozenset[int]]
_NO_NAMES = {"hundred", "thousand", "and"}  # of no digit
_DIGITS = "영일이삼사오육칠팔구"
LONGEST = 6


def english(number: int) -> tuple[str, Places]:
    """The words, and for each digit the places of the word that names it; a 0 has none, but in "ten"."""
    text = _words(number, "en")
    named = (m for m in re.finditer("[a-z]+", text) if m[0] not in _NO_NAMES)
    places: Places = [frozenset()] * len(str(number))
    for digits, word in zip(_named_in_english(str(number)), named, strict=True):
        for place in digits:
            places[place] = frozenset(range(*word.span()))
    return text, places


def _named_in_english(digits: str) -> Iterator[tuple[int, ...]]:
    """The places that each word names, in the order of the words: hundreds, tens and units by threes."""
    if digits == "0":
        yield (0,)
    padding = -len(digits) % 3
    digits = "0" * padding + digits
    for first in range(0, len(digits), 3):
        hundreds, tens, units = (place - padding for place in range(first, first + 3))
        h, t, u = digits[first : first + 3]
        if h != "0":
            yield (hundreds,)
        if t == "1":
            yield (tens, units)  # ten to nineteen are one word
            continue
        if t != "0":
            yield (tens,)
        if u != "0":
            yield (units,)


def korean(number: int) -> tuple[str, Places]:
    """The words, and for each digit the syllable that names it; where a 1 is left out, that of its unit."""
    text, digits = _words(number, "ko"), str(number)
    places: Places = []
    at = 0  # the next syllable
    for left, digit in zip(reversed(range(len(digits))), digits, strict=True):  # digits behind this one
        if digit == "0" != digits:
            places.append(frozenset())
            continue
        while at > 0 and text[at] in " 만":  # but 만 at the beginning stands for 일만, 10,000
            at += 1
        places.append(frozenset([at]))
        at += 2 if text[at] in _DIGITS and left % 4 else 1  # a digit and its unit, 천 백 십; or one of them
    return text, places


def _words(number: int, language: str) -> str:
    try:
        from num2words import num2words
    except ModuleNotFoundError:
        raise ExampleError(
            "number words are those of num2words, which is not installed: pip install num2words, or "
            "'minigrad-numpy[systems]'"
        ) from None
    text: Any = num2words(number, lang=language)
    return str(text)


LANGUAGES = {"en": english, "ko": korean}


class WordsToDigits:
    """ "three hundred and forty-two" or "삼백사십이" -> "342", of 1 to 6 digits."""

    per = "digits"
    fool = "a digit for each word that names one"
    beyond = frozenset[str]()

    def draw(self, rng: Rng) -> Pair:
        number = draw_number(rng, int(rng.integers(1, LONGEST + 1)), for_tests=False)
        return self.of(number, "en" if rng.random() < 0.5 else "ko")

    def of(self, number: int, language: str) -> Pair:
        words, places = LANGUAGES[language](number)
        return Pair(words, str(number), tuple(places), f"{language} {len(str(number))}")

    def tests(self, rng: Rng, count: int) -> dict[str, list[Pair]]:
        return {
            f"{language} {size}": [
                self.of(draw_number(rng, size, for_tests=True), language) for _ in range(count)
            ]
            for language in LANGUAGES
            for size in range(1, LONGEST + 1)
        }

    def guess(self, pair: Pair) -> float:
        return float("0" not in pair.target)


class DigitsToWords(WordsToDigits):
    """ "en 342" -> "three hundred and forty-two", and "ko 342" -> "삼백사십이"."""

    fool = "the digits' names one after the other"

    def of(self, number: int, language: str) -> Pair:
        words, places = LANGUAGES[language](number)
        behind = len(language) + 1  # what asks for the language
        back = [
            frozenset(behind + d for d, named in enumerate(places) if i in named) for i in range(len(words))
        ]
        return Pair(f"{language} {number}", words, tuple(back), f"{language} {len(str(number))}")

    def guess(self, pair: Pair) -> float:
        return float(len(pair.source) == len("en 0"))


def draw_number(rng: Rng, size: int, for_tests: bool) -> int:
    """One of `size` digits that is for tests, as one in ten is, or is not; below 100 all are both.

    A third of the digits after the first are 0, which no word names.
    """
    while True:
        digits = rng.integers(1, 10, size) * (rng.random(size) > 1 / 3)
        digits[0] = rng.integers(size > 1, 10)
        number = int("".join(map(str, digits)))
        if size < 3 or held_out(str(number)) == for_tests:
            return number
