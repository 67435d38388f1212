"""What a program calls things, read from the frames of its running functions."""

import sys
from collections.abc import Iterator, Mapping
from types import CodeType, FrameType
from typing import Any

import numpy as np

from minigrad.tensor import Tensor

_PASSED_THROUGH = frozenset({"numpy", "contextlib", "functools"})


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

    def name_of(self, array: np.ndarray, frame: FrameType | None) -> tuple[str, bool]:
        """The variable that holds an array, or a tensor of it, or ""; and whether that is the user's.

        The user's goes before the layers', and the outermost before those that it was handed to.  What has no
        name but stands in the user's code is the user's too.
        """
        within = users = ""
        of_user = None
        for each in _outward(frame):
            root = _root(each)
            if root in _PASSED_THROUGH or root == "minigrad":
                continue
            found = _variable(each, array)
            layers = _is_of_layers(root)
            of_user = not layers if of_user is None else of_user
            if layers:
                within = found or within
            elif found:
                users = found
            else:
                break
        return users or within, bool(users or of_user)


def _outward(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _root(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _is_of_layers(root: str) -> bool:
    return bool(getattr(sys.modules.get(root), "__minigrad_layers__", False))


def _variable(frame: FrameType, array: np.ndarray) -> str:
    """The name in a frame that is bound to an array or to a tensor of it; not one that starts with "_"."""
    for name, value in _within_reach(frame):
        if (value is array or (isinstance(value, Tensor) and value.data is array)) and name[:1] != "_":
            return name
    return ""


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
