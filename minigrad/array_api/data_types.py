"""The Array API's dtypes and constants, and what the namespace says of itself."""

from typing import Any, NamedTuple

import numpy as np

from minigrad import modes
from minigrad.tensor import Tensor

bool = np.dtype(np.bool_)
int8 = np.dtype(np.int8)
int16 = np.dtype(np.int16)
int32 = np.dtype(np.int32)
int64 = np.dtype(np.int64)
uint8 = np.dtype(np.uint8)
uint16 = np.dtype(np.uint16)
uint32 = np.dtype(np.uint32)
uint64 = np.dtype(np.uint64)
float16 = np.dtype(np.float16)
float32 = np.dtype(np.float32)
float64 = np.dtype(np.float64)

e = np.e
inf = np.inf
nan = np.nan
newaxis = None
pi = np.pi

can_cast = np.can_cast
isdtype = np.isdtype
result_type = np.result_type

# The standard's; float16 stands above, but is none of them.
DTYPES = (bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64)


class FloatingInfo(NamedTuple):
    """What a floating dtype can hold, in Python's numbers."""

    bits: int
    eps: float
    max: float
    min: float
    smallest_normal: float
    dtype: np.dtype[Any]


def finfo(type: Any, /) -> FloatingInfo:
    """The limits of a floating dtype, or of an array's.  Raises ValueError for any other dtype."""
    limits = np.finfo(_dtype(type))
    return FloatingInfo(
        bits=limits.bits,
        eps=float(limits.eps),
        max=float(limits.max),
        min=float(limits.min),
        smallest_normal=float(limits.smallest_normal),
        dtype=limits.dtype,
    )


def iinfo(type: Any, /) -> "np.iinfo[Any]":
    """The limits of a dtype of integers, or of an array's.  Raises ValueError for any other dtype."""
    return np.iinfo(_dtype(type))


def _dtype(type: Any) -> Any:
    return type.dtype if isinstance(type, (Tensor, np.ndarray)) else type


class __array_namespace_info__:
    """What the standard wants to be able to ask: dtypes, devices, capabilities."""

    def capabilities(self) -> dict[str, Any]:
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}

    def default_device(self) -> str:
        return "cpu"

    def devices(self) -> list[str]:
        return ["cpu"]

    def default_dtypes(self, *, device: str | None = None) -> dict[str, np.dtype[Any]]:
        """What Python's numbers become; floats as `mg.default_dtype` says."""
        floats = np.dtype(modes.current.get().default_dtype)
        return {"real floating": floats, "integral": int64, "indexing": int64}

    def dtypes(self, *, device: str | None = None, kind: Any = None) -> dict[str, np.dtype[Any]]:
        """The dtypes by name, all or those of a `kind` as `isdtype` knows it."""
        return {str(dtype): dtype for dtype in DTYPES if kind is None or isdtype(dtype, kind)}
