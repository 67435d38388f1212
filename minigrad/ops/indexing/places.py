"""Reading at an index, basic and advanced, its mirror image, adding up there, and writing there."""

import math
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from minigrad.composite import composite
from minigrad.gradients import Part
from minigrad.ops.shape.reshaping import reshape
from minigrad.ops.typing import Array
from minigrad.plain import plain
from minigrad.primitive import primitive
from minigrad.tensor import Tensor

Shape = tuple[int, ...]


@primitive
def getitem(x: Array, index: Any) -> Array:
    """x[index], for every index that NumPy takes: slices, integers, None, ..., arrays, masks.

    ∂x: g at the places read, added up where a place was read more than once, 0 elsewhere.
    """
    return x[plain_index(index)]


@primitive
def scatter_add(g: Array, index: Any, shape: Shape) -> Array:
    """Zeros of `shape`, with g added at [index]; places named twice get both.  ∂g: that gradient[index].

    g broadcasts to the shape that is read at [index].
    """
    index = plain_index(index)
    out = np.zeros(shape, g.dtype)
    _add_at(out, index, np.broadcast_to(g, _shape_at(shape, index)))  # np.add.at would read past its end
    return out


def _shape_at(shape: Shape, index: Any) -> Shape:
    """The shape of what is read at [index] of an array of `shape`."""
    one_byte = np.broadcast_to(np.False_, shape)
    read: Shape = one_byte[index].shape
    return read


def _getitem_wrt_x(g: Array, x_shape: Shape, index: Any) -> Any:
    if isinstance(g, Tensor):
        return scatter_add(g, index, x_shape)
    return Part(x_shape, g.dtype, partial(_add_at, index=plain_index(index), g=g))


getitem.vjp(x=_getitem_wrt_x)
scatter_add.vjp(g=lambda g, index: getitem.apply(g, index))


@primitive
def index_put(x: Array, index: Any, values: Array, accumulate: bool = False) -> Array:
    """A copy of x with x[index] = values, or with `accumulate` x[index] += values, every repetition counted.

    Any index that NumPy takes; `values` broadcast to x[index] and take x's dtype, as in NumPy.
    ∂x: g, but 0 where it was overwritten;  ∂values: g[index], but 0 for a value that a later one, written
    to the same place, has replaced.  Raises TypeError for fractions that would be written to integers.
    """
    x, index, values = np.asarray(x), plain_index(index), np.asarray(values)
    if values.dtype.kind == "f" != x.dtype.kind:
        raise TypeError(
            f"index_put of {values.dtype} values into {x.dtype} would cut their fractions off, and the "
            "gradient too: write index_put(x.astype(values.dtype), index, values)"
        )
    if accumulate:
        added = scatter_add.forward(_without_leading_ones(values).astype(x.dtype), index, x.shape)
        return x | added if x.dtype == np.bool else x + added
    out = np.array(x)
    out[index] = values
    return out


def _index_put_wrt_x(g: Array, index: Any, accumulate: bool) -> Array:
    return g if accumulate else index_put.apply(g, index, 0.0)


def _index_put_wrt_values(
    g: Array, x_shape: Shape, index: Any, values_shape: Shape, accumulate: bool
) -> Array:
    read = getitem.apply(g, index)
    if not accumulate and _may_repeat(plain_index(index)):
        read = np.where(_stays(x_shape, index, read.shape), read, 0.0)
    more = len(values_shape) - read.ndim  # NumPy lets `values` have more axes, in front and of length 1
    return read.reshape((1,) * more + read.shape) if more > 0 else read


index_put.vjp(
    x=_index_put_wrt_x,
    values=_index_put_wrt_values,
)


def _stays(x_shape: Shape, index: Any, read_shape: Shape) -> np.ndarray:
    """Which of the values written at [index] are there in the end: of one place's, the last."""
    turns = np.arange(math.prod(read_shape)).reshape(read_shape)
    last = np.zeros(x_shape, turns.dtype)
    last[plain_index(index)] = turns
    stays: np.ndarray = last[plain_index(index)] == turns
    return stays


def _without_leading_ones(values: np.ndarray) -> np.ndarray:
    first = next((i for i, n in enumerate(values.shape) if n != 1), values.ndim)
    return values.reshape(values.shape[first:])


def plain_index(index: Any) -> Any:
    """The index with arrays in the place of Tensors and of lists."""
    return tuple(map(_plain_part, index)) if isinstance(index, tuple) else _plain_part(index)


def _plain_part(part: Any) -> Any:
    if isinstance(part, (list, tuple, range)):  # a tuple inside an index is an array to NumPy
        array = np.asarray(part)
        return array if array.size else array.astype(int)
    return plain(part)


def _may_repeat(index: Any) -> bool:
    """Whether an index may name a place twice: only integer arrays can."""
    parts = index if isinstance(index, tuple) else (index,)
    return any(isinstance(part, np.ndarray) and part.dtype.kind in "iu" for part in parts)


def _add_at(out: np.ndarray, index: Any, g: np.ndarray) -> None:
    """out[index] += g of the shape that is read there, where places named twice get both."""
    if out.dtype == np.float16 and _may_repeat(index):  # where 2048 + 1 is 2048
        wide = out.astype(np.float32)
        _add_at(wide, index, g)
        out[...] = wide
        return
    numbers = out.dtype != np.bool
    by_rows = numbers and isinstance(index, np.ndarray) and index.dtype.kind in "iu" and g.size
    if by_rows and g.shape == index.shape + out.shape[1:]:
        _add_rows(out, index, g)
    elif _may_repeat(index):
        np.add.at(out, index, g)
    else:
        out[index] += g


def _add_rows(out: np.ndarray, index: np.ndarray, g: np.ndarray) -> None:
    """out[index] += g with repetitions: rows sorted by their place, then each run summed at once.

    This is the gradient of an embedding; np.add.at, which visits element by element, is slower.
    """
    flat = index.ravel().astype(np.intp)  # a short type may not hold the length
    flat[flat < 0] += len(out)
    rows = g.reshape(flat.size, -1)
    order = np.argsort(flat, kind="stable")
    places = flat[order]
    starts = np.flatnonzero(np.concatenate([[True], places[1:] != places[:-1]]))
    out.reshape(len(out), -1)[places[starts]] += np.add.reduceat(rows[order], starts, axis=0)


@composite
def take(x: Array, indices: Any, axis: int | None = None, mode: str = "raise") -> Tensor:
    """The elements (or slices across `axis`) at `indices`; of the flattened x if axis is None.

    Indices outside raise IndexError, count on from the other end (mode "wrap"), or mean the nearest
    that there is ("clip", in which negative ones are 0).  ∂x: g added up at the places read.
    """
    flat = reshape(x, (-1,)) if axis is None else x
    along = 0 if axis is None else normalize_axis_index(axis, np.ndim(x))
    places = np.asarray(plain_index(indices)).astype(np.intp, casting="same_kind")
    return getitem(flat, (slice(None),) * along + (_inside(places, np.shape(flat)[along], mode),))


def _inside(places: np.ndarray, n: int, mode: str) -> np.ndarray:
    if mode not in ("raise", "wrap", "clip"):
        raise ValueError(f"take(mode={mode!r}): write 'raise', 'wrap' or 'clip'")
    if mode == "raise" or places.size == 0:
        return places
    if n == 0:
        raise IndexError(f"take(mode={mode!r}) from an axis of length 0: there is nothing to take")
    return places % n if mode == "wrap" else np.clip(places, 0, n - 1)


@composite
def take_along_axis(x: Array, indices: Any, axis: int | None = -1) -> Tensor:
    """x[..., indices[..., i, ...], ...]: one index per result along `axis`, of the flattened x if None.

    ∂x: g added up at the places read.
    """
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    places = np.asarray(plain_index(indices))
    if places.ndim != np.ndim(x):
        raise ValueError(
            f"take_along_axis got x of {np.ndim(x)} axes and indices of {places.ndim}: both must have as many"
        )
    along = normalize_axis_index(axis, np.ndim(x))
    grid: list[Any] = list(np.ogrid[tuple(slice(n) for n in np.shape(x))])
    grid[along] = places
    return getitem(x, tuple(grid))
