"""What a derivative will read of a call's indices, axes, masks and settings, as they were in that call.

The caller may change a list or an array of indices after the call, fill one mask anew for each step, say,
long before backward reads it.  So lists are copied, and arrays of integers and booleans, which say where and
how often; they are small beside what the op does.  Arrays of floats are the data itself, as large as all that
is computed, and are kept as they are: `mg.debug()` notices who writes to one.
"""

from collections.abc import MutableSequence, MutableSet
from typing import Any

import numpy as np

FIXED = frozenset({int, float, bool, str, type(None), type(...), range, np.bool, np.int64, np.float64})
# The types of operands that a rule may read as they are, after `constants_as_given`.
SETTLED = FIXED | {np.ndarray}


def as_given(value: Any) -> Any:
    """`value` where nobody can change it (or where it is data), else a copy, also of what is inside."""
    kind = type(value)
    if kind in FIXED:
        return value
    if isinstance(value, np.ndarray):
        return value if value.dtype.kind == "f" else _copy(value)
    if (
        kind is slice
        and type(value.start) in FIXED
        and type(value.stop) in FIXED
        and type(value.step) in FIXED
    ):
        return value
    if kind is tuple:
        return tuple([part if type(part) in FIXED else as_given(part) for part in value])
    return _other(value)


def _other(value: Any) -> Any:
    if isinstance(value, slice):
        return slice(*map(as_given, (value.start, value.stop, value.step)))
    if isinstance(value, tuple):  # a named one
        parts = map(as_given, value)
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if isinstance(value, dict):
        return {key: as_given(part) for key, part in value.items()}
    if isinstance(value, MutableSet):
        return set(value)
    if isinstance(value, (MutableSequence, memoryview)):
        return list(map(as_given, value))
    if getattr(value, "node", value) is None:  # a Tensor outside of any graph
        return as_given(value.data)
    if hasattr(value, "__array__") and not isinstance(value, np.generic) and not hasattr(value, "node"):
        return np.array(value)
    return value


def _copy(array: np.ndarray) -> np.ndarray:
    """A copy of an array; of one that is broadcast, of what it repeats."""
    return np.broadcast_to(without_repeats(array).copy(), array.shape) if 0 in array.strides else array.copy()


def without_repeats(array: np.ndarray) -> np.ndarray:
    """What a broadcast array repeats, with length 1 along those axes."""
    return array[tuple(slice(None, None if step else 1) for step in array.strides)]


def constants_as_given(operands: list[Any], parents: list[Any]) -> list[Any]:
    """`operands`, with a copy of each array of integers or booleans that is nobody's result."""
    for place, parent in enumerate(parents):
        if parent is None and type(operand := operands[place]) is np.ndarray and operand.dtype.kind != "f":
            operands = [*operands]
            operands[place] = _copy(operand)
    return operands
