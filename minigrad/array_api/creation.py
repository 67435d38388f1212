"""New tensors under the Array API's names: `xp.zeros((2, 3))`.  Floats are float32 (`mg.default_dtype`)."""

from typing import Any

import numpy as np

from minigrad import modes
from minigrad.convert import as_array
from minigrad.dtype_like import DTypeLike
from minigrad.registry import OPS
from minigrad.tensor import Tensor
from minigrad.tensor.interchange import check_device

Shape = int | tuple[int, ...]
Number = float | bool
DType = DTypeLike | None


def asarray(
    obj: Any, /, *, dtype: DType = None, device: str | None = None, copy: bool | None = None
) -> Tensor:
    """`obj` as a tensor: a tensor itself, an array's memory, or new from Python numbers and lists.

    Raises ValueError where `copy` is False and there is no way without one; TypeError for what is not
    real numbers.
    """
    check_device(device)
    if isinstance(obj, Tensor):
        same = dtype is None or obj.dtype == dtype
        if copy is False and not same:
            raise ValueError(
                f"asarray cannot make {np.dtype(dtype)} of a tensor of {obj.dtype} without a copy: "
                "omit copy=False"
            )
        return OPS["astype"](obj, dtype) if not same else OPS["copy"](obj) if copy else obj
    array = np.array(obj, dtype, copy=copy)
    if dtype is None and array.dtype.kind == "f" and not isinstance(obj, (np.ndarray, np.generic)):
        array = array.astype(_default())
    return Tensor(as_array(array))


def zeros(shape: Shape, *, dtype: DType = None, device: str | None = None) -> Tensor:
    """All 0."""
    return full(shape, 0.0, dtype=dtype, device=device)


def ones(shape: Shape, *, dtype: DType = None, device: str | None = None) -> Tensor:
    """All 1."""
    return full(shape, 1.0, dtype=dtype, device=device)


def empty(shape: Shape, *, dtype: DType = None, device: str | None = None) -> Tensor:
    """Whatever the memory held."""
    return _on(device, np.empty(shape, _default() if dtype is None else dtype))


def full(shape: Shape, fill_value: Number, *, dtype: DType = None, device: str | None = None) -> Tensor:
    """All `fill_value`, whose kind gives the dtype."""
    return _on(device, np.full(shape, fill_value, dtype), dtype)


def zeros_like(x: Any, /, *, dtype: DType = None, device: str | None = None) -> Tensor:
    """All 0, in the shape and dtype of x."""
    return full_like(x, 0, dtype=dtype, device=device)


def ones_like(x: Any, /, *, dtype: DType = None, device: str | None = None) -> Tensor:
    """All 1, in the shape and dtype of x."""
    return full_like(x, 1, dtype=dtype, device=device)


def empty_like(x: Any, /, *, dtype: DType = None, device: str | None = None) -> Tensor:
    """Whatever the memory held, in the shape and dtype of x."""
    return empty(x.shape, dtype=x.dtype if dtype is None else dtype, device=device)


def full_like(x: Any, /, fill_value: Number, *, dtype: DType = None, device: str | None = None) -> Tensor:
    """All `fill_value`, in the shape and dtype of x."""
    return full(x.shape, fill_value, dtype=x.dtype if dtype is None else dtype, device=device)


def arange(
    start: float,
    /,
    stop: float | None = None,
    step: float = 1,
    *,
    dtype: DType = None,
    device: str | None = None,
) -> Tensor:
    """start, start + step, ... below stop; with one argument from 0 to it."""
    first, end = (0, start) if stop is None else (start, stop)
    return _on(device, np.arange(first, end, step, dtype=dtype), dtype)


def linspace(
    start: float,
    stop: float,
    /,
    num: int,
    *,
    dtype: DType = None,
    device: str | None = None,
    endpoint: bool = True,
) -> Tensor:
    """`num` numbers evenly spaced from start to stop, which is the last unless `endpoint` is False."""
    return _on(device, np.linspace(start, stop, num, endpoint=endpoint, dtype=dtype), dtype)


def eye(
    n_rows: int,
    n_cols: int | None = None,
    /,
    *,
    k: int = 0,
    dtype: DType = None,
    device: str | None = None,
) -> Tensor:
    """1 on the k-th diagonal, 0 elsewhere."""
    return _on(device, np.eye(n_rows, n_cols, k, _default() if dtype is None else dtype))


def _on(device: str | None, array: np.ndarray, dtype: Any = float) -> Tensor:
    """`array` as a tensor; floats whose dtype nobody chose (`dtype` None) in the default one."""
    check_device(device)
    chosen = dtype is not None or array.dtype.kind != "f"
    return Tensor(array if chosen else array.astype(_default()))


def _default() -> np.dtype[Any]:
    return np.dtype(modes.current.get().default_dtype)
