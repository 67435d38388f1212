"""NumPy's functions that are no op here under their own name, and what becomes of each.

Most are ops, and stand in the registry.  Of the others some are an op under another name (SAME_AS,
UFUNC_METHODS), give plain arrays (PLAIN, but for what CARRIERS says) or new tensors (CREATION), or are
refused with what to write (INSTEAD, IN_PLACE).  What is in no table is refused where a graph is recorded.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

# Functions that are an op under another name, with options that are fixed there.
SAME_AS: dict[str, tuple[str, dict[str, Any]]] = {
    "amax": ("max", {}),
    "amin": ("min", {}),
    "row_stack": ("vstack", {}),
    "trapz": ("trapezoid", {}),
    **{
        f"linalg.{name}": (name, {})
        for name in "cross matmul matrix_transpose outer tensordot vecdot".split()
    },
    **{f"linalg.{name}": (name, {"axis1": -2, "axis2": -1}) for name in ("diagonal", "trace")},
    "lib.stride_tricks.sliding_window_view": ("sliding_window_view", {}),
}

# The methods of ufuncs that are ops: np.add.reduce(t) is np.sum(t, axis=0).
UFUNC_METHODS = {
    ("add", "reduce"): "sum",
    ("multiply", "reduce"): "prod",
    ("maximum", "reduce"): "max",
    ("minimum", "reduce"): "min",
    ("add", "accumulate"): "cumsum",
    ("multiply", "accumulate"): "cumprod",
}

# Functions without a derivative: they see the data and give places, counts, truth values, shapes, words.
PLAIN = frozenset(
    # -- ufuncs
    "bitwise_and bitwise_or bitwise_xor equal greater greater_equal invert isfinite isinf isnan isnat "
    "left_shift less less_equal logical_and logical_not logical_or logical_xor not_equal right_shift "
    "signbit spacing "
    # -- other functions
    "all allclose any argmax argmin argpartition argsort argwhere array2string array_equal array_equiv "
    "array_repr array_str bincount can_cast common_type count_nonzero diag_indices_from digitize "
    "einsum_path empty_like flatnonzero full_like histogram isclose iscomplex iscomplexobj isin isneginf "
    "isposinf isreal isrealobj lexsort linalg.matrix_rank may_share_memory min_scalar_type nanargmax "
    "nanargmin ndim nonzero ones_like result_type save savetxt savez savez_compressed searchsorted shape "
    "shares_memory size tril_indices_from triu_indices_from zeros_like".split()
)

# Functions that make arrays: np.zeros(3, like=t) is a tensor (NEP 35).
CREATION = frozenset(
    "arange array asanyarray asarray ascontiguousarray asfortranarray empty eye frombuffer fromfile "
    "fromfunction fromiter fromstring full genfromtxt identity loadtxt ones require tri zeros".split()
)

# What to write in the place of functions that are left out on purpose.
_COMPLEX = "its results are complex, and a tensor holds real numbers: write "
_JOINED = "write mg.stack([...]) to join tensors, or t itself, which NumPy's functions take as it is"
INSTEAD = {
    "array": _JOINED,
    "asarray": _JOINED,
    "piecewise": "write np.select([t < 0, t > 1], [f(t), g(t)], default), each branch safe for every t",
    "linalg.eig": _COMPLEX + "np.linalg.eigh(t) for a symmetric matrix",
    "linalg.eigvals": _COMPLEX + "np.linalg.eigvalsh(t), or np.linalg.eigh(t), for a symmetric matrix",
}

# What to write in the place of functions that write into their first argument.
IN_PLACE = {
    "copyto": "mg.index_put(t, ..., values), or mg.where(mask, values, t)",
    "fill_diagonal": "mg.index_put(t, (i, i), value) with i = np.arange(min(t.shape))",
    "place": "mg.index_put(t, mask, values)",
    "put": "mg.index_put(t.ravel(), indices, values).reshape(t.shape)",
    "put_along_axis": "mg.index_put(t, index, values) with one integer array per axis",
    "putmask": "mg.where(mask, values, t)",
}


class Carrier(NamedTuple):
    """What a plain function makes its result from: what to write for it, and whether a call spares it."""

    argument: str
    instead: str
    spared: Callable[[dict[str, Any]], bool] = lambda call: False


def _edges_are_given(call: dict[str, Any]) -> bool:
    return call.get("range") is not None or np.ndim(call.get("bins", 10)) > 0


_ADD_UP = "mg.index_put(np.zeros(n), bins, weights, accumulate=True)"
# By function: NumPy's parameters that may be given by place, and those of them that carry.
CARRIERS = {
    "bincount": (("x", "weights"), [Carrier("weights", _ADD_UP)]),
    "full_like": (("a", "fill_value"), [Carrier("fill_value", "mg.broadcast_to(fill_value, a.shape)")]),
    "histogram": (
        ("a", "bins", "range", "density", "weights"),
        [
            Carrier("weights", _ADD_UP),
            Carrier("bins", "bins.detach()"),
            Carrier("a", "range=(low, high) as well, for edges that do not depend on t", _edges_are_given),
        ],
    ),
}
