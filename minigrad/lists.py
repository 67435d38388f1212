"""Lists among the arrays that a function of several arrays is given.

A list of Python numbers has no dtype of its own: beside float64 it is to be read as float64.  An op sees
all of its operands and reads them so (see operation.py).  A function that is made of ops would hand them on
one by one, and the list would be read as if it stood alone.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from inspect import Parameter, signature
from typing import Annotated, Any, TypeAlias, TypeVar, cast

import numpy as np

from minigrad.convert import as_array

# An op's forward sees ndarrays and numbers; the caller may give Tensors or nested lists instead;
# its derivative rules see ndarrays or Tensors.  No type says that, so it is left open.  The mark tells
# arrays from other arguments of a function that is made of ops.
Array: TypeAlias = Annotated[Any, "array"]

F = TypeVar("F", bound=Callable[..., Any])

_LISTS = (list, tuple, range)


def with_lists_read(function: F) -> F:
    """`function`, given arrays for lists where it takes several arrays, in parameters annotated `Array`."""
    parameters = signature(function).parameters.values()
    arrays = {p.name for p in parameters if p.annotation == Array}
    sequences = {p.name for p in parameters if p.annotation == Sequence[Array]}
    variadic = next((p.name for p in parameters if p.kind is Parameter.VAR_POSITIONAL), "")
    if len(arrays) < 2 and not sequences and variadic not in arrays:
        return function
    positions = [p.name for p in parameters if p.kind is Parameter.POSITIONAL_OR_KEYWORD]

    def named(args: Sequence[Any], kwargs: dict[str, Any]) -> Iterable[tuple[str, Any]]:
        names = (*positions, *[variadic] * (len(args) - len(positions)))
        return (*zip(names, args, strict=False), *kwargs.items())

    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        together: list[Any] = []
        for name, value in named(args, kwargs):
            if name in arrays:
                together.append(value)
            elif name in sequences and isinstance(value, (list, tuple)):
                together += value
        if not any(isinstance(x, _LISTS) for x in together):
            return function(*args, **kwargs)
        beside = {x.dtype for x in together if isinstance(getattr(x, "dtype", None), np.dtype)}

        def read(name: str, value: Any) -> Any:
            if name in arrays and isinstance(value, _LISTS):
                return as_array(value, beside=beside)
            if name in sequences and isinstance(value, (list, tuple)):
                return [as_array(x, beside=beside) if isinstance(x, _LISTS) else x for x in value]
            return value

        count = len(args)
        values = [read(name, value) for name, value in named(args, kwargs)]
        return function(*values[:count], **dict(zip(kwargs, values[count:], strict=True)))

    return cast(F, wrapper)
