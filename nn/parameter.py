"""A tensor that a module learns."""

from typing import Any

import minigrad as mg


class Parameter(mg.Tensor):
    """A leaf Tensor which, set as an attribute of a Module, is one of its parameters."""

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = True) -> None:
        super().__init__(mg.tensor(data).data)
        self.requires_grad = requires_grad

    def __repr__(self) -> str:
        return "Parameter containing:\n" + super().__repr__()
