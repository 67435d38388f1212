"""The functions on tensors under the names of the Array API standard (data-apis.org/array-api).

    xp = t.__array_namespace__()
    xp.permute_dims(xp.concat([t, t]), (1, 0))  # recorded as np.transpose and np.concatenate are

Libraries that know the standard take tensors so: `einops.array_api.rearrange(t, "b t c -> t b c")`.
An op is differentiable under its standard name as under NumPy's; what has no derivative gives plain
arrays.  A name that is not here raises AttributeError with all that are.
"""

import types
import typing

import numpy as np

from minigrad import registry
from minigrad.array_api.adapted import (
    argsort as argsort,
    astype as astype,
    broadcast_arrays as broadcast_arrays,
    clip as clip,
    expand_dims as expand_dims,
    meshgrid as meshgrid,
    sort as sort,
)
from minigrad.array_api.creation import (
    arange as arange,
    asarray as asarray,
    empty as empty,
    empty_like as empty_like,
    eye as eye,
    full as full,
    full_like as full_like,
    linspace as linspace,
    ones as ones,
    ones_like as ones_like,
    zeros as zeros,
    zeros_like as zeros_like,
)
from minigrad.array_api.data_types import (
    __array_namespace_info__ as __array_namespace_info__,
    bool as bool,
    can_cast as can_cast,
    e as e,
    finfo as finfo,
    float16 as float16,
    float32 as float32,
    float64 as float64,
    iinfo as iinfo,
    inf as inf,
    int8 as int8,
    int16 as int16,
    int32 as int32,
    int64 as int64,
    isdtype as isdtype,
    nan as nan,
    newaxis as newaxis,
    pi as pi,
    result_type as result_type,
    uint8 as uint8,
    uint16 as uint16,
    uint32 as uint32,
    uint64 as uint64,
)
from minigrad.dlpack import from_dlpack as from_dlpack
from minigrad.ops.ordering.sets import (
    unique_all as unique_all,
    unique_counts as unique_counts,
    unique_inverse as unique_inverse,
    unique_values as unique_values,
)

__array_api_version__ = "2024.12"

# What is imported above, without the modules that it comes from.
__all__ = sorted(
    name
    for name, value in globals().items()
    if name == "__array_namespace_info__" or (name[0] != "_" and type(value) is not types.ModuleType)
)

# Standard functions that take and give what NumPy's of that name do: ops, or plain without a derivative.
AS_IN_NUMPY = frozenset(
    "abs acos acosh add all any argmax argmin asin asinh atan atan2 atanh bitwise_and bitwise_invert "
    "bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor broadcast_to ceil concat conj "
    "copysign cos cosh count_nonzero cumulative_prod cumulative_sum diff divide equal exp expm1 flip "
    "floor floor_divide greater greater_equal hypot imag isfinite isinf isnan less less_equal log log10 "
    "log1p log2 logaddexp logical_and logical_not logical_or logical_xor matmul matrix_transpose max "
    "maximum mean min minimum moveaxis multiply negative nextafter nonzero not_equal permute_dims "
    "positive pow prod real reciprocal remainder repeat reshape roll round searchsorted sign signbit sin "
    "sinh sqrt square squeeze stack std subtract sum take take_along_axis tan tanh tensordot tile tril "
    "triu trunc unstack var vecdot where".split()
)


def __getattr__(name: str) -> typing.Any:
    if name in AS_IN_NUMPY:
        function = getattr(np, name, None)  # which has another name of its own: np.concat is concatenate
        return registry.OPS.get(name) or registry.OPS.get(getattr(function, "__name__", ""), function)
    if name == "linalg":
        from minigrad import linalg

        return linalg
    there = ", ".join(known for known in __dir__() if not known.startswith("_"))
    raise AttributeError(f"minigrad's Array API namespace has no {name!r}; it has {there}")


def __dir__() -> list[str]:
    return sorted({*__all__, *AS_IN_NUMPY, "linalg"})
