"""Convolution and correlation of sequences, as np.convolve and np.correlate; nn's are in `convolution`."""

from typing import Literal

import numpy as np

from minigrad.composite import composite
from minigrad.ops.assembly.padding import pad
from minigrad.ops.shape.flipping import flip
from minigrad.ops.shape.reshaping import atleast_1d
from minigrad.ops.typing import Array
from minigrad.primitive import primitive
from minigrad.tensor import Tensor

Mode = Literal["full", "same", "valid"]


@primitive
def _correlate(a: Array, v: Array) -> Array:
    """Σₙ a[k + n]·v[n] wherever v lies inside of a, which is not the shorter one."""
    return np.correlate(a, v, "valid")


_correlate.vjp(
    a=lambda g, v: np.convolve(g, v),
    v=lambda g, a: np.correlate(a, g),
)


@composite
def correlate(a: Array, v: Array, mode: Mode = "valid") -> Tensor:
    """Σₙ a[k + n]·v[n] where the two overlap in full ("valid"), at all ("full"), or in the middle ("same").

    ∂a: g convolved with v;  ∂v: a correlated with g.  Raises ValueError for empty or 2-D arrays.
    """
    a, v = _sequences("correlate", a, v, mode)
    n = np.size(v)
    if n > np.size(a):
        return flip(correlate(v, a, mode))
    before, behind = {"valid": (0, 0), "full": (n - 1, n - 1), "same": (n // 2, (n - 1) // 2)}[mode]
    return _correlate(pad(a, (before, behind)) if before else a, v)


@composite
def convolve(a: Array, v: Array, mode: Mode = "full") -> Tensor:
    """Σₙ a[k - n]·v[n] where the two overlap at all ("full"), in full ("valid"), or in the middle ("same").

    ∂a: g correlated with v, and ∂v: with a.  Raises ValueError for empty or 2-D arrays.
    """
    a, v = _sequences("convolve", a, v, mode)
    longer, shorter = (v, a) if np.size(v) > np.size(a) else (a, v)
    return correlate(longer, flip(shorter), mode)


def _sequences(name: str, a: Array, v: Array, mode: str) -> tuple[Array, Array]:
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"{name}(mode={mode!r}): write 'full', 'same' or 'valid'")
    shapes = np.shape(a), np.shape(v)
    if max(map(len, shapes)) > 1 or (0,) in shapes:
        raise ValueError(
            f"{name} takes two sequences that are not empty, and got shapes {shapes[0]} and {shapes[1]}"
        )
    return atleast_1d(a), atleast_1d(v)
