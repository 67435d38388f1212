"""What a program calls things, read from the frames of its running functions."""

import sys
from collections.abc import Iterator, Mapping
from inspect import CO_VARARGS
from types import CodeType, FrameType
from typing import Any, NamedTuple

import numpy as np

from minigrad.graph import Node
from minigrad.tensor import Tensor

_PASSED_THROUGH = frozenset({"numpy", "contextlib", "functools"})


class Variable(NamedTuple):
    """What holds an array, or a node's tensor: "" where nothing does."""

    of_user: str  # the outermost of those that it was handed on to
    of_layers: str
    in_users_code: bool  # whether an op was called there, and not by a layer


class Program:
    """Looks outward from where an op is called.  `composites` are the engine's functions made of ops."""

    def __init__(self, composites: Mapping[CodeType, str]) -> None:
        self._composites = composites

    def call(self, frame: FrameType) -> tuple[str, FrameType] | None:
        """The outermost function made of ops that the op at `frame` runs in, up to whoever called it.

        That is the user, or the method of a layer: a package of layers, which says so with
        `__minigrad_layers__ = True`, has public functions made of ops as well.
        """
        found = None
        for each in _outward(frame):
            root = _root(each)
            if root == "minigrad":
                name = self._composites.get(each.f_code, "")
            elif _is_of_layers(root):
                name = each.f_code.co_qualname
                if "." in name and not name.startswith("_"):  # a method
                    break
                name = "" if name.startswith("_") else name
            elif root in _PASSED_THROUGH:
                continue
            else:
                break
            if name:
                found = name, each
        return found

    def variable(self, value: np.ndarray | Node, frame: FrameType | None) -> Variable:
        """The variables that hold an array or a tensor of it, or the tensor of a node."""
        of_layers = of_user = ""
        in_users_code = None
        for each in _outward(frame):
            root = _root(each)
            if root in _PASSED_THROUGH or root == "minigrad":
                continue
            layers = _is_of_layers(root)
            in_users_code = not layers if in_users_code is None else in_users_code
            found = next((name for name, held in variables(each) if _holds(held, value)), "")
            if layers:
                of_layers = found or of_layers
            elif found:
                of_user = found
            else:
                break
        return Variable(of_user, of_layers, bool(in_users_code))


def users_frame(frame: FrameType | None) -> FrameType | None:
    """The innermost frame from there outward that is neither the engine's nor a layer's."""
    for each in _outward(frame):
        root = _root(each)
        if root != "minigrad" and root not in _PASSED_THROUGH and not _is_of_layers(root):
            return each
    return None


def arguments(frame: FrameType) -> Iterator[tuple[str, Any]]:
    """What a function was called with, by its parameters; what stands in a list, or in `*operands`, by ""."""
    code = frame.f_code
    count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & CO_VARARGS)
    for name in code.co_varnames[:count]:
        value = frame.f_locals.get(name)
        if isinstance(value, (tuple, list)):
            yield from (("", each) for each in value)
        else:
            yield name, value


def _outward(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _root(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _is_of_layers(root: str) -> bool:
    return bool(getattr(sys.modules.get(root), "__minigrad_layers__", False))


def _holds(held: Any, value: np.ndarray | Node) -> bool:
    return held is value or (isinstance(held, Tensor) and (held.data is value or held.node is value))


def variables(frame: FrameType) -> Iterator[tuple[str, Any]]:
    """What a function can name: its variables, globals and attributes, but for private ones."""
    yield from ((name, held) for name, held in _within_reach(frame) if name[:1] != "_")


def _within_reach(frame: FrameType) -> Iterator[tuple[str, Any]]:
    """A function's variables, then the globals and the attributes that its code names."""
    names = frame.f_code.co_names
    yield from frame.f_locals.items()
    for name in names:
        if name in frame.f_globals:
            yield name, frame.f_globals[name]
    for value in frame.f_locals.values():
        try:
            attributes = object.__getattribute__(value, "__dict__")  # without a __getattr__ of its class
        except AttributeError:
            continue
        yield from ((name, attributes[name]) for name in names if name in attributes)
