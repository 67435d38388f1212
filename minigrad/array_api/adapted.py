"""The few functions whose arguments, or results, are others in the Array API than in NumPy."""

from typing import Any, Literal

import numpy as np

from minigrad.dtype_like import DTypeLike
from minigrad.plain import plain_array
from minigrad.registry import OPS
from minigrad.tensor import Tensor
from minigrad.tensor.interchange import check_device


def astype(x: Any, dtype: DTypeLike, /, *, copy: bool = True, device: str | None = None) -> Tensor:
    """x as `dtype`; x itself where it is that already and `copy` is False.  ∂x: g as x's dtype."""
    check_device(device)
    return x if not copy and x.dtype == dtype else OPS["astype"](x, np.dtype(dtype))


def broadcast_arrays(*arrays: Any) -> list[Tensor]:
    """All of `arrays` in the shape that they broadcast to."""
    return list(OPS["broadcast_arrays"](*arrays))


def clip(x: Any, /, min: Any = None, max: Any = None) -> Tensor:
    """x held between `min` and `max`, either of which may be None."""
    return OPS["clip"](x, min, max)


def meshgrid(*arrays: Any, indexing: Literal["xy", "ij"] = "xy") -> list[Tensor]:
    """Coordinate vectors spread over the grid that they span, "ij" in the order given."""
    return list(OPS["meshgrid"](*arrays, indexing=indexing))


def expand_dims(x: Any, /, axis: int | tuple[int, ...] = 0) -> Tensor:
    """x with axes of length 1 put in where `axis` says."""
    return OPS["expand_dims"](x, axis)


def sort(x: Any, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Tensor:
    """x in order along `axis`.  ∂x: g, each element at the place it came from."""
    order = argsort(x, axis=axis, descending=descending, stable=stable)
    return OPS["take_along_axis"](x, order, axis)


def argsort(x: Any, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> np.ndarray:
    """Where each element of the order is, a plain array; equal ones keep theirs, descending too."""
    data = plain_array(x)
    if not descending:
        return np.argsort(data, axis, stable=stable)
    backwards = np.argsort(np.flip(data, axis), axis, stable=stable)
    return data.shape[axis] - 1 - np.flip(backwards, axis)
