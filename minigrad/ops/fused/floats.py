"""What fused ops ask of their operands: they work in buffers of their own, which integers do not fit."""

import numpy as np

from minigrad.ops.typing import Array


def require_floats(op: str, **operands: Array) -> None:
    """Raise TypeError for the first of `operands` that is an array of integers or booleans."""
    for name, operand in operands.items():
        if isinstance(operand, (np.ndarray, np.generic)) and operand.dtype.kind != "f":
            raise TypeError(f"{op} takes floats, and got {operand.dtype}: write {name}.astype(np.float32)")
