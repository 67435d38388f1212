"""Shapes and axes in words, and an axis that an operand does not have."""

from collections.abc import Mapping
from typing import Any

import numpy as np

Shape = tuple[int, ...]


def shape_of(x: Any) -> Shape:
    """The shape of an operand: of a Tensor, an array, a number or nested lists."""
    return tuple(x.shape) if hasattr(x, "shape") else np.shape(x)


def axes(n: int) -> str:
    """`n` axes in words."""
    return f"{n} axis" if n == 1 else f"{n} axes"


def as_shape(shape: Any) -> Shape:
    """One length or several as a tuple."""
    return (int(shape),) if isinstance(shape, (int, np.integer)) else tuple(int(n) for n in shape)


def axis_too_far(name: str, error: Exception, arguments: Mapping[str, Any]) -> str | None:
    """Where NumPy has counted further than an operand has axes, in this op or in one that it is made of."""
    origin = error.__cause__ or error
    if not isinstance(origin, np.exceptions.AxisError) or origin.axis is None or origin.ndim is None:
        return None
    if origin is not error and origin.axis not in _flat([arguments.get("axis")]):
        return None  # it is not about the axis that was given here
    axis, ndim = origin.axis, origin.ndim
    operands = [x for x in _flat(arguments.values()) if hasattr(x, "shape")]
    found = next((f"array {shape_of(x)}" for x in operands if len(shape_of(x)) == ndim), "result")
    if ndim == 0:
        return f"{name} got axis {axis}, and a 0-d array has no axis: leave axis out"
    return (
        f"{name} got axis {axis}, which is out of bounds: the {found} has {axes(ndim)}, {-ndim} to {ndim - 1}"
    )


def not_square(name: str, error: Exception, arguments: Mapping[str, Any]) -> str | None:
    """Where NumPy wants matrices, or square ones, and names no shape."""
    given = [shape_of(x) for x in arguments.values() if hasattr(x, "shape")]
    if not isinstance(error, np.linalg.LinAlgError) or not given:
        return None
    s, said = given[0], str(error)
    if "at least two-dimensional" in said and len(s) < 2:
        return (
            f"{name} of {s}: it takes matrices, at least two-dimensional arrays, and this has {axes(len(s))}"
        )
    if "must be square" in said and s[-1] != s[-2]:
        return f"{name} of {s}: it takes square matrices, and the last two axes are {s[-2]} and {s[-1]}"
    return None


def _flat(values: Any) -> list[Any]:
    return [y for x in values for y in (x if isinstance(x, (tuple, list)) else (x,))]
