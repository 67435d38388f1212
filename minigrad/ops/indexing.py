"""Reading by index, basic and advanced, and its mirror image, adding up at an index."""

from typing import Any

import numpy as np

from minigrad.ops.shape import reshape
from minigrad.ops.typing import Array
from minigrad.primitive import composite, primitive
from minigrad.tensor import Tensor

Shape = tuple[int, ...]


@primitive
def getitem(x: Array, index: Any) -> Array:
    """x[index], for every index that NumPy takes: slices, integers, None, ..., arrays, masks.

    ∂x: g at the places read, added up where a place was read more than once, 0 elsewhere.
    """
    return x[_plain(index)]


@primitive
def scatter_add(g: Array, index: Any, shape: Shape) -> Array:
    """Zeros of `shape`, with g added at [index]; places named twice get both.  ∂g: that gradient[index]."""
    index = _plain(index)
    out = np.zeros(shape, g.dtype)
    by_rows = isinstance(index, np.ndarray) and index.dtype.kind in "iu" and g.size
    if by_rows and g.shape == index.shape + out.shape[1:]:
        _add_rows(out, index, g)
    elif _may_repeat(index):
        np.add.at(out, index, g)
    else:
        out[index] = g
    return out


getitem.vjp(x=lambda g, x_shape, index: scatter_add.apply(g, index, x_shape))
scatter_add.vjp(g=lambda g, index: getitem.apply(g, index))


def _plain(index: Any) -> Any:
    """The index with arrays in the place of Tensors and of lists."""
    return tuple(map(_plain_part, index)) if isinstance(index, tuple) else _plain_part(index)


def _plain_part(part: Any) -> Any:
    if isinstance(part, Tensor):
        return part.data
    if isinstance(part, (list, tuple, range)):  # a tuple inside an index is an array to NumPy
        array = np.asarray(part)
        return array if array.size else array.astype(int)
    return part


def _may_repeat(index: Any) -> bool:
    """Whether an index may name a place twice: only integer arrays can."""
    parts = index if isinstance(index, tuple) else (index,)
    return any(isinstance(part, np.ndarray) and part.dtype.kind in "iu" for part in parts)


def _add_rows(out: np.ndarray, index: np.ndarray, g: np.ndarray) -> None:
    """out[index] += g with repetitions: rows sorted by their place, then each run summed at once.

    This is the gradient of an embedding; np.add.at, which visits element by element, is slower.
    """
    flat = index.ravel().astype(np.intp)  # a short type may not hold the length
    n = len(out)
    wrong = flat[(flat < -n) | (flat >= n)]
    if wrong.size:
        raise IndexError(f"index {wrong[0]} is out of bounds for an axis of length {n}")
    flat[flat < 0] += n
    rows = g.reshape(flat.size, -1)
    order = np.argsort(flat, kind="stable")
    places = flat[order]
    starts = np.flatnonzero(np.concatenate([[True], places[1:] != places[:-1]]))
    out.reshape(len(out), -1)[places[starts]] = np.add.reduceat(rows[order], starts, axis=0)


@composite
def take(x: Array, indices: Any, axis: int | None = None) -> Tensor:
    """The elements (or slices across `axis`) at `indices`; of the flattened x if axis is None."""
    places = np.asarray(_plain(indices))
    if axis is None:
        return getitem(reshape(x, (-1,)), places)
    return getitem(x, (slice(None),) * (axis % np.ndim(x)) + (places,))


@composite
def take_along_axis(x: Array, indices: Any, axis: int) -> Tensor:
    """x[..., indices[..., i, ...], ...]: one index per result along `axis`, as np.take_along_axis."""
    places = np.asarray(_plain(indices))
    if places.ndim != np.ndim(x):
        raise ValueError(
            f"take_along_axis got x of {np.ndim(x)} axes and indices of {places.ndim}: both must have as many"
        )
    along = axis % np.ndim(x)
    grid: list[Any] = list(np.ogrid[tuple(slice(n) for n in np.shape(x))])
    grid[along] = places
    return getitem(x, tuple(grid))


@composite
def repeat(x: Array, repeats: Any, axis: int | None = None) -> Tensor:
    """Each element (or slice across `axis`) `repeats` times in a row, as np.repeat."""
    flat = reshape(x, (-1,)) if axis is None else x
    along = 0 if axis is None else axis % np.ndim(x)
    places = np.repeat(np.arange(np.shape(flat)[along]), _plain(repeats))
    return getitem(flat, (slice(None),) * along + (places,))
