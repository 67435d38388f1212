"""Texts in English and Korean, and numbers as the page writes them."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Text(NamedTuple):
    """The same in both languages; `code` and **strong** are marked up."""

    en: str
    ko: str


class Sentences:
    """What a part of the page says, by key; {names} in a text are filled with what was measured.

    >>> say = Sentences({"right": Text("right in {share}", "{share} 맞음")})
    >>> say("right", share="95%")
    Text(en='right in 95%', ko='95% 맞음')
    """

    def __init__(self, texts: Mapping[str, Text]) -> None:
        self.texts = texts

    def __call__(self, key: str, **figures: object) -> Text:
        """A text with its figures; a figure may itself be a Text, and comes in the language around it."""
        text = self.texts[key]
        english = {name: value.en if isinstance(value, Text) else value for name, value in figures.items()}
        korean = {name: value.ko if isinstance(value, Text) else value for name, value in figures.items()}
        return Text(text.en.format(**english), text.ko.format(**korean))


def same(text: object) -> Text:
    """What both languages write alike."""
    return Text(str(text), str(text))


def strong(text: Text) -> Text:
    """A text in **strong**."""
    return Text(f"**{text.en}**", f"**{text.ko}**")


def join(texts: Sequence[Text], between: str = "; ") -> Text:
    """One text of several."""
    return Text(between.join(text.en for text in texts), between.join(text.ko for text in texts))


def percent(share: float) -> str:
    """A share as the page writes it."""
    return f"{share:.1%}"


def at_least(share: float) -> Text:
    """What stands before "of the texts" where `share` is the least of several."""
    if share == 1:
        return Text("all", "전부")
    if percent(share) == percent(1):  # by rounding
        return Text("more than 99.9%", "99.9% 넘게")
    return Text(f"at least {percent(share)}", f"{percent(share)} 이상")


def at_most(share: float) -> Text:
    """The same where it is the greatest."""
    return same(percent(0)) if share == 0 else Text(f"at most {percent(share)}", f"많아야 {percent(share)}")


def scientific(value: float) -> str:
    """A number of any size, such as 2.1·10⁻⁶; 0 only for an exact zero."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "∞" if value > 0 else "?"
    digits, power = f"{value:.1e}".split("e")
    if -3 < int(power) < 3:
        return f"{value:.2g}"
    raised = power_of_ten(int(power))
    return raised if digits == "1.0" else f"{digits}·{raised}"


def power_of_ten(power: int) -> str:
    """Such as 10⁻⁶."""
    return "10" + str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
