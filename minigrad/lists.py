"""Lists among the arrays that a function of several arrays is given.

A list of Python numbers has no dtype of its own: beside float64 it is to be read as float64.  An op sees
all of its operands and reads them so (see operation.py).  A function that is made of ops would hand them on
one by one, and the list would be read as if it stood alone.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeAlias

import numpy as np

from minigrad.convert import as_array
from minigrad.parameters import parameters_of

# An op's forward sees ndarrays and numbers; the caller may give Tensors or nested lists instead;
# its derivative rules see ndarrays or Tensors.  No type says that, so it is left open.  The mark tells
# arrays from other arguments of a function that is made of ops.
Array: TypeAlias = Annotated[Any, "array"]

_LISTS = (list, tuple, range)

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


def reader_of_lists(function: Callable[..., Any]) -> Callable[..., Arguments] | None:
    """What reads the lists among the arguments of `function`; None where it does not take several arrays.

    Its parameters annotated `Array` are arrays, those annotated Sequence[Array] sequences of them.
    """
    positions, variadic, _, _ = parameters_of(function)
    annotations = {name: kind for name, kind in function.__annotations__.items() if name != "return"}
    arrays = {name for name, kind in annotations.items() if kind is Array}
    sequences = {name for name, kind in annotations.items() if kind == Sequence[Array]}
    if len(arrays) < 2 and not sequences and variadic not in arrays:
        return None

    def read(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
        for value in (*args, *kwargs.values()) if kwargs else args:
            if isinstance(value, _LISTS) and (not sequences or any(isinstance(x, _LISTS) for x in value)):
                break
        else:
            return args, kwargs  # nearly always
        names = (*positions, *[variadic or ""] * (len(args) - len(positions)))
        named = [*zip(names, args, strict=False), *kwargs.items()]
        together: list[Any] = []
        for name, value in named:
            together += [value] if name in arrays else value if name in sequences else []
        beside = {x.dtype for x in together if isinstance(getattr(x, "dtype", None), np.dtype)}

        def as_read(name: str, value: Any) -> Any:
            if name in sequences and isinstance(value, (list, tuple)):
                return [as_array(x, beside=beside) if isinstance(x, _LISTS) else x for x in value]
            return as_array(value, beside=beside) if name in arrays and isinstance(value, _LISTS) else value

        values = [as_read(name, value) for name, value in named]
        return tuple(values[: len(args)]), dict(zip(kwargs, values[len(args) :], strict=True))

    return read
