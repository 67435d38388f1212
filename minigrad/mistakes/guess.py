"""The known name that a misspelt one is nearest to."""

from collections.abc import Iterable
from difflib import get_close_matches


def guess(name: str, known: Iterable[str]) -> str | None:
    """The nearest of `known`, letters of another case counting as the same; None where none is near."""
    by_lower = {other.lower(): other for other in known if not other.startswith("_")}
    close = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.7)
    return by_lower[close[0]] if close else None
