"""Words for error messages: where a person's line is, what an array looks like."""

import linecache
import sys
from types import CodeType, FrameType
from typing import Any

import numpy as np


def user_frame() -> FrameType | None:
    """The innermost frame outside this package, NumPy, and the packages of layers on top of it.

    A package of layers says so with `__minigrad_layers__ = True`: an error is to show the line that
    called a layer, not one inside it.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and is_inside(package(frame.f_globals)):
        frame = frame.f_back
    return frame


def place_of(frame: FrameType | None) -> str:
    """The line at which `frame` is."""
    return "an unknown line" if frame is None else place(frame.f_code, frame.f_lineno, frame.f_globals)


def place(code: CodeType, line: int, names: dict[str, Any]) -> str:
    """train.py:31 in step, `y = np.sqrt(x)`; `names` are the globals of that code."""
    source = linecache.getline(code.co_filename, line, names).strip()
    file = code.co_filename.replace("\\", "/").rpartition("/")[2]
    function = "" if code.co_name == "<module>" else f" in {code.co_name}"
    return f"{file}:{line}{function}" + (f", `{source}`" if source else "")


def brief(array: np.ndarray) -> str:
    """float32[3, 4]."""
    return f"{array.dtype}{list(array.shape)}"


def statistics(x: Any) -> str:
    """float32[3, 4], 0 ... 2.5, mean 0.4, 2 NaN, 1 inf."""
    array = np.asarray(x)
    words = [brief(array)]
    finite = array[np.isfinite(array)] if array.dtype.kind == "f" else array
    if finite.size:
        low, high, mean = (float(f(finite)) for f in (np.min, np.max, np.mean))
        words.append(f"{low:.4g} ... {high:.4g}, mean {mean:.4g}")
    if array.dtype.kind == "f":
        counts = {"NaN": int(np.isnan(array).sum()), "infinite": int(np.isinf(array).sum())}
        words += [f"{n} {what}" for what, n in counts.items() if n]
    return ", ".join(words)


def package(names: dict[str, Any]) -> str:
    """The top-level package whose module has these globals."""
    return str(names.get("__name__", "")).partition(".")[0]


def is_inside(root: str) -> bool:
    """Whether the package `root` is this one, NumPy, or one of layers on top of it."""
    if root in ("minigrad", "numpy", "contextlib"):
        return True
    return bool(getattr(sys.modules.get(root), "__minigrad_layers__", False))
