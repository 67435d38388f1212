"""Options that are one of a few words."""

from collections.abc import Iterable


def check_choice(name: str, given: str, known: Iterable[str]) -> None:
    """Raise ValueError for a word that is not known."""
    words = list(known)
    if given not in words:
        *others, last = (f'"{word}"' for word in words)
        raise ValueError(f"{name} is {', '.join(others)} or {last}, not {given!r}")
