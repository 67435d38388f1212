"""From whatever a person writes (numbers, lists, arrays) to an ndarray of the right dtype."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from minigrad import modes
from minigrad.dtype_like import DTypeLike
from minigrad.mistakes import not_readable


def as_array(data: Any, dtype: DTypeLike | None = None, beside: Iterable[np.dtype[Any]] = ()) -> np.ndarray:
    """`data` as an ndarray, not copied where it is one.

    Arrays, NumPy scalars, lists of them and buffers keep their dtype.  Python numbers and nested lists of
    them have none: they become the default dtype (float32, see `mg.default_dtype`), or what this and the
    dtypes `beside`, of the arrays that they meet, promote to.  Booleans stay booleans.  The byte order
    becomes the machine's own.  Raises TypeError for what is not a rectangle of real numbers, and for masked
    arrays.
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
        except (TypeError, RuntimeError) as error:
            if (said := not_readable(data)) is not None:
                raise TypeError(said) from error
            raise
        if dtype is None and array.dtype.kind in "iuf":
            array = array.astype(_dtype_of(data, beside) or array.dtype, copy=False)
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"a tensor holds real numbers or booleans, not {array.dtype} "
            f"(from a {type(data).__name__}): convert it first, for example with np.asarray(x, float)"
        )
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def _dtype_of(data: Any, beside: Iterable[np.dtype[Any]]) -> np.dtype[Any] | None:
    """The dtype of a number, or of a nest of sequences of numbers; None for what has one of its own."""
    strong: set[np.dtype[Any]] = set()  # those of NumPy's numbers and arrays inside
    weak: set[type] = set()
    nests: list[Any] = [(data,)]
    for nest in nests:  # which grows
        for kind in set(map(type, nest)):
            if issubclass(kind, (float, int)) and not issubclass(kind, np.generic):
                weak.add(kind)
            elif issubclass(kind, Sequence) and not _is_buffer(kind):
                nests += [part for part in nest if type(part) is kind]
            else:
                found = {getattr(part, "dtype", None) for part in nest if type(part) is kind}
                if not all(isinstance(dtype, np.dtype) for dtype in found):  # it gives arrays of its own
                    return None
                strong |= found  # type: ignore[arg-type]
    if strong:
        return np.result_type(*strong, *(0.0 if issubclass(kind, float) else 0 for kind in weak))
    return np.result_type(modes.current.get().default_dtype, *beside)


def _is_buffer(kind: type) -> bool:
    return issubclass(kind, (bytes, bytearray, memoryview)) or kind.__module__ == "array"
