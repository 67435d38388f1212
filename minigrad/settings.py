"""Settings of a call: TypeError, in a sentence, where one is not of its kind."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def check_texts(caller: str, **given: Any) -> None:
    for name, value in given.items():
        if not isinstance(value, str):
            raise TypeError(f"{caller} takes {name} as a text, and got {value!r}: write it in quotes")


def check_flags(caller: str, **given: Any) -> None:
    for name, value in given.items():
        if not isinstance(value, (bool, np.bool_)):
            raise TypeError(f"{caller} takes {name} as True or False, and got {value!r}: write {name}=True")


def check_count(caller: str, name: str, value: Any) -> None:
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool):
        raise TypeError(f"{caller} takes {name} as an integer, and got {value!r}: write int(...)")


def texts(caller: str, name: str, given: Any) -> Sequence[str]:
    """One text, or a sequence of them, as a sequence."""
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, Sequence) or not all(isinstance(each, str) for each in listed):
        raise TypeError(f"{caller} takes {name} as a text or a list of them, and got {given!r}")
    return listed
