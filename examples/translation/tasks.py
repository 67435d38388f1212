"""The tasks by name."""

from collections.abc import Callable

from examples.translation.cipher import Cipher
from examples.translation.dates import Dates
from examples.translation.number_words import DigitsToWords, WordsToDigits
from examples.translation.pairs import Task

TASKS: dict[str, Callable[[], Task]] = {
    "cipher": Cipher,
    "number-words": WordsToDigits,
    "spell-numbers": DigitsToWords,
    "dates": Dates,
}
