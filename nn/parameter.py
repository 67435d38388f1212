"""A tensor that a module learns."""

from collections.abc import Iterable
from typing import Any

import numpy as np

import minigrad as mg


class Parameter(mg.Tensor):
    """A leaf Tensor which, set as an attribute of a Module, is one of its parameters."""

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = True) -> None:
        super().__init__(mg.tensor(data).data)
        self.requires_grad = requires_grad

    def __repr__(self) -> str:
        return "Parameter containing:\n" + super().__repr__()


def forget_gradient(parameter: mg.Tensor, set_to_none: bool) -> None:
    """Have no gradient, or (with set_to_none=False) zeros where there is one.

    Zeros in a new array: the old one may be held by whoever has read it.
    """
    grad = parameter.grad
    parameter.grad = None if set_to_none or grad is None else mg.tensor(np.zeros_like(grad.data))


def parameters_in(given: Any, taker: str) -> list[Any]:
    """One tensor, or what is iterated over, as a list.  Raises TypeError for a module, or its method."""
    if isinstance(given, mg.Tensor):
        return [given]
    if not isinstance(given, Iterable):
        raise TypeError(
            f"{taker} takes parameters, and got a {type(given).__name__}: give model.parameters()"
        )
    return list(given)
