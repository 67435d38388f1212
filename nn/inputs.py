"""What layers are given: sizes, values of tensors, and integers where floats are computed with."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec

import numpy as np

import minigrad as mg

P = ParamSpec("P")


def with_pythons_integers(constructor: Callable[P, None]) -> Callable[P, None]:
    """Have a constructor see Python's integers in the place of NumPy's, of which narrow ones overflow."""

    @wraps(constructor)
    def construct(*args: P.args, **kwargs: P.kwargs) -> None:
        constructor(*map(_of_python, args), **{name: _of_python(value) for name, value in kwargs.items()})

    return construct


def _of_python(value: Any) -> Any:
    if isinstance(value, np.integer):
        return int(value)
    return tuple(map(_of_python, value)) if type(value) is tuple else value


def as_sizes(layer: str, name: str, value: Any) -> tuple[int, ...]:
    """One size or several, Python's integers or NumPy's, as a tuple.  Raises TypeError for others."""
    sizes = tuple(value) if isinstance(value, (Sequence, np.ndarray)) else (value,)
    if not all(isinstance(size, (int, np.integer)) for size in sizes):
        raise TypeError(f"{layer} takes {name} in integers, and got {value!r}: write int(...), or // for /")
    return tuple(map(int, sizes))


def plain(x: Any) -> np.ndarray:
    """The values of a tensor, or of whatever else NumPy takes, to be read without a derivative."""
    return x.data if isinstance(x, mg.Tensor) else np.asarray(x)


def as_floats(x: Any, module: Any) -> Any:
    """x in the dtype of the parameters of `module` if it holds integers or booleans; else x itself."""
    try:
        kind = x.dtype.kind
    except AttributeError:
        return x
    return x.astype(next(module.parameters()).dtype) if kind in "iub" else x
