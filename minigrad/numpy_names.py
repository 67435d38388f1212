"""NumPy's functions that are no op here, and what becomes of each when it is given a tensor."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

# NumPy's functions without a derivative: they see the data and give places, counts, truth values, shapes.
PLAIN_FUNCTIONS = frozenset(
    "all allclose any argmax argmin argpartition argsort argwhere array_equal array_equiv "
    "array2string array_repr array_str bincount common_type count_nonzero diag_indices_from digitize "
    "einsum_path empty_like flatnonzero full_like isclose iscomplex iscomplexobj isin isneginf isposinf "
    "isreal isrealobj may_share_memory min_scalar_type nanargmax nanargmin ndim nonzero ones_like "
    "result_type searchsorted shape shares_memory size tril_indices_from triu_indices_from "
    "lexsort "
    "zeros_like can_cast savetxt save savez savez_compressed histogram linalg.matrix_rank".split()
)
PLAIN_UFUNCS = frozenset(
    "equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor "
    "logical_not isfinite isinf isnan signbit spacing "
    "bitwise_and bitwise_or bitwise_xor invert isnat left_shift right_shift".split()
)

# NumPy's functions that make arrays: np.zeros(3, like=t) is a tensor (NEP 35).
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
