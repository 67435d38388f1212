"""In which floats an op computes.

A function that NumPy has under the same name gives NumPy's value in NumPy's dtype, of integers too.  The
others compute in float64 where all that they are given is integers or booleans, unless they only choose,
move or add up elements.  Sums of float16 are held in float32 and rounded once.
"""

from typing import Any

import numpy as np

from minigrad.convert import as_array
from minigrad.ops.typing import Array
from minigrad.plain import plain
from minigrad.tensor import Tensor


def as_floats(x: Array) -> Array:
    """x itself, or its values as float64 where they are integers or booleans."""
    array = x if isinstance(x, Tensor) else as_array(x)
    if array.dtype.kind == "f":
        return array
    return plain(array).astype(np.float64)


def all_as_floats(*operands: Array) -> list[Array]:
    """The operands as arrays, each as float64 if none is of floats; None stays None."""
    arrays = [x if x is None or isinstance(x, Tensor) else as_array(x) for x in operands]
    if any(x is not None and x.dtype.kind == "f" for x in arrays):
        return arrays
    return [None if x is None else as_floats(x) for x in arrays]


def widened(x: Any) -> Any:
    """x, as float32 where it is an array of float16."""
    return x.astype(np.float32) if getattr(x, "dtype", None) == np.float16 else x
