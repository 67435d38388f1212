"""What a chapter asks the reader to write, and how it is checked."""

from collections.abc import Callable
from typing import NamedTuple

from minigrad.learn.written import Written

Check = Callable[[Written], None]  # raises Hint; its docstring is what it checks, in one line


class Hint(Exception):
    """What is wrong with the reader's answer, in words and numbers."""


class Exercise(NamedTuple):
    """`file` is the reader's own; `starter` is what it begins as, "" where an earlier chapter began it."""

    title: str
    file: str
    task: str
    starter: str
    checks: tuple[Check, ...]


def name_of(check: Check) -> str:
    """What it checks, in one line."""
    return (check.__doc__ or check.__name__).splitlines()[0].rstrip(".")
