"""The error function, which NumPy lacks: the op of that name and gelu share it."""

import math

import numpy as np

# Cody (1969), "Rational Chebyshev approximations for the error function", tables II to IV:
# numerator and denominator, highest power first.
_SMALL = (
    (1.85777706184603153e-1, 3.16112374387056560e0, 1.13864154151050156e2, 3.77485237685302021e2,
     3.20937758913846947e3),
    (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3),
)  # fmt: skip
_MIDDLE = (
    (2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0, 6.61191906371416295e1,
     2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3,
     1.23033935479799725e3),
    (1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
     3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3),
)  # fmt: skip
_LARGE = (
    (1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
     1.60837851487422766e-2, 6.58749161529837803e-4),
    (1.0, 2.56852019228982242e0, 1.87295284992346047e0, 5.27905102951428412e-1,
     6.05183413124413191e-2, 2.33520497626869185e-3),
)  # fmt: skip


def erf(x: np.ndarray) -> np.ndarray:
    """2/√π·∫₀ˣ exp(-t²) dt of an array of floats, to the last digits of the dtype (Cody, 1969)."""
    x = np.asarray(x)
    if x.dtype == np.float16:  # too short for the coefficients
        return erf(x.astype(np.float32)).astype(np.float16)
    size = np.abs(x)
    out = np.empty_like(x)
    small, large = size <= 0.46875, size > 4
    middle = ~(small | large)
    t = x[small]
    out[small] = t * _ratio(_SMALL, t * t)
    t = size[middle]
    out[middle] = 1 - np.exp(-t * t) * _ratio(_MIDDLE, t)
    t = np.minimum(size[large], 27)  # beyond, 1 - erf underflows
    inverse = 1 / (t * t)
    tail = (1 / math.sqrt(math.pi) - inverse * _ratio(_LARGE, inverse)) / t
    out[large] = 1 - np.exp(-t * t) * tail
    return np.where(np.isnan(x), x, np.where(small, out, np.copysign(out, x)))


def _ratio(table: tuple[tuple[float, ...], tuple[float, ...]], x: np.ndarray) -> np.ndarray:
    above, below = (_horner(coefficients, x) for coefficients in table)
    return above / below


def _horner(coefficients: tuple[float, ...], x: np.ndarray) -> np.ndarray:
    total = np.full_like(x, coefficients[0])
    for c in coefficients[1:]:
        total = total * x + c
    return total
