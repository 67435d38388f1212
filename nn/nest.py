"""Tensors in nested tuples, lists and dicts: taken out of them, and others put in their places."""

from collections.abc import Callable, Iterable
from typing import Any

import minigrad as mg


def tensors_in(nest: Any) -> list[mg.Tensor]:
    """All tensors, in order."""
    found: list[mg.Tensor] = []
    mapped(nest, lambda leaf: found.append(leaf) if isinstance(leaf, mg.Tensor) else None)
    return found


def with_tensors(nest: Any, tensors: Iterable[mg.Tensor]) -> Any:
    """The same nest with others in the places of its tensors."""
    others = iter(tensors)
    return mapped(nest, lambda leaf: next(others) if isinstance(leaf, mg.Tensor) else leaf)


class Places:
    """Where the tensors of a nest stood, without these, which would hold their graph."""

    def __init__(self, nest: Any) -> None:
        self._nest = mapped(nest, lambda leaf: _PLACE if isinstance(leaf, mg.Tensor) else None)
        self.count = len(tensors_in(nest))

    def filled(self, values: Iterable[Any]) -> Any:
        """The nest with `values` in these places, and None for everything else."""
        given = iter(values)
        return mapped(self._nest, lambda leaf: next(given) if leaf is _PLACE else None)

    def values_of(self, nest: Any) -> list[Any] | None:
        """What stands in these places in another nest; None where that is of another form."""
        found: list[Any] = []
        return found if _matches(self._nest, nest, found) else None


_PLACE = object()


def mapped(nest: Any, f: Callable[[Any], Any]) -> Any:
    """`f` of every leaf."""
    if isinstance(nest, dict):
        return {key: mapped(value, f) for key, value in nest.items()}
    if isinstance(nest, (tuple, list)):
        values = [mapped(value, f) for value in nest]
        return type(nest)(*values) if hasattr(nest, "_fields") else type(nest)(values)
    return f(nest)


def _matches(places: Any, nest: Any, found: list[Any]) -> bool:
    if isinstance(places, dict):
        same = isinstance(nest, dict) and nest.keys() == places.keys()
        return same and all(_matches(places[key], nest[key], found) for key in places)
    if isinstance(places, (tuple, list)):
        same = isinstance(nest, (tuple, list)) and len(nest) == len(places)
        return same and all(_matches(a, b, found) for a, b in zip(places, nest, strict=True))
    if places is _PLACE:
        found.append(nest)
    return True
