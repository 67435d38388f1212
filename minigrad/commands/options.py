"""Options of a command that are a function's own."""

import argparse
import inspect
from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args, get_origin, get_type_hints


def add_options(
    parser: argparse.ArgumentParser, function: Callable[..., Any], help: Mapping[str, str]
) -> None:
    """An option for each parameter of `function` but the first, with its default, named and typed as it is.

    A bool is a flag, a Literal a choice, and an option of a sequence may be given several times.
    """
    hints = get_type_hints(function)
    for name, parameter in list(inspect.signature(function).parameters.items())[1:]:
        looks: dict[str, Any] = _kind(hints[name], parameter.default)
        parser.add_argument(f"--{name}", **looks, help=help.get(name, ""))


def chosen(options: argparse.Namespace, function: Callable[..., Any]) -> dict[str, Any]:
    """What the options say, as keyword arguments of `function`."""
    return {name: getattr(options, name) for name in list(inspect.signature(function).parameters)[1:]}


def _kind(hint: Any, default: Any) -> dict[str, Any]:
    if hint is bool:
        return {"action": "store_true"}
    parts = (hint, *get_args(hint))
    choices = [choice for part in parts if get_origin(part) is Literal for choice in get_args(part)]
    if choices:
        return {"choices": choices, "default": default}
    if int in parts:
        return {"type": int, "default": default, "metavar": "N"}
    if hint is str:
        return {"default": default, "metavar": "TEXT"}
    return {"action": "append", "default": list(default), "metavar": "NAME"}
