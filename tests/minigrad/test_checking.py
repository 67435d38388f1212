"""check_grads itself: what it must catch.  An oracle that passes everything proves nothing."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.primitive import Primitive, primitive


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
    expected, got = (float(message.split(word)[1].split(",")[0]) for word in ("expected ", "got "))
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


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
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
