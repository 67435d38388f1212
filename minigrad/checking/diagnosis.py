"""From a wrong gradient and the right one to what is probably wrong with the rule."""

from collections.abc import Callable, Iterable

import numpy as np

from minigrad.checking.differences import Slopes

Close = Callable[[np.ndarray, np.ndarray], bool]


def likely_cause(
    got: np.ndarray,
    found: Slopes,
    wrong: np.ndarray,
    x: np.ndarray,
    lengths: Iterable[int],
    rtol: float,
    narrowed: str = "",
) -> str:
    """One sentence: the simplest pattern that explains `got`, where it is `wrong`.

    `lengths` are those of the axes of all arguments, which a broadcast may have repeated; `narrowed` is the
    op that computes in fewer digits than float64, if one does.
    """
    expected = found.central

    def close(a: np.ndarray, b: np.ndarray) -> bool:
        return np.allclose(a, b, rtol=max(rtol, 1e-4), atol=1e-7 * (1 + np.abs(expected).max()))

    if not np.isfinite(found.middle):
        return f"The result of f is not finite itself (weighted and summed, it is {found.middle:g})"
    if not np.isfinite(expected[wrong]).all():
        return "The finite differences are not finite there: f itself is at the edge of its domain"
    if not np.isfinite(got[wrong]).all():
        return (
            "It is not finite there: the rule divides by 0 or subtracts inf from inf, perhaps in the branch "
            "of a np.where that is not taken"
        )
    if narrowed:
        return (
            f"f computes {narrowed}, whose rounding is as large as the differences: leave out the conversion "
            "for the check"
        )
    if (np.abs(got - expected) <= found.noise)[wrong].all():
        return (
            f"The difference is that of rounding: the result, {found.middle:.3g} weighted and summed, is "
            "large beside its slopes: subtract what is constant in it, or give a larger eps"
        )
    if found.kinks[wrong].all():
        place = tuple(np.argwhere(wrong)[0])
        gap = abs(found.right[place] - found.left[place])
        return (
            f"It differs only at a kink: one-sided differences differ by {gap:.6g} (the argument is "
            f"{x[place]:.6g} there), and a subgradient lies between them"
        )
    if close(got[wrong], np.zeros_like(got[wrong])):
        return (
            "It is zero where it should not be: the graph is cut (a .data, a detach, a np.array of the "
            "values or an in-place NumPy call)"
        )
    if close(got, -expected):
        return "The sign is reversed"
    square = got.ndim >= 2 and got.shape[-1] == got.shape[-2] > 1
    if square and close(got, np.swapaxes(expected, -1, -2)):
        return "It is transposed: the last two axes are exchanged"
    return _factor(got, expected, wrong, lengths, close) or "No simple pattern explains it"


def _factor(
    got: np.ndarray, expected: np.ndarray, wrong: np.ndarray, lengths: Iterable[int], close: Close
) -> str:
    """The number by which `got` is off, and the axis that has just that length."""
    if not expected[wrong].all():
        return ""
    ratios = got[wrong] / expected[wrong]
    factor = float(np.median(ratios))
    if not close(got[wrong], factor * expected[wrong]):
        return ""
    everywhere = close(got, factor * expected)
    times = factor if abs(factor) >= 1 else 1 / factor
    if everywhere:
        own = [f"along axis {i}, whose length is {n}" for i, n in enumerate(got.shape) if _is(times, n)]
        other = [f", the length of an axis of another argument, {n}" for n in lengths if _is(times, n)]
        if own or other:
            return (
                f"It is off by a factor of {_short(factor)} {(own or other)[0]}: a broadcast axis was not "
                "summed (or summed twice)"
            ).replace(" ,", ",")
    where = "everywhere" if everywhere else "wherever it is wrong"
    return f"It is off by a constant factor of {_short(factor)} {where}"


def _is(factor: float, length: int) -> bool:
    return length > 1 and abs(factor - length) < 1e-3 * length


def _short(factor: float) -> str:
    """Four digits, since finite differences know few more: 2, not 2.0000001."""
    return f"{factor:.4g}" if abs(factor) >= 1 else f"1/{1 / factor:.4g}"
