"""What is not finite: whether an op has made it, or whoever called the op has put it there."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

# Ops that put elements elsewhere or choose among them, and compute none: what is NaN in their result is one
# that they were given.  The first op that computes with it is told instead.
_MOVES = frozenset(
    """
    alias astype broadcast_to clip concatenate copy diagonal embed_diagonal expand_dims first_greatest flip
    fmax fmin getitem index_put max maximum min minimum moveaxis nanmax nanmin pad reshape roll rot90
    sliding_windows sort squeeze stack swapaxes transpose tril triu where
    """.split()
)


def made(op: str, out: Any, given: Iterable[Any]) -> str | None:
    """What is not finite in `out`, in words; None where nothing is, or where `given` accounts for it.

    An infinity is accounted for by any that was given, a NaN by a NaN, which is told unless `op` only moves
    elements.
    """
    if not isinstance(out, np.ndarray) or out.dtype.kind != "f":
        return None
    wrong = np.isnan(out)
    if wrong.any():
        came = any(np.isnan(x).any() for x in floats_in(given))
        if came and op in _MOVES:
            return None
        what = "passed on a NaN that came with its operands" if came else "made a NaN"
    else:
        wrong = np.isinf(out)
        if not wrong.any() or any(np.isinf(x).any() for x in floats_in(given)):
            return None
        what = "made an infinity"
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    return f"{what} ({int(wrong.sum())} of {out.size} elements, the first at index {first})"


def floats_in(values: Any) -> Iterator[Any]:
    """Every float and array of floats among operands or options, in tuples, lists and dicts as well."""
    if isinstance(values, (float, np.ndarray, np.generic)):
        if np.asarray(values).dtype.kind == "f":
            yield values
    elif isinstance(values, dict):
        yield from floats_in(tuple(values.values()))
    elif isinstance(values, (list, tuple)):
        for value in values:
            yield from floats_in(value)
