"""What a constructor is given, held against its signature before it runs."""

import inspect
import math
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

import minigrad as mg
from nn.mistakes import plain, unknown_argument


def check_arguments(cls: type, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    """Raise TypeError for arguments that the constructor of `cls` does not take.

    For a class of nn also for a tensor, or what is no integer, in the place of a setting, and for what is
    missing, which of others Python itself says.
    """
    signature = _signature(cls)
    unknown = unknown_argument(cls.__name__, signature, kwargs)
    if unknown is not None:
        raise TypeError(unknown)
    try:
        bound = signature.bind_partial(*args, **kwargs)
    except TypeError:
        raise TypeError(_too_many(cls.__name__, signature, args)) from None
    if cls.__module__.startswith("nn."):
        for name, value in bound.arguments.items():
            _check_setting(cls.__name__, signature.parameters[name], value)
        _check_complete(cls.__name__, signature, bound)


def _too_many(layer: str, signature: inspect.Signature, args: tuple[Any, ...]) -> str:
    if signature.parameters:
        return f"{layer} got {len(args)} arguments by position; it is {layer}{plain(signature)}"
    given = ", ".join("a tensor" if isinstance(arg, mg.Tensor) else repr(arg) for arg in args)
    return f"{layer} takes no arguments, and got {given[:60]}: write {layer}()"


def _check_setting(layer: str, parameter: inspect.Parameter, value: Any) -> None:
    kind, name = _OPTIONAL.get(parameter.annotation, parameter.annotation), parameter.name
    if kind in (int, float, bool, str) and isinstance(value, (mg.Tensor, np.ndarray)) and value.ndim:
        raise TypeError(
            f"{layer} got a tensor for its {name}: it makes a layer, which is then called on tensors: write "
            f"{layer}(...)(x)"
        )
    if kind in (int, float, str) and value is None and parameter.annotation is not kind:
        return
    if kind is int:
        _check_integer(layer, name, value)
    elif kind is float:
        _check_number(layer, name, value)
    elif kind is str and not isinstance(value, str):
        raise TypeError(f"{layer} takes {name} as a text, and got {value!r}: write it in quotes")


_OPTIONAL: dict[Any, type] = {int | None: int, float | None: float, str | None: str}
_MOST = 2**62  # that NumPy counts
_NAN_IS_A_VALUE = ("value", "init")  # what a layer puts into its result, not what it computes with


def _check_integer(layer: str, name: str, value: Any) -> None:
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool):
        raise TypeError(f"{layer} takes {name} as an integer, and got {value!r}: write int(...), or // for /")
    if abs(int(value)) > _MOST:
        raise ValueError(f"{layer} got {name}={value}, which nothing can count: take fewer")


def _check_number(layer: str, name: str, value: Any) -> None:
    is_array = isinstance(value, (mg.Tensor, np.ndarray)) and value.dtype.kind in "biuf"  # of one number
    if not isinstance(value, (int, float, np.number)) and not is_array:
        raise TypeError(f"{layer} takes {name} as a number, and got {value!r}: write float(...)")
    if math.isnan(float(value)) and name not in _NAN_IS_A_VALUE:
        raise ValueError(f"{layer} got {name}=nan, which is no number: look for what made it")


def _check_complete(layer: str, signature: inspect.Signature, bound: inspect.BoundArguments) -> None:
    needed = [p.name for p in signature.parameters.values() if p.default is p.empty and p.kind in _NAMED]
    lacks = [name for name in needed if name not in bound.arguments]
    if lacks:
        raise TypeError(f"{layer} needs {', '.join(lacks)}; it is {layer}{plain(signature)}")


_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


@cache
def _signature(cls: type) -> inspect.Signature:
    if cls.__init__ is object.__init__:  # type: ignore[misc]
        return inspect.Signature()
    signature = inspect.signature(cls.__init__)  # type: ignore[misc]
    return signature.replace(parameters=list(signature.parameters.values())[1:])  # without self
