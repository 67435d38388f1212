"""Distinct elements, and arrays as sets of them.  Values are gathered, and so are recorded.

Of equal elements the one that stands first is taken, and gets the gradient.  Results are in ascending
order, NaN last.  What else NumPy returns (places, counts) is plain.
"""

from typing import Any, NamedTuple

import numpy as np

from minigrad.composite import composite
from minigrad.ops.assembly.joining import concatenate
from minigrad.ops.indexing.places import getitem, take
from minigrad.ops.shape.reshaping import ravel
from minigrad.ops.typing import Array
from minigrad.plain import plain_array
from minigrad.tensor import Tensor


class UniqueAllResult(NamedTuple):
    values: Tensor
    indices: np.ndarray
    inverse_indices: np.ndarray
    counts: np.ndarray


class UniqueCountsResult(NamedTuple):
    values: Tensor
    counts: np.ndarray


class UniqueInverseResult(NamedTuple):
    values: Tensor
    inverse_indices: np.ndarray


@composite
def unique(
    ar: Array,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
    sorted: bool = True,
) -> Any:
    """The distinct elements of the flattened ar, or the distinct slices across `axis`, in order.

    With them, as plain arrays: where each stands first, which one each element is, and how often there is
    one.  ∂ar: g at the first of equal elements, 0 at the others.  `sorted` changes nothing.
    """
    found: Any = np.unique  # whose types know no flags that are worked out
    _, first, *more = found(plain_array(ar), True, return_inverse, return_counts, axis, equal_nan=equal_nan)
    values = take(ar, first, axis)
    results = (values, *([first] if return_index else []), *more)
    return results if len(results) > 1 else values


@composite
def unique_values(x: Array) -> Tensor:
    """The distinct elements of x in order, each NaN one of its own.  ∂x: g at the first of equal ones."""
    return unique(x, equal_nan=False)


@composite
def unique_counts(x: Array) -> UniqueCountsResult:
    """`unique_values`, and how often each stands in x."""
    return UniqueCountsResult(*unique(x, return_counts=True, equal_nan=False))


@composite
def unique_inverse(x: Array) -> UniqueInverseResult:
    """`unique_values`, and which of them each element of x is, in x's shape."""
    values, inverse = unique(x, return_inverse=True, equal_nan=False)
    return UniqueInverseResult(values, inverse.reshape(np.shape(x)))


@composite
def unique_all(x: Array) -> UniqueAllResult:
    """`unique_values`, where each stands first in the flattened x, which of them each element of x is, in
    x's shape, and how often each stands there."""
    values, first, inverse, counts = unique(x, True, True, True, equal_nan=False)
    return UniqueAllResult(values, first, inverse.reshape(np.shape(x)), counts)


@composite
def union1d(ar1: Array, ar2: Array) -> Tensor:
    """The elements of either, each once, in order.  ∂ar1, ∂ar2: g where each stands first, ar1 before ar2."""
    return unique(concatenate([ar1, ar2], axis=None))


@composite
def intersect1d(
    ar1: Array, ar2: Array, assume_unique: bool = False, return_indices: bool = False
) -> Tensor | tuple[Tensor, np.ndarray, np.ndarray]:
    """The elements of both, each once, in order; with `return_indices` also where they stand in each.

    They are taken out of ar1: ∂ar1: g where each stands first;  ∂ar2: 0.
    """
    first, second = _alike(ar1, ar2)
    _, in_first, in_second = np.intersect1d(first.data, second.data, assume_unique, True)
    values = getitem(first, in_first)
    return (values, in_first, in_second) if return_indices else values


@composite
def setdiff1d(ar1: Array, ar2: Array, assume_unique: bool = False) -> Tensor:
    """The elements of ar1 that ar2 lacks, each once, in order; as ar1 has them with `assume_unique`.

    ∂ar1: g where each stands first.
    """
    values = ravel(ar1) if assume_unique else unique(ar1)
    return getitem(values, np.isin(values.data, plain_array(ar2), assume_unique=True, invert=True))


@composite
def setxor1d(ar1: Array, ar2: Array, assume_unique: bool = False) -> Tensor:
    """The elements of ar1 or ar2 that the other lacks, each once, in order.  ∂: g where each stands first."""
    both = concatenate([ar if assume_unique else unique(ar) for ar in _alike(ar1, ar2)])
    order = np.argsort(both.data, kind="stable")
    ordered = both.data[order]
    other_than_before = np.concatenate([[True], ordered[1:] != ordered[:-1], [True]])
    alone = other_than_before[1:] & other_than_before[:-1]
    return getitem(both, order[alone[: order.size]])


def _alike(ar1: Array, ar2: Array) -> tuple[Tensor, Tensor]:
    """Both flattened, in their common dtype."""
    both, n = concatenate([ar1, ar2], axis=None), np.size(ar1)
    return both[:n], both[n:]
