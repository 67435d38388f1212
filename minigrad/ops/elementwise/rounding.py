"""Functions that are constant between their jumps: the whole part, the sign, the step.

Their derivative is 0 everywhere, also at the jumps, so that `remainder(a, b) = a - b·floor_divide(a, b)`
holds for the derivatives as well.
"""

import numpy as np

from minigrad.composite import composite
from minigrad.ops.typing import Array
from minigrad.primitive import primitive
from minigrad.tensor import Tensor


def _zero(g: Array) -> Array:
    """0 in the place of g, be it infinite or NaN."""
    return np.where(False, g, 0.0)


@primitive
def floor(x: Array) -> Array:
    """⌊x⌋, the greatest whole number up to x.  ∂x: 0."""
    return np.floor(x)


@primitive
def ceil(x: Array) -> Array:
    """⌈x⌉, the least whole number from x on.  ∂x: 0."""
    return np.ceil(x)


@primitive
def trunc(x: Array) -> Array:
    """x without what stands after its point.  ∂x: 0."""
    return np.trunc(x)


@primitive
def rint(x: Array) -> Array:
    """The nearest whole number, of two the even one.  ∂x: 0."""
    return np.rint(x)


@primitive
def sign(x: Array) -> Array:
    """-1, 0 or 1.  ∂x: 0."""
    return np.sign(x)


@primitive
def round(x: Array, decimals: int = 0) -> Array:
    """x to that many decimals, of two equally near the even one.  ∂x: 0."""
    return np.round(x, decimals)


floor.vjp(x=_zero)
ceil.vjp(x=_zero)
trunc.vjp(x=_zero)
rint.vjp(x=_zero)
sign.vjp(x=_zero)
round.vjp(x=_zero)


@composite
def around(x: Array, decimals: int = 0) -> Tensor:
    """x to that many decimals: `round` by its other name."""
    return round(x, decimals)


@composite
def fix(x: Array) -> Tensor:
    """The nearest whole number towards 0: `trunc` by its other name."""
    return trunc(x)


@primitive
def floor_divide(a: Array, b: Array) -> Array:
    """⌊a/b⌋.  ∂a: 0;  ∂b: 0."""
    return np.floor_divide(a, b)


floor_divide.vjp(a=_zero, b=_zero)


@primitive
def heaviside(x1: Array, x2: Array) -> Array:
    """0 for x1 < 0, x2 for x1 = 0, 1 for x1 > 0.  ∂x1: 0;  ∂x2: g where x1 = 0, else 0."""
    return np.heaviside(x1, x2)


heaviside.vjp(
    x1=_zero,
    x2=lambda g, x1: np.where(x1 == 0, g, 0.0),
)
