"""What layers are given: sizes, and integers where floats are computed with."""

from collections.abc import Sequence
from typing import Any

import numpy as np

import minigrad as mg


def as_sizes(layer: str, name: str, value: Any) -> tuple[int, ...]:
    """One size or several, Python's integers or NumPy's, as a tuple.  Raises TypeError for others."""
    sizes = tuple(value) if isinstance(value, (Sequence, np.ndarray)) else (value,)
    if not all(isinstance(size, (int, np.integer)) for size in sizes):
        raise TypeError(f"{layer} takes {name} in integers, and got {value!r}: write int(...), or // for /")
    return tuple(map(int, sizes))


def as_floats(x: Any, weight: mg.Tensor | None) -> Any:
    """x in the dtype of `weight` if it holds integers or booleans; else x itself."""
    kind = getattr(getattr(x, "dtype", None), "kind", "f")
    return x.astype(weight.dtype) if weight is not None and kind in "iub" else x
