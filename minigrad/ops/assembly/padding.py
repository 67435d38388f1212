"""Borders around an array."""

from typing import Any

import numpy as np

from minigrad.composite import composite
from minigrad.ops.indexing.places import getitem
from minigrad.ops.typing import Array
from minigrad.primitive import primitive

Shape = tuple[int, ...]
Pair = tuple[Any, Any]

COPIES = ("edge", "reflect", "symmetric", "wrap")  # the modes whose border repeats elements of x


@primitive
def _pad(x: Array, widths: tuple[Pair, ...], values: tuple[Pair, ...]) -> Array:
    return np.pad(x, widths or 0, constant_values=values or 0)  # a 0-d x has no widths


def _pad_vjp(g: Array, x_shape: Shape, widths: tuple[Pair, ...]) -> Array:
    return g[tuple(slice(before, before + n) for (before, _), n in zip(widths, x_shape, strict=True))]


_pad.vjp(x=_pad_vjp)


@composite
def pad(
    x: Array, pad_width: Any, mode: str = "constant", constant_values: Any = 0, reflect_type: str = "even"
) -> Array:
    """x with a border: `pad_width` is n, (before, after), one such pair per axis, or a dict {axis: pair}.

    The border holds `constant_values` (given like the widths), or with mode "edge" the nearest element,
    "reflect" the mirror image about the outermost element, "symmetric" that about the border, "wrap" the
    other end.  ∂x: g without the border, and g of the border added where its elements were copied from.
    Raises ValueError for NumPy's other modes, which are not here.
    """
    if mode not in ("constant", *COPIES):
        raise ValueError(
            f"pad(mode={mode!r}) is not here: use 'constant' or {', '.join(map(repr, COPIES))}, "
            "or compute the border and join it with mg.concatenate"
        )
    if reflect_type != "even":
        raise ValueError(
            f"pad(reflect_type={reflect_type!r}) is not here: only 'even', the plain mirror image"
        )
    widths = _widths(pad_width, np.ndim(x))
    if mode == "constant":
        return _pad(x, widths, _pairs(constant_values, np.ndim(x)))
    out = getitem(x, ...)
    for axis, (n, width) in enumerate(zip(np.shape(x), widths, strict=True)):
        if any(width):
            places = np.pad(np.arange(n), width, mode=mode)  # type: ignore[call-overload]
            out = getitem(out, (slice(None),) * axis + (places,))
    return out


def _widths(pad_width: Any, ndim: int) -> tuple[Pair, ...]:
    if isinstance(pad_width, dict):
        given, pad_width = pad_width, [(0, 0)] * ndim
        for axis, pair in given.items():
            pad_width[axis] = pair if np.ndim(pair) else (pair, pair)
    if np.asarray(pad_width).dtype.kind not in "iu" and np.size(pad_width):
        raise TypeError(f"pad needs whole numbers as widths, and got {pad_width}: round them first")
    return tuple((int(before), int(after)) for before, after in _pairs(pad_width, ndim))


def _pairs(given: Any, ndim: int) -> tuple[Pair, ...]:
    """(before, after) for each axis, from a number, a pair, or a pair per axis."""
    return tuple((before, after) for before, after in np.broadcast_to(np.asarray(given), (ndim, 2)))
