"""The functions on tensors under the names of the Array API standard (data-apis.org/array-api).

    xp = t.__array_namespace__()
    xp.permute_dims(xp.concat([t, t]), (1, 0))  # recorded as np.transpose and np.concatenate are

Libraries that know the standard take tensors so: `einops.array_api.rearrange(t, "b t c -> t b c")`.
An op is differentiable under its standard name as under NumPy's; what has no derivative gives plain
arrays.  A name that is not here raises AttributeError with all that are.
"""

from typing import Any

import numpy as np

from minigrad.array_api.adapted import argsort, astype, broadcast_arrays, clip, expand_dims, meshgrid, sort
from minigrad.array_api.creation import (
    arange,
    asarray,
    empty,
    empty_like,
    eye,
    full,
    full_like,
    linspace,
    ones,
    ones_like,
    zeros,
    zeros_like,
)
from minigrad.array_api.data_types import (
    __array_namespace_info__,
    bool,
    can_cast,
    e,
    finfo,
    float16,
    float32,
    float64,
    iinfo,
    inf,
    int8,
    int16,
    int32,
    int64,
    isdtype,
    nan,
    newaxis,
    pi,
    result_type,
    uint8,
    uint16,
    uint32,
    uint64,
)
from minigrad.dlpack import from_dlpack
from minigrad.ops.ordering.sets import unique_all, unique_counts, unique_inverse, unique_values
from minigrad.registry import OPS

__array_api_version__ = "2024.12"

# Standard functions that are ops of the registry.
OPERATIONS = frozenset(
    "abs acos acosh add asin asinh atan atan2 atanh broadcast_to ceil concat conj copysign cos cosh "
    "cumulative_prod cumulative_sum diff divide exp expm1 flip floor floor_divide hypot imag log log10 "
    "log1p log2 logaddexp matmul matrix_transpose max maximum mean min minimum moveaxis multiply negative "
    "permute_dims positive pow prod real reciprocal remainder repeat reshape roll round sign sin sinh "
    "sqrt square squeeze stack std subtract sum take take_along_axis tan tanh tensordot tile tril triu "
    "trunc unstack var vecdot where".split()
)
RENAMED = {
    "abs": "absolute", "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh",
    "atan": "arctan", "atan2": "arctan2", "atanh": "arctanh", "concat": "concatenate", "conj": "conjugate",
    "permute_dims": "transpose", "pow": "power",
}  # fmt: skip

# Standard functions without a derivative, which NumPy computes on the data.
PLAIN = frozenset(
    "all any argmax argmin bitwise_and bitwise_invert bitwise_left_shift bitwise_or bitwise_right_shift "
    "bitwise_xor count_nonzero equal greater greater_equal isfinite isinf isnan less less_equal "
    "logical_and logical_not logical_or logical_xor nextafter nonzero not_equal searchsorted signbit".split()
)

__all__ = [
    "__array_namespace_info__", "arange", "argsort", "asarray", "astype", "bool", "broadcast_arrays",
    "can_cast", "clip", "e", "empty", "empty_like", "expand_dims", "eye", "finfo", "float16", "float32",
    "float64", "from_dlpack", "full", "full_like", "iinfo", "inf", "int8", "int16", "int32", "int64",
    "isdtype", "linspace", "meshgrid", "nan", "newaxis", "ones", "ones_like", "pi", "result_type", "sort",
    "uint8", "uint16", "uint32", "uint64", "unique_all", "unique_counts", "unique_inverse", "unique_values",
    "zeros", "zeros_like",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in OPERATIONS:
        return OPS[RENAMED.get(name, name)]
    if name in PLAIN:
        return getattr(np, name)
    if name == "linalg":
        from minigrad import linalg

        return linalg
    there = ", ".join(known for known in __dir__() if not known.startswith("_"))
    raise AttributeError(f"minigrad's Array API namespace has no {name!r}; it has {there}")


def __dir__() -> list[str]:
    return sorted({*__all__, *OPERATIONS, *PLAIN, "linalg"})
