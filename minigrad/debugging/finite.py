"""What is not finite: whether an op has made it, or whoever called the op has put it there."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from minigrad.registry import OPS

# Ops that put elements elsewhere or choose among them, and compute none: what is NaN in their result is one
# that they were given.  The first op that computes with it is told instead.
_MOVES = frozenset(
    """
    alias astype broadcast_to clip concatenate copy diagonal embed_diagonal expand_dims first_greatest flip
    fmax fmin getitem index_put max maximum min minimum moveaxis nanmax nanmin pad reshape roll rot90
    sliding_windows sort squeeze stack swapaxes transpose tril triu where
    """.split()
)


def made(op: str, out: Any, given: Iterable[Any], elementwise: bool = False) -> str | None:
    """What is not finite in `out`, in words; None where nothing is, or where `given` accounts for it.

    An infinity is accounted for by any that was given, a NaN by a NaN, which is told unless `op` only moves
    elements; of an `elementwise` op by one that was given at the same place.
    """
    if not isinstance(out, np.ndarray) or out.dtype.kind != "f":
        return None
    wrong = np.isnan(out)
    if wrong.any():
        what, own = "made a NaN", wrong & ~_stands_in(given, np.isnan, out.shape, elementwise)
        if own.any():
            wrong = own
        elif op in _MOVES:
            return None
        else:
            what = "passed on a NaN that came with its operands"
    else:
        wrong = np.isinf(out)
        if wrong.any():
            wrong &= ~_stands_in(given, np.isinf, out.shape, elementwise)
        if not wrong.any():
            return None
        what = "made an infinity"
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    return f"{what} ({int(wrong.sum())} of {out.size} elements, the first at index {first})"


def is_elementwise(op: Any) -> bool:
    """Whether it is one of NumPy's functions of elements, and no op of somebody's own that is called so."""
    function = getattr(np, op.name, None)
    return OPS.get(op.name) is op and isinstance(function, np.ufunc) and function.signature is None


def _stands_in(
    given: Iterable[Any], test: Callable[[Any], Any], shape: tuple[int, ...], elementwise: bool
) -> np.ndarray:
    """Where in `shape` something that was given passes the test; anywhere, unless `elementwise`."""
    found = np.zeros(shape, bool)
    for x in floats_in(given):
        found |= test(x) if elementwise else test(x).any()
    return found


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
