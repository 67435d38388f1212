"""An array as data for a page: its shape, what its numbers are, and as many of them as a page can hold."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.plain import plain_array

BUDGET = 4096  # values: 64 × 64
FACETS = 64  # tables or heat maps of one array
_EXACT = 2**53  # up to which JavaScript counts


def array_data(
    array: Any, *, axes: Sequence[str] | None = None, masked: Any = None, budget: int = BUDGET
) -> dict[str, Any]:
    """An array of any rank as JSON can say it, for `arrayView` in arrays.js.

    `axes` names the axes; `masked` is True where a cell has no value (as in a NumPy masked array).  Of
    more than `budget` values the beginning and the end of the longest axes are kept.  The dict holds

    - "shape", "dtype", "axes" (names, or None);
    - "kept": of each axis the indices that are there; "omitted": in words what is not, or "";
    - "values": those kept, row by row.  Each float reads back to the very same float of its dtype;
      "nan", "inf" and "-inf" are texts, and so are integers beyond 2⁵³; a masked cell is None;
    - "low" and "high": the least and greatest finite value of the whole array, or None;
    - as text, or "": "form", of the shape and dtype; "range", of low and high; "note", how many of the
      whole are NaN, infinite or masked.

    Raises TypeError for what is no array of real numbers, ValueError where `axes` or `masked` do not fit.
    """
    whole = plain_array(array)
    mask = np.ma.getmaskarray(array) if isinstance(array, np.ma.MaskedArray) else None
    if whole.dtype.kind not in "biuf":
        raise TypeError(
            f"array_data shows real numbers, and got {whole.dtype}: write .astype(float), or show real and "
            "imaginary parts apart"
        )
    if axes is not None and len(axes) != whole.ndim:
        raise ValueError(
            f"array_data got {len(axes)} names for the {whole.ndim} axes of {whole.shape}: give one each"
        )
    if masked is not None:
        mask = _fitted(masked, whole.shape)
    if budget < 1:
        raise ValueError(f"array_data(budget=...) counts the values to keep, from 1 up, and got {budget}")
    kept = _kept(whole.shape, budget)
    values = _values(whole, mask, kept)
    visible = whole if mask is None else whole[~mask]
    is_finite = np.isfinite(visible)
    finite = visible if is_finite.all() else visible[is_finite]
    low, high = (_value(finite.min()), _value(finite.max())) if finite.size else (None, None)
    return {
        "shape": list(whole.shape),
        "dtype": str(whole.dtype),
        "axes": None if axes is None else list(axes),
        "kept": [list(map(int, indices)) for indices in kept],
        "omitted": _omitted(len(values), whole.size),
        "values": values,
        "low": low,
        "high": high,
        "form": _form(whole, axes),
        "range": _range(low, high) if finite.size > 1 else "",
        "note": _note(visible, whole.size),
    }


def _values(whole: np.ndarray, mask: np.ndarray | None, kept: list[np.ndarray]) -> list[Any]:
    def at_kept(array: np.ndarray) -> np.ndarray:
        return (array[np.ix_(*kept)] if array.ndim else array).ravel()

    values: list[Any] = list(map(_value, at_kept(whole)))
    if mask is None:
        return values
    return [None if hidden else value for value, hidden in zip(values, at_kept(mask), strict=True)]


def _fitted(masked: Any, shape: tuple[int, ...]) -> np.ndarray:
    mask = plain_array(masked)
    try:
        if mask.dtype == bool:
            return np.broadcast_to(mask, shape)
    except ValueError:
        pass
    raise ValueError(
        f"array_data(masked=...) takes booleans that broadcast to {shape}, True where a cell has no value, "
        f"and got {mask.dtype} of shape {mask.shape}"
    )


def _kept(shape: tuple[int, ...], budget: int) -> list[np.ndarray]:
    """Indices along each axis, of at most `budget` cells in at most FACETS tables, none of them a strip."""
    outer = _cut(shape[:-2], FACETS, FACETS)
    lengths = _cut((*outer, *shape[len(outer) :]), budget, 4 * math.isqrt(budget))
    ends = zip(shape, lengths, strict=True)
    return [np.r_[0 : (kept + 1) // 2, length - kept // 2 : length] for length, kept in ends]


def _cut(shape: tuple[int, ...], cells: int, most: int) -> tuple[int, ...]:
    """`shape`, whose longest axes give way, to `most` and until there are no more than `cells`."""
    while math.prod(min(length, most) for length in shape) > cells:
        most -= 1
    return tuple(min(length, most) for length in shape)


def _value(number: Any) -> bool | int | float | str:
    if number.dtype.kind == "b":
        return bool(number)
    if number.dtype.kind in "iu":
        return int(number) if abs(int(number)) <= _EXACT else str(number)
    # NumPy writes the shortest decimal that is this float and no other of its dtype.
    return float(str(number)) if np.isfinite(number) else str(number)


def short(value: bool | int | float | str | None) -> str:
    """A value in four digits."""
    if isinstance(value, float):
        return f"{value:.4g}"
    return {"None": "–", "nan": "NaN"}.get(str(value), str(value))


def _form(array: np.ndarray, axes: Sequence[str] | None) -> str:
    names = ("" for _ in array.shape) if axes is None else (f"{name} " for name in axes)
    lengths = [f"{name}{length}" for name, length in zip(names, array.shape, strict=True)]
    return f"{' × '.join(lengths)} {array.dtype}".strip()


def _range(low: Any, high: Any) -> str:
    if low == high:
        return f"all {short(low)}"
    return "" if isinstance(low, bool) else f"from {short(low)} to {short(high)}"


def _omitted(shown: int, size: int) -> str:
    return f"{shown:,} of {size:,} values are shown: the beginning and the end" if shown < size else ""


def _note(visible: np.ndarray, size: int) -> str:
    counts = {
        "NaN": int(np.isnan(visible).sum()),
        "infinite": int(np.isinf(visible).sum()),
        "masked": size - visible.size,
    }
    found = ", ".join(f"{n:,} {what}" for what, n in counts.items() if n)
    return f"{found} of {size:,}" if found else ""
