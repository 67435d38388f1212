"""Values between places: space resampled to another size, axis by axis.

Each place of the result is a weighted sum of a few places of the input, its taps.  Where it stands
among them: with `align_corners` at i·(n - 1)/(n' - 1), so that the first and last places agree;
without at (i + 1/2)·n/n' - 1/2, so that the outer edges of the first and last do.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

import minigrad as mg

Taps = list[tuple[np.ndarray, np.ndarray | None]]  # places of the input (n',), and their weights

# Number of spatial axes that each mode is for; None is any.
_AXES = {
    "nearest": None, "nearest-exact": None, "area": None, "linear": 1, "bilinear": 2, "bicubic": 2,
    "trilinear": 3,
}  # fmt: skip
_ALIGNING = ("linear", "bilinear", "bicubic", "trilinear")


def interpolate(
    input: Any,
    size: int | Sequence[int] | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> mg.Tensor:
    """(N, C, *space) with each spatial axis brought to `size`, or to `scale_factor` times its length.

    "nearest" takes for place i of n' place ⌊i·n/n'⌋ of n, "nearest-exact" ⌊(i + 1/2)·n/n'⌋, with PyTorch's
    rounding; "linear", "bilinear" and "trilinear" interpolate linearly, "bicubic" by cubics that meet
    smoothly (Keys, 1981, equation 4 with a = -3/4); "area" averages.  With a `scale_factor` its inverse
    stands for n/n', unless `recompute_scale_factor`.

    Raises ValueError for a mode that does not fit the axes, for sizes below 1, and unless exactly one of
    `size` and `scale_factor` is given; TypeError for sizes that are no integers.
    """
    if (size is None) == (scale_factor is None):
        raise ValueError("interpolate takes either size or scale_factor: give exactly one of them")
    if antialias:
        raise ValueError("interpolate got antialias=True, which is not here: blur with conv2d before instead")
    if recompute_scale_factor and scale_factor is None:
        raise ValueError("interpolate got recompute_scale_factor=True without scale_factor: leave it out")
    _check_mode(input, mode, align_corners)
    space = tuple(input.shape)[2:]
    factors = _per_axis(scale_factor, len(space))
    out = input
    for axis, (n, length) in enumerate(zip(space, _lengths(space, size, factors), strict=True), start=2):
        if mode == "area":
            out = _averaged(out, axis, length)
        else:
            factor = None if recompute_scale_factor else factors[axis - 2]
            out = _tapped(out, axis, _taps(mode, n, length, factor, bool(align_corners), input.dtype))
    return out


def _check_mode(input: Any, mode: str, align_corners: bool | None) -> None:
    if mode not in _AXES:
        raise ValueError(f"interpolate takes mode={', '.join(map(repr, _AXES))}, not {mode!r}")
    shape, axes = tuple(input.shape), _AXES[mode]
    if len(shape) < 3 or (axes is not None and len(shape) != axes + 2):
        wanted = "(N, C, *space)" if axes is None else f"(N, C, {', '.join('DHW'[-axes:])})"
        fitting = {3: "linear", 4: "bilinear", 5: "trilinear"}.get(len(shape))
        instead = f': for {len(shape)} axes write mode="{fitting}"' if fitting else ""
        raise ValueError(f"interpolate with mode={mode!r} takes {wanted}, and got {shape}{instead}")
    if align_corners is not None and mode not in _ALIGNING:
        raise ValueError(
            f"interpolate got align_corners={align_corners} with mode={mode!r}: only {', '.join(_ALIGNING)} "
            "know corners; leave it out"
        )


def _lengths(space: tuple[int, ...], size: Any, factors: list[Any]) -> list[int]:
    """The length that each spatial axis is brought to."""
    if size is None:
        if not all(0 < factor < np.inf for factor in factors):
            raise ValueError(f"interpolate got scale_factor={factors}: a factor is above 0")
        lengths = [int(np.floor(n * factor)) for n, factor in zip(space, factors, strict=True)]
    else:
        lengths = _per_axis(size, len(space))
        if not all(isinstance(length, int | np.integer) for length in lengths):
            raise TypeError(
                f"interpolate takes a size of integers, and got {size!r}: write int(...), or scale_factor= "
                "for a factor"
            )
    if min(lengths) < 1 or min(space) < 1:
        raise ValueError(
            f"interpolate was to bring {space} to {tuple(lengths)}: every length must be at least 1"
        )
    return [int(length) for length in lengths]


def _per_axis(value: Any, axes: int) -> list[Any]:
    """One value for each spatial axis."""
    each = list(value) if isinstance(value, Sequence | np.ndarray) else [value] * axes
    if len(each) != axes:
        raise ValueError(f"interpolate got {tuple(each)} for {axes} spatial axes: give one number, or {axes}")
    return each


def _taps(mode: str, n: int, length: int, factor: float | None, align_corners: bool, dtype: Any) -> Taps:
    if mode == "nearest":
        return [(_nearest(n, length, factor, dtype), None)]
    if mode == "nearest-exact":
        return [(_nearest_exact(n, length, factor, dtype), None)]
    at = np.arange(length)
    if length == n and mode != "bicubic":  # whatever the factor, as in PyTorch
        return [(at, None)]
    if align_corners:
        where = at * ((n - 1) / (length - 1) if length > 1 else 0.0)
    else:
        where = (at + 0.5) * (n / length if factor is None else 1 / factor) - 0.5
    if mode != "bicubic":
        where = np.clip(where, 0, n - 1)
    first = np.floor(where).astype(int)
    past = where - first
    if mode != "bicubic":
        return [(first, 1 - past), (np.minimum(first + 1, n - 1), past)]
    weights = (_far(1 + past), _near(past), _near(1 - past), _far(2 - past))
    return [(np.clip(first + i, 0, n - 1), weight) for i, weight in enumerate(weights, start=-1)]


def _nearest(n: int, length: int, factor: float | None, dtype: Any) -> np.ndarray:
    """⌊i·step⌋, rounded as PyTorch does: in float32, but for an input of float64."""
    step, number = _step(n, length, factor, dtype)
    return _floor(np.arange(length, dtype=number) * step, n)


def _nearest_exact(n: int, length: int, factor: float | None, dtype: Any) -> np.ndarray:
    """⌊((i + 1/2)·step - 1/2) + 1/2⌋, rounded as PyTorch does, once for what stands in parentheses."""
    step, number = _step(n, length, factor, dtype)
    where = ((np.arange(length) + 0.5) * np.float64(step) - 0.5).astype(number)
    return _floor(where + number(0.5), n)


def _step(n: int, length: int, factor: float | None, dtype: Any) -> tuple[Any, Any]:
    number: Any = np.float64 if dtype == np.float64 else np.float32
    return number(n) / number(length) if factor is None else number(1 / factor), number


def _floor(where: np.ndarray, n: int) -> np.ndarray:
    return np.minimum(np.floor(where.astype(np.float32)).astype(int), n - 1)


def _near(x: np.ndarray) -> np.ndarray:
    """The cubic kernel at distances up to 1: (a + 2)|x|³ - (a + 3)|x|² + 1, a = -3/4."""
    return (1.25 * x - 2.25) * x * x + 1


def _far(x: np.ndarray) -> np.ndarray:
    """The cubic kernel at distances from 1 to 2: a|x|³ - 5a|x|² + 8a|x| - 4a, a = -3/4."""
    return ((-0.75 * x + 3.75) * x - 6) * x + 3


def _tapped(x: Any, axis: int, taps: Taps) -> mg.Tensor:
    behind = (1,) * (len(x.shape) - axis - 1)
    out = None
    for places, weight in taps:
        part = mg.take(x, places, axis=axis)
        if weight is not None:
            part = part * weight.astype(part.dtype).reshape(-1, *behind)
        out = part if out is None else out + part
    assert out is not None
    return out


def _averaged(x: Any, axis: int, length: int) -> mg.Tensor:
    last = mg.moveaxis(x, axis, -1)
    lead = last.shape[:-1]
    pooled = mg.adaptive_avg_pool1d(mg.reshape(last, (1, -1, last.shape[-1])), length)
    return mg.moveaxis(mg.reshape(pooled, (*lead, length)), -1, axis)
