"""Arrays in a page: each distinct one once, zlib in base64, 4 bytes a number or 2 where they are many."""

import base64
import zlib
from typing import Any

import numpy as np

EXACT = 2**18  # numbers in a page, up to which they stand there as float32
_MOST = 2**26  # numbers in a page, at 2 bytes each

_SAID = {
    np.float32: "Numbers are float32: seven digits of what was computed.",
    np.float16: (
        "Numbers are rounded to float16, to within 0.05 % (below 0.00006 to within 0.00000003), and said "
        "exactly as they stand in this page."
    ),
}


class Compact:
    """The arrays of a page that holds `count` numbers, by their place in `arrays`.  Equal ones share it.

    Up to EXACT numbers are float32; more are float16, but for an array that reaches beyond its 65504.
    Raises ValueError for more than a browser opens well.
    """

    def __init__(self, caller: str, count: int) -> None:
        if count > _MOST:
            raise ValueError(
                f"{caller} got {count:,} weights and scores, and a page carries {_MOST:,}: give some of the "
                "layers, {path: maps[path] for path in ...}, or fewer snapshots"
            )
        self.dtype: type[np.floating[Any]] = np.float32 if count <= EXACT else np.float16
        self.arrays: list[dict[str, Any]] = []
        self._places: dict[tuple[str, tuple[int, ...], bytes], int] = {}

    @property
    def precision(self) -> str:
        """How exact the numbers are, in a sentence."""
        return _SAID[self.dtype]

    def place(self, array: np.ndarray | None) -> int | None:
        """That of these numbers, booleans or uint8; of None it is None."""
        if array is None:
            return None
        is_small = array.dtype in (np.bool_, np.uint8)
        kept = array.astype(np.uint8 if is_small else self._dtype_for(array))
        content = np.ascontiguousarray(kept, kept.dtype.newbyteorder("<")).tobytes()
        key = (kept.dtype.name, kept.shape, content)
        if key not in self._places:
            self._places[key] = len(self.arrays)
            packed = base64.b64encode(zlib.compress(content, 1)).decode()
            self.arrays.append({"dtype": kept.dtype.name, "shape": list(kept.shape), "zlib": packed})
        return self._places[key]

    def _dtype_for(self, array: np.ndarray) -> type[np.floating[Any]]:
        largest = np.abs(array, where=np.isfinite(array), out=np.zeros(array.shape)).max(initial=0)
        return self.dtype if largest <= np.finfo(self.dtype).max else np.float32
