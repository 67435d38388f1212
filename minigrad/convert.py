"""From whatever a person writes (numbers, lists, arrays) to an ndarray of the right dtype."""

from typing import Any

import numpy as np

from minigrad import modes
from minigrad.dtype_like import DTypeLike


def as_array(data: Any, dtype: DTypeLike | None = None) -> np.ndarray:
    """`data` as an ndarray, not copied where it is one.

    Arrays and NumPy scalars keep their dtype; Python numbers and nested lists of them become the
    default dtype (float32, see `mg.default_dtype`), booleans stay booleans.  The byte order becomes the
    machine's own.  Raises TypeError for what is not a rectangle of real numbers, and for masked arrays.
    """
    if isinstance(data, np.ma.MaskedArray):
        raise TypeError(
            "a tensor has no mask, and that of a masked array would be lost: write x.filled(0), and say what "
            "to leave out with mg.where(mask, 0, t) or np.sum(t, where=~mask)"
        )
    if isinstance(data, (np.ndarray, np.generic)):
        array = np.asarray(data, dtype)
    else:
        try:
            array = np.asarray(data, dtype)
        except ValueError as error:
            raise TypeError(
                f"a {type(data).__name__} that is not a rectangle of numbers cannot become a "
                f"tensor ({error}): give every row the same length, or join tensors with mg.stack"
            ) from None
        if dtype is None and array.dtype.kind in "iuf":
            array = array.astype(modes.current.get().default_dtype)
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"a tensor holds real numbers or booleans, not {array.dtype} "
            f"(from a {type(data).__name__}): convert it first, for example with np.asarray(x, float)"
        )
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
