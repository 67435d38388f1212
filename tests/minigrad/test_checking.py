"""check_grads itself: what it must catch.  An oracle that passes everything proves nothing."""

import re
import warnings

import numpy as np
import pytest

import minigrad as mg
from minigrad.primitive import Primitive, primitive
from nn import functional as F
from tests.cases import each


def wrong(forward, **rules) -> Primitive:
    """An op that isn't registered, for its name begins with an underscore."""
    forward.__name__ = "_wrong"
    op = primitive(forward)
    op.vjp(**rules)
    return op


X = np.array([[0.3, -1.2], [2.0, 0.7]])


def test_right_rules_pass():
    op = wrong(lambda x: np.sin(x), x=lambda g, x: g * np.cos(x))
    mg.check_grads(op, (X,), order=3, rtol=1e-3, atol=1e-4)


def test_a_factor_of_two_is_caught_with_its_worst_place():
    op = wrong(lambda x: np.square(x), x=lambda g, x: g * x * np.where(x == 2.0, 4.0, 2.0))
    with pytest.raises(mg.GradientError, match=r"order 1, argument 0: 1 of 4 .* index \(1, 0\)") as caught:
        mg.check_grads(op, (X,))
    message = str(caught.value)
    expected, got = (float(re.search(rf"{word} (\S+)[,.] ", message)[1]) for word in ("expected", "got"))
    np.testing.assert_allclose(got, 2 * expected, rtol=1e-6)


def test_the_worst_of_several_is_named():
    op = wrong(lambda x: np.square(x), x=lambda g, x: g * x * np.array([[2.1, 2.0], [3.0, 2.0]]))
    with pytest.raises(mg.GradientError, match=r"2 of 4 .* index \(1, 0\)"):
        mg.check_grads(op, (X,), order=1)


def test_a_wrong_sign_of_the_second_argument_is_named_by_its_place():
    op = wrong(lambda a, b: a - b, a=lambda g: g, b=lambda g: g)
    with pytest.raises(mg.GradientError, match="order 1, argument 1"):
        mg.check_grads(op, (X, X + 1))


def test_a_missing_sum_over_broadcast_axes_is_caught():
    """The walk sums; a rule that returns a part of the sum of the right shape is wrong all the same."""
    op = wrong(lambda a, b: a * b, a=lambda g, b: g * b, b=lambda g, a: (g * a)[0])
    with pytest.raises(mg.GradientError, match="order 1, argument 1"):
        mg.check_grads(op, (X, np.array([1.0, 2.0])))


def test_a_gradient_of_zero_is_caught():
    op = wrong(lambda x: np.sin(x), x=lambda g: g * 0.0)
    with pytest.raises(mg.GradientError, match="4 of 4"):
        mg.check_grads(op, (X,), order=1)


def test_a_missing_gradient_is_caught():
    with pytest.raises(mg.GradientError):
        mg.check_grads(lambda a, b: a * b.detach(), (X, X))


def test_nan_is_caught():
    op = wrong(lambda x: np.sin(x), x=lambda g, x: g * np.where(x == 0.7, np.nan, np.cos(x)))
    with pytest.raises(mg.GradientError, match=r"index \(1, 1\)"):
        mg.check_grads(op, (X,), order=1)


def test_a_rule_that_cuts_the_second_order_passes_order_1_alone():
    def cutting(g, x):
        return g * np.cos(x.data if isinstance(x, mg.Tensor) else x)

    op = wrong(lambda x: np.sin(x), x=cutting)
    mg.check_grads(op, (X,), order=1)
    with pytest.raises(mg.GradientError, match="order 2, argument 0"):
        mg.check_grads(op, (X,), order=2)


def test_a_rule_that_ignores_g_at_second_order_is_caught():
    def cutting(g, x):
        return mg.Tensor(g.data) * np.cos(x) if isinstance(g, mg.Tensor) else g * np.cos(x)

    op = wrong(lambda x: np.sin(x), x=cutting)
    mg.check_grads(op, (X,), order=1)
    with pytest.raises(mg.GradientError, match="order 2"):
        mg.check_grads(lambda x: op(x) ** 2, (X,), order=2)


def test_a_wrong_second_derivative_alone_is_caught():
    second = wrong(lambda x: np.cos(x), x=lambda g, x: g * np.sin(x))  # the sign is missing
    op = wrong(lambda x: np.sin(x), x=lambda g, x: g * second.apply(x))
    mg.check_grads(op, (X,), order=1)
    with pytest.raises(mg.GradientError, match="order 2"):
        mg.check_grads(op, (X,), order=2)


def test_a_wrong_third_derivative_alone_is_caught():
    third = wrong(lambda x: -np.sin(x), x=lambda g, x: g * np.cos(x))
    second = wrong(lambda x: np.cos(x), x=lambda g, x: g * third.apply(x))
    op = wrong(lambda x: np.sin(x), x=lambda g, x: g * second.apply(x))
    mg.check_grads(op, (X,), order=2)
    with pytest.raises(mg.GradientError, match="order 3"):
        mg.check_grads(op, (X,), order=3)


def test_errors_that_cancel_in_the_plain_sum_are_caught():
    """Softmax sums to 1: without random weights on the result any gradient would seem to be 0."""
    op = wrong(lambda x: mg.softmax.forward(x), x=lambda g: g * 0.0)
    with pytest.raises(mg.GradientError):
        mg.check_grads(op, (X,), order=1)


@each("dtype", [np.float32, np.float16])
def test_short_floats_are_refused_with_the_reason(dtype):
    with pytest.raises(TypeError, match=rf"argument 1 is {np.dtype(dtype)}, whose rounding.*astype"):
        mg.check_grads(mg.add, (X, X.astype(dtype)))


def test_without_a_float_argument_there_is_nothing_to_check():
    with pytest.raises(TypeError, match="needs a float64 argument"):
        mg.check_grads(mg.add, (np.arange(3),))


def test_integer_arguments_pass_through():
    mg.check_grads(lambda x, i: x[i] ** 2, (X, np.array([1, 1, 0])))


def test_tensors_and_numbers_are_taken_too():
    mg.check_grads(mg.multiply, (mg.tensor(X), np.float64(2.0)))
    mg.check_grads(mg.square, (1.5,))


def test_arguments_are_left_as_they_were():
    x = X.copy()
    x.flags.writeable = False
    mg.check_grads(mg.tanh, (x,))
    t = mg.tensor(X, requires_grad=True)
    mg.check_grads(mg.tanh, (t,))
    assert t.grad is None
    np.testing.assert_array_equal(t.data, X)


def test_it_checks_inside_no_grad_too():
    op = wrong(lambda x: np.sin(x), x=lambda g: g * 0.0)
    with mg.no_grad():
        mg.check_grads(mg.tanh, (X,))
        with pytest.raises(mg.GradientError):
            mg.check_grads(op, (X,))


def test_it_is_an_assertion_error_so_that_test_runners_show_it_as_a_failure():
    assert issubclass(mg.GradientError, AssertionError)


# -- what it explains -----------------------------------------------------------------------------

S = np.array([[0.5, -1.0, 2.0], [1.5, 0.3, -0.7], [0.2, 0.9, 1.1]])


CAUSES = {
    "a constant factor of 2 everywhere": (lambda x: np.sin(x), lambda g, x: 2 * g * np.cos(x)),
    "a constant factor of 1/2 everywhere": (lambda x: np.sin(x), lambda g, x: g * np.cos(x) / 2),
    "a constant factor of -2 everywhere": (lambda x: np.sin(x), lambda g, x: -2 * g * np.cos(x)),
    "a constant factor of 2 wherever it is wrong": (
        lambda x: x * 1, lambda g: g * (1 + (np.arange(9).reshape(3, 3) % 2))),
    "a factor of 3 along axis 0, whose length is 3: a broadcast axis was not summed (or summed twice)": (
        lambda x: np.sin(x), lambda g, x: 3 * g * np.cos(x)),
    "a factor of 1/3 along axis 0, whose length is 3: a broadcast axis was not summed": (
        lambda x: np.sin(x), lambda g, x: g * np.cos(x) / 3),
    "The sign is reversed": (lambda x: np.sin(x), lambda g, x: -g * np.cos(x)),
    "It is transposed: the last two axes are exchanged": (
        lambda x: np.sin(x), lambda g, x: np.swapaxes(g * np.cos(x), -1, -2)),
    "zero where it should not be: the graph is cut (a .data, a detach, a np.array": (
        lambda x: np.sin(x), lambda g: g * 0),
    "not finite there: the rule divides by 0 or subtracts inf from inf": (
        lambda x: np.sin(x), lambda g, x: g * np.where(x > 1, np.nan, np.cos(x))),
    "zero where it should not be: the graph": (
        lambda x: np.sin(x), lambda g, x: g * 1e-14 * np.arange(9).reshape(3, 3) * np.eye(3)),
    "No simple pattern explains it": (lambda x: np.sin(x), lambda g, x: g * (np.cos(x) + x)),
}  # fmt: skip


@each("cause", CAUSES)
def test_the_likely_cause(cause):
    forward, rule = CAUSES[cause]
    with pytest.raises(mg.GradientError) as caught:
        mg.check_grads(wrong(forward, x=rule), (S,), order=1)
    assert cause in str(caught.value)


def test_a_factor_that_is_the_length_of_another_arguments_axis():
    """b is one number for each row of a, and its gradient has been multiplied instead of summed."""
    op = wrong(lambda a, b: a + b, a=lambda g: g, b=lambda g: g * 3)
    with pytest.raises(mg.GradientError) as caught:
        mg.check_grads(op, (S, np.array([[1.0], [2.0], [4.0]])[:2].reshape(2, 1)[0]), order=1)
    assert "factor of 3, the length of an axis of another argument" in str(caught.value)


def test_every_argument_that_fails_is_explained():
    op = wrong(lambda a, b, c: a + b + c, a=lambda g: -g, b=lambda g: g, c=lambda g: g * 0)
    with pytest.raises(mg.GradientError) as caught:
        mg.check_grads(op, (S, S, S), order=1)
    first, second = str(caught.value).splitlines()
    assert first.startswith("order 1, argument 0: 9 of 9 elements")
    assert first.endswith("The sign is reversed.")
    assert second.startswith("order 1, argument 2: 9 of 9 elements")
    assert "got 0. It is zero where it should not be" in second


def test_trees_are_named_by_their_paths():
    f = lambda p: {"y": p["w"] * 2, "z": [p["b"][0] ** 2, mg.stop_gradient(p["b"][0])]}
    with pytest.raises(mg.GradientError, match=r"order 1, argument 0\['b'\]\[0\]: 3 of 3"):
        mg.check_grads(f, ({"w": S, "b": (S[0],)},))
    mg.check_grads(lambda p: {"y": p["w"] ** 2, "z": [p["b"][0] ** 2]}, ({"w": S, "b": (S[0],)},))


def test_the_edge_of_a_domain_is_named():
    with (
        np.errstate(invalid="ignore", divide="ignore"),
        pytest.raises(mg.GradientError, match="f itself is at the edge of its domain"),
    ):
        mg.check_grads(np.sqrt, (np.array([4.0, 0.0]),), order=1)


# -- kinks ----------------------------------------------------------------------------------------

AT_KINK = np.array([1.0, 0.0, -2.0])


def test_a_kink_is_warned_of_with_its_place_and_slopes():
    with pytest.warns(mg.KinkWarning) as caught:
        mg.check_grads(np.abs, (AT_KINK,), order=1)
    (warning,) = caught
    assert re.match(
        r"order 1, argument 0: 1 of 3 elements lie at a kink. The first is at index \(1,\), where the "
        r"argument is 0: the slope is \S+ to its left and \S+ to its right, and any value between them is "
        "accepted",
        str(warning.message),
    )
    assert warning.filename == __file__


@each("slope", [-1.0, -0.3, 0.0, 1.0])
def test_every_subgradient_is_accepted(slope):
    op = wrong(lambda x: np.abs(x), x=lambda g, x: g * np.where(x == 0, slope, np.sign(x)))
    with pytest.warns(mg.KinkWarning):
        mg.check_grads(op, (AT_KINK,), order=1)


def test_what_lies_outside_of_the_slopes_is_wrong():
    op = wrong(lambda x: np.abs(x), x=lambda g, x: g * np.where(x == 0, 1.5, np.sign(x)))
    with pytest.raises(mg.GradientError, match=r"1 of 3 .* index \(1,\)") as caught:
        mg.check_grads(op, (AT_KINK,), order=1)
    assert re.search(
        r"It differs only at a kink: one-sided differences differ by \S+ \(the argument is 0 there\), and a "
        "subgradient lies between them",
        str(caught.value),
    )


def test_the_second_order_at_a_kink_is_a_jump():
    with pytest.warns(mg.KinkWarning) as caught:
        mg.check_grads(mg.relu, (AT_KINK,), order=2)
    assert [str(w.message).split(",")[0] for w in caught] == ["order 1", "order 2"]
    assert "its derivative of order 1 jumps there, and is not checked" in str(caught[1].message)
    assert {w.filename for w in caught} == {__file__}


TIES = np.array([1.0, 1.0, -2.0])
KINKS = {
    "abs": (np.abs, AT_KINK),
    "abs, steep": (lambda x: np.abs(x) * 1e6, AT_KINK),
    "abs, flat": (lambda x: np.abs(x) * 1e-3, AT_KINK),
    "abs of one, beside another argument": (lambda x, y: np.abs(x) * y, AT_KINK, AT_KINK + 3),
    "x·|x|": (lambda x: x * np.abs(x), AT_KINK),
    "relu": (mg.relu, AT_KINK),
    "relu squared": (lambda x: mg.relu(x) ** 2, AT_KINK),
    "leaky_relu": (mg.leaky_relu, AT_KINK),
    "clip": (lambda x: np.clip(x, -2.0, 1.0), AT_KINK),
    "maximum": (np.maximum, TIES, TIES),
    "minimum": (np.minimum, TIES, TIES),
    "fmax": (np.fmax, TIES, TIES),
    "maximum with a number": (lambda x: np.maximum(x, 0.0), AT_KINK),
    "max": (np.max, TIES),
    "min along an axis": (lambda x: np.min(x, axis=0), np.array([[1.0, 2.0], [1.0, 0.0]])),
    "ptp": (np.ptp, TIES),
    "sort": (np.sort, TIES),
    "median": (np.median, TIES),
    "max-pool": (lambda x: F.max_pool1d(x, 2), np.array([[[1.0, 1.0, 2.0, 3.0]]])),
    "norm": (np.linalg.norm, np.zeros(3)),
    "norm, ord=1": (lambda x: np.linalg.norm(x, ord=1), AT_KINK),
    "norm, ord=inf": (lambda x: np.linalg.norm(x, ord=np.inf), np.array([2.0, 1.0, -2.0])),
    "hypot": (np.hypot, np.zeros(2), np.zeros(2)),
    "where of its own condition": (lambda x: np.where(x > 0, x * x, -x), AT_KINK),
    "where that jumps": (lambda x: np.where(x > 0, x * x + 1, -x), AT_KINK),
    "floor": (np.floor, AT_KINK),
    "sign": (np.sign, AT_KINK),
    "remainder": (lambda x: x % 1.0, AT_KINK),
}


@each("name", KINKS)
def test_a_kink_is_no_fault_at_any_order(name):
    f, *arrays = KINKS[name]
    with pytest.warns(mg.KinkWarning, match="lie at a kink"):
        mg.check_grads(f, tuple(arrays), order=3, rtol=1e-4, atol=1e-4)


def test_at_a_kink_other_elements_are_checked_all_the_same():
    cut = wrong(
        lambda x: np.abs(x),
        x=lambda g, x: g * np.sign(x) * (1 + 0.0 * x.detach() if isinstance(x, mg.Tensor) else 1),
    )
    with pytest.warns(mg.KinkWarning):
        mg.check_grads(cut, (AT_KINK,))
    square = wrong(
        lambda x: x * np.abs(x), x=lambda g, x: 2 * g * (abs(x.data) if isinstance(x, mg.Tensor) else abs(x))
    )
    with (
        pytest.raises(mg.GradientError, match=r"order 2, argument 0: 2 of 3 .*the graph is cut"),
        warnings.catch_warnings(action="ignore"),
    ):
        mg.check_grads(square, (AT_KINK,))


def test_rounding_is_not_taken_for_a_jump():
    """A slope of 0 whose gradient is said to be 1: what rounding leaves grows as the step gets shorter."""
    op = wrong(lambda x: np.sin(x) ** 2 + np.cos(x) ** 2, x=lambda g: g * 1.0)
    for x in np.linspace(-1, 1, 50):
        with pytest.raises(mg.GradientError, match="1 of 1 elements"):
            mg.check_grads(op, (x,), order=1)


@each("distance", [3e-7, -1e-7, 2e-8])
def test_a_kink_nearer_than_the_step_is_none(distance):
    with warnings.catch_warnings(action="error"):
        mg.check_grads(np.abs, (np.array([distance, 1.0]),), order=2)
        mg.check_grads(lambda x: np.floor(x) * 5, (np.array([1 + abs(distance)]),), order=2)
    op = wrong(lambda x: np.abs(x), x=lambda g, x: g * 0.8)
    with pytest.raises(mg.GradientError):
        mg.check_grads(op, (np.array([distance]),), order=1)


def test_a_kink_beside_the_argument_is_no_kink():
    mg.check_grads(lambda x: np.abs(x) * 3, (np.array([3e-7, -1e-6, 1.0]),), order=1)


def test_a_bend_is_no_kink():
    mg.check_grads(lambda x: np.exp(30 * x), (np.array([0.1, -0.1]),), order=1, rtol=1e-4)
    mg.check_grads(lambda x: 1e4 * x * x, (np.array([0.0, 1e-3]),), order=1, rtol=1e-4)
    with warnings.catch_warnings(action="error"):
        mg.check_grads(lambda x: 1e7 * x * x, (np.array([0.0]),), order=1, rtol=1e-4)


def test_an_infinite_argument_has_slope_0():
    mg.check_grads(lambda x: np.where(np.isfinite(x), x, 0.0), (np.array([1.0, np.inf, np.nan]),), order=1)


# -- what else may be the matter ------------------------------------------------------------------


def writing(x):
    x.data[0] = 5
    return x * x


def counting():
    calls = []
    return lambda x: x * len(calls.append(0) or calls)


BLAME = {
    "a conversion": (
        lambda x: np.exp(x.astype(np.float32)),
        mg.GradientError, "f computes astype in float32, whose rounding is as large",
    ),
    "a conversion inside": (
        lambda x: np.exp(x.astype(np.float32)).astype(np.float64),
        mg.GradientError, "f computes astype in float32, whose rounding is as large",
    ),
    "a large constant": (
        lambda x: np.sin(x) + 1e7, mg.GradientError, "The difference is that of rounding: the result, "
    ),
    "NaN": (lambda x: x * np.nan, mg.GradientError, "The result of f is not finite itself"),
    "an infinity": (lambda x: x / 0.0, mg.GradientError, "The result of f is not finite itself"),
    "no result": (lambda x: None, TypeError, "gives Tensors, .* it gave nothing: is a `return` missing"),
    "text": (lambda x: "y", TypeError, "gives Tensors, .* it gave str"),
    "writing to its argument": (writing, ValueError, "f has written to argument 0: .*copy"),
    "a count": (counting(), ValueError, "keeps something from one call to the next"),
    "arrays of the values": (lambda x: np.exp(x.data), mg.GradientError, "the graph is cut"),
    "a number of the values": (lambda x: x.data.sum() ** 2, mg.GradientError, "the graph is cut"),
}  # fmt: skip


@each("name", BLAME)
@np.errstate(all="ignore")
def test_the_blame_goes_where_it_belongs(name):
    f, kind, message = BLAME[name]
    with pytest.raises(kind, match=message):
        mg.check_grads(f, (S.copy(),), order=1)


@each("constant", [np.ones(2), 1.5, 3, np.array([True]), mg.tensor([2.0])], ids=str)
def test_a_constant_has_the_gradient_0(constant):
    mg.check_grads(lambda x: constant, (S,), order=2)
    mg.check_grads(lambda x: (x * x, constant), (S,), order=2, modes=("fwd", "rev"))


@each("order", [0, -1])
def test_the_order_counts_from_1(order):
    with pytest.raises(ValueError, match=rf"order={order}: the first derivative is order=1"):
        mg.check_grads(np.tanh, (S,), order=order)


# -- modes ----------------------------------------------------------------------------------------


def test_forward_mode_is_checked_where_it_is_asked_for():
    mg.check_grads(lambda x, w: np.tanh(x @ w), (S, S.T), order=2, modes=("fwd", "rev"), rtol=1e-4)


def test_a_rule_that_loses_the_graph_of_g_fails_in_forward_mode():
    op = wrong(lambda x: np.sin(x), x=lambda g, x: mg.stop_gradient(g) * np.cos(x))
    mg.check_grads(op, (S,), order=1)
    with pytest.raises(mg.GradientError, match=r"order 1, forward: .* a rule isn't linear in g"):
        mg.check_grads(op, (S,), order=1, modes=("rev", "fwd"))


def test_a_random_function_is_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="f is random: seed it"):
        mg.check_grads(lambda x: x * rng.normal(), (S,))
