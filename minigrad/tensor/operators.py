"""Python's operators on Tensors: each is one op of the registry, so `a * b` is `mg.multiply(a, b)`.

Comparisons give plain boolean arrays, since they have no derivative.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad.registry import OPS

if TYPE_CHECKING:
    from minigrad.tensor import Tensor


class Operators:
    __slots__ = ()

    data: np.ndarray  # declared here for the checker; Tensor holds it

    def __add__(self, other: Any) -> "Tensor":
        return OPS["add"](self, other)

    def __radd__(self, other: Any) -> "Tensor":
        return OPS["add"](other, self)

    def __sub__(self, other: Any) -> "Tensor":
        return OPS["subtract"](self, other)

    def __rsub__(self, other: Any) -> "Tensor":
        return OPS["subtract"](other, self)

    def __mul__(self, other: Any) -> "Tensor":
        return OPS["multiply"](self, other)

    def __rmul__(self, other: Any) -> "Tensor":
        return OPS["multiply"](other, self)

    def __truediv__(self, other: Any) -> "Tensor":
        return OPS["divide"](self, other)

    def __rtruediv__(self, other: Any) -> "Tensor":
        return OPS["divide"](other, self)

    def __mod__(self, other: Any) -> "Tensor":
        return OPS["remainder"](self, other)

    def __rmod__(self, other: Any) -> "Tensor":
        return OPS["remainder"](other, self)

    def __pow__(self, other: Any) -> "Tensor":
        return OPS["power"](self, other)

    def __rpow__(self, other: Any) -> "Tensor":
        return OPS["power"](other, self)

    def __matmul__(self, other: Any) -> "Tensor":
        return OPS["matmul"](self, other)

    def __rmatmul__(self, other: Any) -> "Tensor":
        return OPS["matmul"](other, self)

    def __neg__(self) -> "Tensor":
        return OPS["negative"](self)

    def __pos__(self) -> "Tensor":
        return OPS["positive"](self)

    def __abs__(self) -> "Tensor":
        return OPS["absolute"](self)

    # -- indexing -------------------------------------------------------------------------------

    def __getitem__(self, index: Any) -> "Tensor":
        return OPS["getitem"](self, index)

    def __len__(self) -> int:
        shape = _data(self).shape
        if not shape:
            raise TypeError("len() of a 0-d tensor: it has no axis; its one value is t.item()")
        return int(shape[0])

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    # -- division with a rest -------------------------------------------------------------------

    def __floordiv__(self, other: Any) -> "Tensor":
        return OPS["floor_divide"](self, other)

    def __rfloordiv__(self, other: Any) -> "Tensor":
        return OPS["floor_divide"](other, self)

    def __divmod__(self, other: Any) -> Any:
        return OPS["divmod"](self, other)

    def __rdivmod__(self, other: Any) -> Any:
        return OPS["divmod"](other, self)

    # -- bits and truth values: plain arrays ----------------------------------------------------

    def __invert__(self) -> Any:
        return np.invert(_data(self))

    def __and__(self, other: Any) -> Any:
        return np.bitwise_and(_data(self), _data(other))

    def __or__(self, other: Any) -> Any:
        return np.bitwise_or(_data(self), _data(other))

    def __xor__(self, other: Any) -> Any:
        return np.bitwise_xor(_data(self), _data(other))

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    # -- comparisons: plain boolean arrays ------------------------------------------------------

    def __eq__(self, other: object) -> Any:
        return _data(self) == _data(other)

    def __ne__(self, other: object) -> Any:
        return _data(self) != _data(other)

    def __lt__(self, other: Any) -> Any:
        return np.less(_data(self), _data(other))

    def __le__(self, other: Any) -> Any:
        return np.less_equal(_data(self), _data(other))

    def __gt__(self, other: Any) -> Any:
        return np.greater(_data(self), _data(other))

    def __ge__(self, other: Any) -> Any:
        return np.greater_equal(_data(self), _data(other))

    __hash__ = object.__hash__  # by identity: a tensor's `==` gives an array


def _data(value: Any) -> Any:
    return value.data if isinstance(value, Operators) else value
