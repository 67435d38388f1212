"""What fused ops ask of their operands: they work in buffers of their own, which integers do not fit."""

from typing import Any

import numpy as np

from minigrad.ops.typing import Array


def require_floats(op: str, **operands: Array) -> None:
    """Raise TypeError for the first of `operands` that is an array of integers or booleans."""
    for name, operand in operands.items():
        if isinstance(operand, (np.ndarray, np.generic)) and operand.dtype.kind != "f":
            raise TypeError(f"{op} takes floats, and got {operand.dtype}: write {name}.astype(np.float32)")


def in_one_dtype(*operands: Any) -> tuple[Any, ...]:
    """The operands in the dtype that an expression of them all has; None stays None."""
    dtypes = {operand.dtype for operand in operands if operand is not None}
    if len(dtypes) == 1:
        return operands
    dtype = np.result_type(*dtypes)
    return tuple(None if operand is None else operand.astype(dtype) for operand in operands)
