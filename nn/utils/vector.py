"""All parameters as one vector, and back: for methods that see a model as a point."""

from collections.abc import Iterable
from typing import Any

import minigrad as mg
from nn.inputs import plain


def parameters_to_vector(parameters: Iterable[mg.Tensor]) -> mg.Tensor:
    """The elements of all `parameters`, one after the other, as a vector: recorded, so that gradients pass.

    Raises ValueError where there is none, or where their dtypes differ.
    """
    members = list(parameters)
    if len({p.dtype for p in members}) != 1:
        kinds = ", ".join(sorted({str(p.dtype) for p in members})) or "no parameters"
        raise ValueError(f"parameters_to_vector joins parameters of one dtype, and got {kinds}")
    return mg.concatenate([mg.reshape(p, -1) for p in members])


def vector_to_parameters(vec: Any, parameters: Iterable[mg.Tensor]) -> None:
    """Set all `parameters` from a vector, as `parameters_to_vector` gives it: in place, not recorded.

    Raises ValueError, and changes nothing, where the number of elements is another.
    """
    values = plain(vec)
    members = list(parameters)
    needed = sum(p.size for p in members)
    if values.shape != (needed,):
        raise ValueError(
            f"vector_to_parameters got an array of shape {values.shape}, and the parameters have {needed} "
            f"elements: give a vector ({needed},)"
        )
    start = 0
    for p in members:
        p.data[...] = values[start : start + p.size].reshape(p.shape)
        start += p.size
