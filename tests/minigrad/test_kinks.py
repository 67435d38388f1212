"""Where a function has a kink, a tie or no derivative: the convention that its docstring states.

Each row is a call, the point, and the gradient of the sum of its result there.  Functions that are linear
on either side give it to every order: a second derivative there is 0, and never NaN.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

import minigrad as mg
from tests.cases import each

INF, NAN = np.inf, np.nan

# name: (call, point, gradient), or several points and gradients of one call
KINKS: dict[str, tuple[Callable[..., Any], list[Any], list[Any]]] = {
    "absolute at 0": (np.absolute, [[0.0, -0.0]], [[0, 0]]),
    "relu at 0": (mg.relu, [[0.0, -0.0]], [[0, 0]]),
    "copysign at 0": (np.copysign, [[0.0, -2.0, 2.0], [-1.0, 0.0, -0.0]], [[0, -1, -1], [0, 0, 0]]),
    "floor at a jump": (np.floor, [[1.0, 1.5, -0.5]], [[0, 0, 0]]),
    "ceil at a jump": (np.ceil, [[1.0, 1.5, -0.5]], [[0, 0, 0]]),
    "trunc at a jump": (np.trunc, [[1.0, 1.5, -0.5]], [[0, 0, 0]]),
    "fix at a jump": (np.fix, [[1.0, 1.5, -0.5]], [[0, 0, 0]]),
    "rint at a jump": (np.rint, [[1.0, 1.5, -0.5]], [[0, 0, 0]]),
    "round at a jump": (lambda x: np.round(x, 1), [[0.25, INF, -0.5]], [[0, 0, 0]]),
    "sign at 0": (np.sign, [[0.0, -0.0, INF]], [[0, 0, 0]]),
    "heaviside at 0": (np.heaviside, [[0.0, -1.0, 1.0], [0.5, 0.5, 0.5]], [[0, 0, 0], [1, 0, 0]]),
    "floor_divide at a multiple": (np.floor_divide, [[1.0, 5.0], [0.5, 3.0]], [[0, 0], [0, 0]]),
    "divmod is a - b times the quotient": (
        lambda a, b: sum(np.divmod(a, b)), [[5.0, -5.0], [3.0, 3.0]], [[1, 1], [-1, 2]]
    ),
    "modf at a whole number": (lambda x: np.modf(x)[0] + np.modf(x)[1], [[2.0, -1.5]], [[1, 1]]),
    "maximum of equal ones": (np.maximum, [[1.0, 2.0], [1.0, 0.0]], [[0.5, 1], [0.5, 0]]),
    "minimum of equal ones": (np.minimum, [[1.0, 2.0], [1.0, 0.0]], [[0.5, 0], [0.5, 1]]),
    "fmax with NaN": (
        np.fmax, [[NAN, 1.0, NAN, 3.0], [1.0, NAN, NAN, 3.0]], [[0, 1, 0.5, 0.5], [1, 0, 0.5, 0.5]]
    ),
    "fmin with NaN": (
        np.fmin, [[NAN, 1.0, NAN, 3.0], [1.0, NAN, NAN, 3.0]], [[0, 1, 0.5, 0.5], [1, 0, 0.5, 0.5]]
    ),
    "clip on its bounds": (
        mg.clip, [[1.0, 2.0, 0.5, 2.5], 1.0, 2.0], [[1, 1, 0, 0], 1, 1]
    ),
    "clip with crossed bounds": (mg.clip, [[0.0, 1.5, 3.0], 2.0, 1.0], [[0, 0, 0], 0, 3]),
    "max of equal ones": (np.max, [[1.0, 3.0, 3.0, 0.0]], [[0, 0.5, 0.5, 0]]),
    "min of equal ones": (np.min, [[0.0, 3.0, 0.0, 0.0]], [[1 / 3, 0, 1 / 3, 1 / 3]]),
    "max with NaN": (np.max, [[1.0, NAN, NAN]], [[0, 0.5, 0.5]]),
    "max from an initial value": (lambda x: np.max(x, initial=3.0), [[1.0, 2.0]], [[0, 0]]),
    "max equal to the initial value": (lambda x: np.max(x, initial=2.0), [[1.0, 2.0]], [[0, 1]]),
    "nanmax": (np.nanmax, [[NAN, 2.0, 2.0, 1.0]], [[0, 0.5, 0.5, 0]]),
    "nanmin": (np.nanmin, [[NAN, 1.0, 2.0, 1.0]], [[0, 0.5, 0, 0.5]]),
    "ptp of equal ones": (np.ptp, [[1.0, 1.0]], [[0, 0]]),
    "median of an even number": (np.median, [[4.0, 1.0, 3.0, 2.0]], [[0, 0, 0.5, 0.5]]),
    "median of equal ones": (np.median, [[1.0, 1.0, 1.0]], [[0, 1, 0]]),
    "quantile with NaN": (lambda x: np.quantile(x, [0, 1]), [[1.0, NAN, 2.0]], [[0, 2, 0]]),
    "quantile beside an infinity": (lambda x: np.quantile(x, 0.5), [[1.0, INF, 2.0]], [[0, 0, 1]]),
    "nanmedian of nothing": (np.nanmedian, [[NAN, NAN]], [[1, 0]]),
    "sort of equal ones": (lambda x: np.sort(x) * [1, 2, 3], [[2.0, 1.0, 2.0]], [[2, 1, 3]]),
    "sort with NaN": (
        lambda x: mg.where([1, 1, 0], np.sort(x), 0) * [1, 2, 0], [[2.0, NAN, 1.0]], [[2, 0, 1]]
    ),
    "topk of equal ones": (lambda x: mg.topk(x, 2)[0], [[1.0, 2.0, 1.0]], [[1, 1, 0]]),
    "topk of the least": (lambda x: mg.topk(x, 1, largest=False)[0], [[1.0, 2.0, 1.0]], [[1, 0, 0]]),
    "hypot at the origin": (np.hypot, [[0.0, 3.0], [0.0, 0.0]], [[0, 1], [0, 0]]),
    "arctan2 at the origin": (np.arctan2, [[0.0, 0.0], [0.0, 2.0]], [[0, 0.5], [0, 0]]),
    "arctan2 far away": (np.arctan2, [[1e200], [1e200]], [[0.5e-200], [-0.5e-200]]),
    "std of equal ones": (np.std, [[2.0, 2.0, 2.0]], [[0, 0, 0]]),
    "std of one": (np.std, [2.0], [0]),
    "nanstd of equal ones": (np.nanstd, [[2.0, NAN, 2.0]], [[0, 0, 0]]),
    "nanvar with NaN": (np.nanvar, [[1.0, NAN, 3.0]], [[-1, 0, 1]]),
    "nansum with NaN": (np.nansum, [[1.0, NAN]], [[1, 0]]),
    "nanprod with NaN and 0": (np.nanprod, [[0.0, NAN, 3.0]], [[3, 0, 0]]),
    "nancumsum with NaN": (np.nancumsum, [[1.0, NAN, 2.0]], [[3, 0, 1]]),
    "sum without the infinite": (lambda x: np.sum(x, where=[True, False]), [[1.0, INF]], [[1, 0]]),
    "var without the infinite": (
        lambda x: np.var(x, where=[True, False, True]), [[1.0, INF, 3.0]], [[-1, 0, 1]]
    ),
    "prod with one 0": (np.prod, [[2.0, 0.0, 3.0]], [[0, 6, 0]]),
    "prod with two": (np.prod, [[0.0, 0.0, 3.0]], [[0, 0, 0]]),
    "cumprod with one 0": (np.cumprod, [[2.0, 0.0, 3.0]], [[1, 8, 0]]),
    "power at 0**0": (np.power, [[0.0, 0.0], [0.0, 2.0]], [[0, 0], [0, 0]]),
    "square as a power, at 0": (lambda x: x**2, [0.0], [0]),
    "sinc at 0": (np.sinc, [0.0], [0]),
    "nan_to_num": (np.nan_to_num, [[NAN, INF, -INF, 1.0]], [[0, 0, 0, 1]]),
    "logaddexp of nothing": (np.logaddexp, [-INF, -INF], [0, 0]),
    "logaddexp2 of one": (np.logaddexp2, [-INF, 1.0], [0, 1]),
    "logaddexp of the infinite": (np.logaddexp, [INF, 1.0], [1, 0]),
    "logaddexp of large numbers": (np.logaddexp, [1e15, 1e15], [0.5, 0.5]),
    "logaddexp2 of large numbers": (np.logaddexp2, [1e15, 1e15], [0.5, 0.5]),
    "logaddexp of nothing as a number": (lambda x: np.logaddexp(x, -INF), [[-INF, 1.0]], [[0, 1]]),
    "logsumexp of large numbers": (mg.logsumexp, [[1e15, 1e15]], [[0.5, 0.5]]),
    "logsumexp of nothing": (mg.logsumexp, [[-INF, -INF]], [[0, 0]]),
    "remainder at a multiple": (np.remainder, [1.0, 0.1], [1, -9]),  # 0.1 is a little more than a tenth
    "fmod at a multiple": (np.fmod, [-1.0, 0.1], [1, 9]),
    "where, written twice": (
        lambda x: mg.where(x > 0, np.sqrt(mg.where(x > 0, x, 1)), 0), [[0.0, 4.0]], [[0, 0.25]]
    ),
    "where with an infinite branch": (lambda x: np.where(x > 0, np.log(x), 0 * x), [[1.0, 0.5]], [[1, 2]]),
    "interp at a corner": (
        lambda x: np.interp(x, [0.0, 1.0, 2.0], [0.0, 1.0, 5.0]), [[0.0, 1.0, 2.0]], [[1, 4, 4]]
    ),
    "interp beyond the ends": (lambda x: np.interp(x, [0.0, 1.0], [0.0, 1.0]), [[-1.0, 2.0]], [[0, 0]]),
}  # fmt: skip


def _leaves(points: list[Any]) -> list[mg.Tensor]:
    return [mg.tensor(np.array(point, float), requires_grad=True) for point in points]


@each("name", KINKS)
def test_gradient_at_the_kink_is_the_one_stated(name):
    call, points, expected = KINKS[name]
    leaves = _leaves(points)
    call(*leaves).sum().backward()
    for leaf, gradient in zip(leaves, expected, strict=True):
        np.testing.assert_allclose(leaf.grad.data, gradient, rtol=1e-12)


@each("name", KINKS)
def test_no_second_derivative_at_a_kink_is_nan(name):
    call, points, expected = KINKS[name]
    leaves = _leaves(points)
    call(*leaves).sum().backward(create_graph=True)
    firsts = [leaf.grad for leaf in leaves]
    for leaf, gradient, first in zip(leaves, expected, firsts, strict=True):
        np.testing.assert_allclose(first.data, gradient, rtol=1e-12)
        leaf.grad = None
    recorded = [first for first in firsts if first.node is not None]
    if recorded:
        sum((first.sum() for first in recorded[1:]), recorded[0].sum()).backward()
    assert not any(np.isnan(leaf.grad.data).any() for leaf in leaves if leaf.grad is not None)


# -- where there is no derivative -----------------------------------------------------------------


@each("function", [np.sqrt, np.cbrt])
def test_roots_are_infinitely_steep_at_0(function):
    x = mg.tensor(0.0, requires_grad=True)
    with np.errstate(divide="ignore"):
        function(x).backward()
    assert x.grad.item() == INF


def test_power_of_0_at_exponents_where_the_formula_is_infinite():
    x = mg.tensor(0.0, requires_grad=True)
    with np.errstate(divide="ignore"):
        (x**0.5).backward()
    assert x.grad.item() == INF


def test_where_written_once_cannot_keep_nan_out():
    x = mg.tensor([0.0, 4.0], requires_grad=True)
    with np.errstate(invalid="ignore"):
        mg.where(x > 0, np.sqrt(x), 0).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [NAN, 0.25])


# -- smooth, though the formula divides by 0 ------------------------------------------------------


def test_sinc_at_0_has_its_derivatives():
    second = mg.grad(mg.grad(mg.sinc))
    with mg.default_dtype(np.float64):
        np.testing.assert_allclose(second(0.0).item(), -(np.pi**2) / 3, rtol=1e-14)
        fourth = mg.grad(mg.grad(second))
        np.testing.assert_allclose(fourth(0.0).item(), np.pi**4 / 5, rtol=1e-14)


@each("zeros", [[0], [0, 2], [0, 1, 3]])
@each("function", [np.prod, np.cumprod])
def test_products_with_zeros_to_the_third_order(function, zeros):
    x = np.array([1.5, -2.0, 0.5, 3.0])
    x[zeros] = 0.0
    mg.check_grads(function, (x,), order=3, rtol=1e-4, atol=1e-5)
