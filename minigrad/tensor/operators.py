"""Python's operators on Tensors: each is one op of the registry, so `a * b` is `mg.multiply(a, b)`.

Comparisons give plain boolean arrays, since they have no derivative.  An operand of another library that
has the operator itself, or its own say about NumPy's functions, is asked first, as NumPy asks it.
"""

import operator
from collections.abc import Callable, Sequence
from numbers import Number
from typing import Any

import numpy as np

from minigrad.mistakes import answered
from minigrad.plain import HasData, plain
from minigrad.registry import OPS

Method = Callable[[Any, Any], Any]


def _op(name: str, symbol: str) -> tuple[Method, Method]:
    """The methods for `t * x` and `x * t`, where the op `name` stands behind the operator."""

    def method(self: Any, other: Any) -> Any:
        try:
            return OPS[name](self, other)
        except TypeError:
            if not isinstance(other, USUAL) and comes_first(other, f"__r{symbol}__"):
                return NotImplemented
            raise

    def reflected(self: Any, other: Any) -> Any:
        return OPS[name](other, self)

    return method, reflected


def _plain(symbol: str, mirrored: str) -> Method:
    """The method of an operator without a derivative, on the data; for `x < t` Python asks for `t > x`."""
    function = getattr(operator, f"__{symbol}__")

    def method(self: Any, other: Any) -> Any:
        if not isinstance(other, USUAL) and comes_first(other, f"__{mirrored}__"):
            return NotImplemented
        given = self.data, plain(other)
        try:
            return function(*given)
        except Exception as error:
            if (answer := answered(function, f"operator.{symbol}", given, {}, error)) is not None:
                raise answer from answer.__cause__
            raise

    return method


class Operators(HasData):
    __slots__ = ()

    __add__, __radd__ = _op("add", "add")
    __sub__, __rsub__ = _op("subtract", "sub")
    __mul__, __rmul__ = _op("multiply", "mul")
    __truediv__, __rtruediv__ = _op("divide", "truediv")
    __mod__, __rmod__ = _op("remainder", "mod")
    __pow__, __rpow__ = _op("power", "pow")
    __matmul__, __rmatmul__ = _op("matmul", "matmul")
    __floordiv__, __rfloordiv__ = _op("floor_divide", "floordiv")
    __divmod__, __rdivmod__ = _op("divmod", "divmod")

    def __neg__(self) -> Any:
        return OPS["negative"](self)

    def __pos__(self) -> Any:
        return OPS["positive"](self)

    def __abs__(self) -> Any:
        return OPS["absolute"](self)

    # -- indexing -------------------------------------------------------------------------------

    def __getitem__(self, index: Any) -> Any:
        return OPS["getitem"](self, index)

    def __len__(self) -> int:
        shape = self.data.shape
        if not shape:
            raise TypeError("len() of a 0-d tensor: it has no axis; its one value is t.item()")
        return int(shape[0])

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    # -- plain arrays: bits and truth values, comparisons -------------------------------------------

    __and__, __or__, __xor__ = _plain("and", "rand"), _plain("or", "ror"), _plain("xor", "rxor")
    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__
    __lshift__, __rshift__ = _plain("lshift", "rlshift"), _plain("rshift", "rrshift")
    __eq__, __ne__ = _plain("eq", ""), _plain("ne", "")
    __lt__, __gt__ = _plain("lt", "gt"), _plain("gt", "lt")
    __le__, __ge__ = _plain("le", "ge"), _plain("ge", "le")

    def __rlshift__(self, other: Any) -> Any:
        return operator.lshift(plain(other), self.data)

    def __rrshift__(self, other: Any) -> Any:
        return operator.rshift(plain(other), self.data)

    def __invert__(self) -> Any:
        return np.invert(self.data)

    __hash__ = object.__hash__  # by identity: a tensor's `==` gives an array


USUAL = (Operators, float, int)  # what needs no second look
_AS_ARRAYS = (Operators, np.ndarray, Number, Sequence)  # what we turn into arrays, or refuse in our own words


def comes_first(other: Any, method: str) -> bool:
    """Whether `other` is to be asked before us: its class opts out of NumPy's functions, handles them itself,
    or has the method and is nothing that could be made an array."""
    kind = type(other)
    handler = getattr(kind, "__array_ufunc__", _NO_HANDLER)
    if handler is not _NO_HANDLER:
        return handler is not np.ndarray.__array_ufunc__ and not isinstance(other, Operators)
    if isinstance(other, _AS_ARRAYS) or hasattr(kind, "__array__"):
        return False
    return bool(method) and hasattr(kind, method)


_NO_HANDLER = object()
