"""The arrays of a page: each stands there once, and all together within a budget."""

from typing import Any

import numpy as np

from minigrad.pages import array_data

CELLS = 50_000  # numbers of one page, which are about half a megabyte


class Shelf:
    """Gives each array a number; equal arrays get the same."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._arrays: list[np.ndarray] = []

    def put(self, array: Any) -> int:
        """The number under which the page finds `array`."""
        array = np.asarray(array)
        key = (array.shape, array.dtype.str, array.tobytes())
        if key not in self._numbers:
            self._numbers[key] = len(self._arrays)
            self._arrays.append(array)
        return self._numbers[key]

    def data(self) -> list[dict[str, Any]]:
        """All arrays as data: small ones whole, of large ones as much as leaves room for the others."""
        budget = fair_share([array.size for array in self._arrays], CELLS)
        return [_brief(array_data(array, budget=budget)) for array in self._arrays]


def _brief(data: dict[str, Any]) -> dict[str, Any]:
    """Without what `wholeArray` in facts.js finds again: a page may hold thousands of single numbers."""
    kept = {name: what for name, what in data.items() if what not in ("", None)}
    if not data["omitted"]:
        del kept["kept"]
    if len(data["values"]) == 1 and not data["note"]:
        del kept["low"], kept["high"]
    return kept


def fair_share(sizes: list[int], total: int) -> int:
    """The most that each may have, so that all together have no more than `total`; at least 1."""
    left, share = total, 1
    for done, size in enumerate(sorted(sizes)):
        share = left // (len(sizes) - done)
        if size > share:
            break
        left -= size
        share = size
    return max(share, 1)
